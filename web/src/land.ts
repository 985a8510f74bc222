// The dark base of globe and map: land, coast, borders and a grid, drawn from lines as tiles are
// asked for, so that it is sharp at every zoom and weighs little.
import baked from "./baked.json";

export interface Box { west: number; south: number; east: number; north: number } // degrees

interface Line { points: Float32Array; box: Box } // lon, lat, lon, lat, …

const PIECE = 64; // points of a line that are looked at together

function unpacked(text: string): Float32Array[] {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  const numbers = new Int16Array(bytes.buffer);
  const lengths = new Uint16Array(bytes.buffer);
  const lines: Float32Array[] = [];
  let at = 1 + lengths[0];
  for (let i = 0; i < lengths[0]; i++) {
    const count = 2 * lengths[1 + i];
    lines.push(Float32Array.from(numbers.subarray(at, at + count), (n) => n / baked.scale));
    at += count;
  }
  return lines;
}

function boxed(points: Float32Array): Line {
  const box = { west: 999, south: 999, east: -999, north: -999 };
  for (let i = 0; i < points.length; i += 2) {
    box.west = Math.min(box.west, points[i]);
    box.east = Math.max(box.east, points[i]);
    box.south = Math.min(box.south, points[i + 1]);
    box.north = Math.max(box.north, points[i + 1]);
  }
  return { points, box };
}

function pieces(lines: Float32Array[]): Line[] {
  return lines.flatMap((points) => {
    const found: Line[] = [];
    for (let i = 0; i < points.length - 2; i += 2 * PIECE) {
      found.push(boxed(points.subarray(i, Math.min(i + 2 * PIECE + 2, points.length))));
    }
    return found;
  });
}

const rings = unpacked(baked.land).map(boxed);
const coast = pieces(rings.map((ring) => ring.points));
const borderLines = unpacked(baked.borders);
const borders = pieces(borderLines);

export const countryNames = baked.names as [string, number, number, number][];
export function borderPaths(): Float32Array[] { return borderLines; }

function meets(a: Box, b: Box): boolean {
  return a.west <= b.east && a.east >= b.west && a.south <= b.north && a.north >= b.south;
}

/** A ring cut to a box (Sutherland and Hodgman, 1974). */
function cut(ring: Line, box: Box): number[] {
  let points: ArrayLike<number> = ring.points;
  const sides: [0 | 1, number, 1 | -1][] = [
    [0, box.west, 1], [0, box.east, -1], [1, box.south, 1], [1, box.north, -1],
  ];
  for (const [axis, limit, sign] of sides) {
    const kept: number[] = [];
    const count = points.length / 2;
    for (let i = 0; i < count; i++) {
      const j = i === 0 ? count - 1 : i - 1;
      const x0 = points[2 * j], y0 = points[2 * j + 1], x1 = points[2 * i], y1 = points[2 * i + 1];
      const d0 = sign * ((axis ? y0 : x0) - limit), d1 = sign * ((axis ? y1 : x1) - limit);
      if (d0 >= 0 !== d1 >= 0) {
        const w = d0 / (d0 - d1);
        kept.push(x0 + w * (x1 - x0), y0 + w * (y1 - y0));
      }
      if (d1 >= 0) kept.push(x1, y1);
    }
    points = kept;
    if (!kept.length) break;
  }
  return Array.from(points);
}

const DARK = {
  sea: "#0d1520", land: "#1d2733", coast: "#4d6175", border: "#5a6a7c", grid: "rgba(255,255,255,.045)",
};
const LIGHT: typeof DARK = {
  sea: "#d3dee8", land: "#f1f3f0", coast: "#7c8fa1", border: "#74869a", grid: "rgba(0,0,0,.06)",
};
export const BASE = { ...DARK };

export function dressLand(light: boolean): void { Object.assign(BASE, light ? LIGHT : DARK); }

/** Draw a box of the world into a rectangle of a canvas; x and y are linear in lon and lat. */
export function paint(
  pen: CanvasRenderingContext2D, box: Box, width: number, height: number, withBorders: boolean,
): void {
  const kx = width / (box.east - box.west), ky = height / (box.north - box.south);
  const X = (lon: number) => (lon - box.west) * kx, Y = (lat: number) => (box.north - lat) * ky;
  const margin = 4 / Math.min(kx, ky);
  const wide = {
    west: box.west - margin, east: box.east + margin,
    south: box.south - margin, north: box.north + margin,
  };
  pen.fillStyle = BASE.sea;
  pen.fillRect(0, 0, width, height);
  pen.beginPath();
  for (const ring of rings) {
    if (!meets(ring.box, wide)) continue;
    trace(pen, cut(ring, wide), X, Y);
    pen.closePath();
  }
  pen.fillStyle = BASE.land;
  pen.fill("evenodd");
  grid(pen, box, X, Y, width, height);
  stroke(pen, coast, wide, X, Y, BASE.coast, 1);
  if (withBorders) {
    pen.setLineDash([5, 3]);
    stroke(pen, borders, wide, X, Y, BASE.border, 1);
    pen.setLineDash([]);
  }
}

function stroke(
  pen: CanvasRenderingContext2D, lines: Line[], box: Box, X: (n: number) => number,
  Y: (n: number) => number, colour: string, width: number,
): void {
  pen.beginPath();
  for (const line of lines) if (meets(line.box, box)) trace(pen, line.points, X, Y);
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke();
}

function trace(
  pen: CanvasRenderingContext2D, points: ArrayLike<number>, X: (n: number) => number,
  Y: (n: number) => number,
): void {
  let lastX = Infinity, lastY = Infinity;
  for (let i = 0; i < points.length; i += 2) {
    const x = X(points[i]), y = Y(points[i + 1]);
    const end = i + 2 >= points.length;
    if (i > 0 && !end && Math.abs(x - lastX) + Math.abs(y - lastY) < 0.8) continue;
    if (i === 0) pen.moveTo(x, y); else pen.lineTo(x, y);
    lastX = x;
    lastY = y;
  }
}

function grid(
  pen: CanvasRenderingContext2D, box: Box, X: (n: number) => number, Y: (n: number) => number,
  width: number, height: number,
): void {
  const span = box.east - box.west;
  const step = span > 60 ? 15 : span > 8 ? 5 : 1;
  pen.beginPath();
  for (let lon = Math.ceil(box.west / step) * step; lon <= box.east; lon += step) {
    pen.moveTo(X(lon), 0);
    pen.lineTo(X(lon), height);
  }
  for (let lat = Math.ceil(box.south / step) * step; lat <= box.north; lat += step) {
    pen.moveTo(0, Y(lat));
    pen.lineTo(width, Y(lat));
  }
  pen.strokeStyle = BASE.grid;
  pen.lineWidth = 1;
  pen.stroke();
}
