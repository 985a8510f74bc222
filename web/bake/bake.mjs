// Land, borders and names of countries from Natural Earth 1:50m (public domain), as small numbers:
// degrees times 180, in 16 bits, one line after the other. Written to src/baked.json.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { feature, mesh } from "topojson-client";

const load = createRequire(import.meta.url);
const atlas = JSON.parse(readFileSync(load.resolve("world-atlas/countries-50m.json"), "utf8"));
const SCALE = 180; // 1/180 degree is 600 m: finer than the source
const LEAST_NAMED_DEG2 = 1.5;

const rings = [];
for (const shape of feature(atlas, atlas.objects.land).features) {
  const parts = shape.geometry.type === "Polygon"
    ? [shape.geometry.coordinates] : shape.geometry.coordinates;
  for (const polygon of parts) rings.push(...polygon);
}
const borders = mesh(atlas, atlas.objects.countries, (a, b) => a !== b).coordinates;

function packed(lines) {
  const numbers = [lines.length];
  for (const line of lines) numbers.push(line.length);
  for (const line of lines) {
    for (const [lon, lat] of line) numbers.push(Math.round(lon * SCALE), Math.round(lat * SCALE));
  }
  if (numbers.some((n) => n < -32768 || n > 65535)) throw new Error("a line is too long");
  return Buffer.from(new Int16Array(numbers).buffer).toString("base64");
}

function areaAndCentre(ring) { // of a small polygon, in square degrees
  let area = 0, x = 0, y = 0;
  for (let i = 0; i + 1 < ring.length; i++) {
    const [x0, y0] = ring[i], [x1, y1] = ring[i + 1];
    const cross = x0 * y1 - x1 * y0;
    area += cross; x += (x0 + x1) * cross; y += (y0 + y1) * cross;
  }
  return [Math.abs(area / 2), x / (3 * area), y / (3 * area)];
}

const names = [];
for (const country of feature(atlas, atlas.objects.countries).features) {
  const parts = country.geometry.type === "Polygon"
    ? [country.geometry.coordinates] : country.geometry.coordinates;
  const [area, lon, lat] = parts.map((p) => areaAndCentre(p[0])).sort((a, b) => b[0] - a[0])[0];
  if (area > LEAST_NAMED_DEG2) {
    names.push([country.properties.name, +lon.toFixed(2), +lat.toFixed(2), Math.round(area)]);
  }
}

const baked = { scale: SCALE, land: packed(rings), borders: packed(borders), names };
writeFileSync(new URL("../src/baked.json", import.meta.url), JSON.stringify(baked));
console.log(`land ${rings.length} rings, borders ${borders.length} lines, ${names.length} names`);
