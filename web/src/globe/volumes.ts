// What batteries reach and radars look at, as shells and outlines.
import type { Primitive, PrimitiveCollection } from "@cesium/engine";
import { rgb, type Hue } from "../palette";
import { ahead, ecef, type Battery, type Radar, type Scene } from "../scene";
import { Cesium } from "./cesium";

const ROUND = 64; // corners of a circle

type Point = [number, number, number];

function shell(rings: Point[][], closed: boolean): any {
  const across = rings[0].length;
  const values = new Float64Array(rings.length * across * 3);
  rings.flat().forEach((point, i) => values.set(point, 3 * i));
  const index: number[] = [];
  for (let i = 0; i + 1 < rings.length; i++) {
    for (let j = 0; j < (closed ? across : across - 1); j++) {
      const a = i * across + j, b = i * across + ((j + 1) % across);
      index.push(a, b, a + across, b, b + across, a + across);
    }
  }
  return new Cesium.Geometry({
    attributes: {
      position: new Cesium.GeometryAttribute({
        componentDatatype: Cesium.ComponentDatatype.DOUBLE, componentsPerAttribute: 3,
        values: values as any,
      }),
    } as any,
    indices: Uint32Array.from(index),
    primitiveType: Cesium.PrimitiveType.TRIANGLES,
    boundingSphere: Cesium.BoundingSphere.fromVertices(Array.from(values)),
  });
}

export function glass(geometries: any[], hue: Hue, alpha: number): Primitive {
  const [r, g, b] = rgb(hue);
  const colour = new Cesium.Color(r / 255, g / 255, b / 255, alpha);
  return new Cesium.Primitive({
    geometryInstances: geometries.map((geometry) => new Cesium.GeometryInstance({
      geometry,
      attributes: { color: Cesium.ColorGeometryInstanceAttribute.fromColor(colour) },
    })),
    appearance: new Cesium.PerInstanceColorAppearance({
      flat: true, translucent: true,
      renderState: {
        depthTest: { enabled: true }, depthMask: false, cull: { enabled: false },
        blending: Cesium.BlendingState.ALPHA_BLEND,
      },
    }),
    asynchronous: false,
    allowPicking: false,
  });
}

export { shell };

function circle(lon: number, lat: number, range_m: number, alt_m: number): Point[] {
  return Array.from({ length: ROUND }, (_, k) => {
    const [x, y] = ahead(lon, lat, (360 * k) / ROUND, range_m);
    return ecef(x, y, alt_m);
  });
}

function batteryRings(battery: Battery): Point[][] {
  const outline = battery.envelope_m;
  const step = Math.max(1, Math.floor(outline.length / 12));
  const picked = outline.filter((_, k) => k % step === 0 || k === outline.length - 1);
  return picked.map(([alt_m, range_m]) => circle(battery.lon_deg, battery.lat_deg, range_m, alt_m));
}

/** Shells of what the interceptors of each battery reach, with their widest ring. */
export function reach(scene: Scene, into: PrimitiveCollection): void {
  const seen = new Set<string>();
  const shells: any[] = [];
  const lines = new Cesium.PolylineCollection();
  for (const battery of scene.head.batteries) {
    const key = [battery.interceptor, battery.lat_deg.toFixed(2), battery.lon_deg.toFixed(2)].join();
    if (seen.has(key) || battery.envelope_m.length < 2) continue; // one site, one shell
    seen.add(key);
    const rings = batteryRings(battery);
    shells.push(shell(rings, true));
    for (const ring of [rings[0], rings[rings.length - 1]]) outline(lines, ring, "battery", 0.55);
  }
  if (shells.length) into.add(glass(shells, "battery", 0.07));
  into.add(lines);
}

function outline(lines: any, points: Point[], hue: Hue, alpha: number, close = true): void {
  const [r, g, b] = rgb(hue);
  const list = close ? [...points, points[0]] : points;
  lines.add({
    positions: list.map(([x, y, z]) => new Cesium.Cartesian3(x, y, z)),
    width: 1.2,
    material: Cesium.Material.fromType("Color", {
      color: new Cesium.Color(r / 255, g / 255, b / 255, alpha),
    }),
  });
}

/** Where a radar's beam at its lowest elevation is over the ground: its sector as a fan. */
export function coverage(scene: Scene, into: PrimitiveCollection): void {
  const lines = new Cesium.PolylineCollection();
  const fans = scene.head.radars.map((radar) => fan(radar, lines));
  if (fans.length) into.add(glass(fans, "radar", 0.05));
  into.add(lines);
}

function fan(radar: Radar, lines: any): any {
  const half = Math.min(radar.azimuth_half_deg, 180);
  const full = half >= 179.9;
  const steps = Math.max(8, Math.round((ROUND * half) / 180));
  const ranges = [0.02, 0.25, 0.5, 0.75, 1].map((share) => share * radar.range_m);
  const rings = ranges.map((slant) => {
    const low = (Math.max(radar.elevation_min_deg, 0) * Math.PI) / 180;
    const R = 6371008.8, up = R + slant * Math.sin(low), flat = slant * Math.cos(low);
    const alt_m = Math.hypot(up, flat) - R, ground_m = R * Math.atan2(flat, up);
    return Array.from({ length: steps + (full ? 0 : 1) }, (_, k): Point => {
      const az = radar.azimuth_deg - half + (2 * half * k) / steps;
      const [lon, lat] = ahead(radar.lon_deg, radar.lat_deg, az, ground_m);
      return ecef(lon, lat, alt_m);
    });
  });
  const edge = rings[rings.length - 1];
  outline(lines, edge, "radar", 0.6, full);
  if (!full) {
    outline(lines, rings.map((ring) => ring[0]), "radar", 0.6, false);
    outline(lines, rings.map((ring) => ring[ring.length - 1]), "radar", 0.6, false);
  }
  return shell(rings, full);
}
