// Many trials as few shapes: translucent tubes, and the density of impacts on the ground.
import type { PrimitiveCollection } from "@cesium/engine";
import type { Spread } from "../api";
import { ecef } from "../scene";
import { Cesium } from "./cesium";
import { glass, shell } from "./volumes";

const CORNERS = 20;

/** A tube for each corridor: 5th to 95th percentile of height and of distance to the side. */
export function tubes(spread: Spread, into: PrimitiveCollection): void {
  const shells = spread.tubes.map((tube) => {
    const points = tube.points;
    return shell(points.map((point, k) => {
      const before = points[Math.max(k - 1, 0)], after = points[Math.min(k + 1, points.length - 1)];
      const cos = Math.cos((point.lat_deg * Math.PI) / 180);
      const east = (after.lon_deg - before.lon_deg) * cos, north = after.lat_deg - before.lat_deg;
      const length = Math.hypot(east, north) || 1;
      const rightEast = north / length, rightNorth = -east / length;
      const [low, , high] = point.alt_m, [left, , right] = point.right_m;
      return Array.from({ length: CORNERS }, (_, j) => {
        const angle = (2 * Math.PI * j) / CORNERS;
        const aside = (left + right) / 2 + (Math.max(right - left, 400) / 2) * Math.cos(angle);
        const alt = (low + high) / 2 + (Math.max(high - low, 400) / 2) * Math.sin(angle);
        const lon = point.lon_deg + (aside * rightEast) / (111320 * cos);
        return ecef(lon, point.lat_deg + (aside * rightNorth) / 111320, Math.max(alt, 100));
      });
    }), true);
  });
  if (shells.length) into.add(glass(shells, "threat", 0.08));
}

export const CELL_DEG = 0.04;

export interface Density { west: number; south: number; columns: number; rows: number; counts: Float32Array; most: number }

/** Impacts per trial in cells, over the area where there are any. */
export function density(spread: Spread): Density | null {
  if (!spread.impacts.length) return null;
  const lats = spread.impacts.map((i) => i[0]), lons = spread.impacts.map((i) => i[1]);
  const west = Math.min(...lons) - CELL_DEG, south = Math.min(...lats) - CELL_DEG;
  const columns = Math.min(700, Math.ceil((Math.max(...lons) - west) / CELL_DEG) + 1);
  const rows = Math.min(700, Math.ceil((Math.max(...lats) - south) / CELL_DEG) + 1);
  const counts = new Float32Array(columns * rows);
  let most = 0;
  for (const [lat, lon] of spread.impacts) {
    const x = Math.floor((lon - west) / CELL_DEG), y = Math.floor((lat - south) / CELL_DEG);
    if (x >= columns || y >= rows) continue;
    const n = (counts[y * columns + x] += 1 / spread.trials);
    if (n > most) most = n;
  }
  return { west, south, columns, rows, counts, most };
}

// cividis (Nuñez, Anderton and Renslow, 2018), which the colour-blind read as everybody does
const CIVIDIS = [[0, 34, 78], [65, 77, 107], [124, 123, 120], [188, 175, 111], [254, 232, 56]];

export function cividis(share: number): [number, number, number] {
  const x = Math.min(Math.max(share, 0), 1) * (CIVIDIS.length - 1);
  const k = Math.min(Math.floor(x), CIVIDIS.length - 2), w = x - k;
  return [0, 1, 2].map((c) => CIVIDIS[k][c] + w * (CIVIDIS[k + 1][c] - CIVIDIS[k][c])) as any;
}

/** The density as a picture, north up; the scale is logarithmic. */
export function densityCanvas(found: Density): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = found.columns;
  canvas.height = found.rows;
  const pen = canvas.getContext("2d")!;
  const image = pen.createImageData(found.columns, found.rows);
  const low = Math.log(found.most / 300);
  for (let y = 0; y < found.rows; y++) {
    for (let x = 0; x < found.columns; x++) {
      const n = found.counts[y * found.columns + x];
      if (n <= 0) continue;
      const share = Math.max(0, (Math.log(n) - low) / (Math.log(found.most) - low));
      const o = 4 * ((found.rows - 1 - y) * found.columns + x);
      image.data.set([...cividis(share), 150 + 90 * share], o);
    }
  }
  pen.putImageData(image, 0, 0);
  return canvas;
}

export function densityLayer(spread: Spread): any {
  const found = density(spread);
  if (!found) return null;
  const rectangle = Cesium.Rectangle.fromDegrees(
    found.west, found.south, found.west + found.columns * CELL_DEG,
    found.south + found.rows * CELL_DEG,
  );
  return new Cesium.ImageryLayer(oneTile(densityCanvas(found), rectangle), { alpha: 1 });
}

function oneTile(canvas: HTMLCanvasElement, rectangle: any): any {
  const scheme = new Cesium.GeographicTilingScheme({
    rectangle, numberOfLevelZeroTilesX: 1, numberOfLevelZeroTilesY: 1,
  });
  return {
    tilingScheme: scheme, rectangle, tileWidth: canvas.width, tileHeight: canvas.height,
    minimumLevel: 0, maximumLevel: 0, hasAlphaChannel: true, tileDiscardPolicy: undefined,
    errorEvent: new Cesium.Event(), credit: undefined, proxy: undefined,
    getTileCredits: () => [], pickFeatures: () => undefined,
    requestImage: () => Promise.resolve(canvas),
  };
}
