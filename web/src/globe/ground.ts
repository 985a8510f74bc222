// The ground of the first picture: one sheet over the theatre, there before any tile is.
import type { Primitive } from "@cesium/engine";
import { paint, type Box } from "../land";
import type { Scene } from "../scene";
import { Cesium } from "./cesium";

const MARGIN_DEG = 14;
const PX_PER_DEG = 28;
const BELOW_M = -1500; // so that a tile, where there is one, is in front

/** What lies about the places of a scene. */
function theatre(scene: Scene): Box | null {
  const places = [...scene.head.areas, ...scene.head.assets];
  if (!places.length) return null;
  const lons = places.map((p) => p.lon_deg), lats = places.map((p) => p.lat_deg);
  const box = {
    west: Math.min(...lons) - MARGIN_DEG, east: Math.max(...lons) + MARGIN_DEG,
    south: Math.max(Math.min(...lats) - MARGIN_DEG, -89),
    north: Math.min(Math.max(...lats) + MARGIN_DEG, 89),
  };
  return box.west > -180 && box.east < 180 && box.east - box.west < 90 ? box : null;
}

/** The sheet, or null where the theatre is too wide for one. */
export function sheet(scene: Scene, context: any): Primitive | null {
  const box = theatre(scene);
  if (!box) return null;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(PX_PER_DEG * (box.east - box.west));
  canvas.height = Math.round(PX_PER_DEG * (box.north - box.south));
  paint(canvas.getContext("2d")!, box, canvas.width, canvas.height, false);
  const material: any = Cesium.Material.fromType("Image");
  material.uniforms.image = new (Cesium as any).Texture({ context, source: canvas }); // at once
  return new Cesium.Primitive({
    geometryInstances: new Cesium.GeometryInstance({
      geometry: new Cesium.RectangleGeometry({
        rectangle: Cesium.Rectangle.fromDegrees(box.west, box.south, box.east, box.north),
        granularity: Cesium.Math.toRadians(0.5), height: BELOW_M,
        vertexFormat: Cesium.EllipsoidSurfaceAppearance.VERTEX_FORMAT,
      }),
    }),
    appearance: new Cesium.EllipsoidSurfaceAppearance({
      flat: true, translucent: false, aboveGround: false, material,
    }),
    asynchronous: false, allowPicking: false,
  });
}
