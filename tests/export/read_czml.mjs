// Read a CZML file with Cesium, without a browser, and print what it holds as JSON.
// node read_czml.mjs WEB_FOLDER FILE ENTITY TIME
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [web, file, entity, time] = process.argv.slice(2);
// Cesium asks whether a value is one of these, which only browsers have
for (const name of ["Image", "HTMLCanvasElement", "HTMLImageElement", "HTMLVideoElement",
  "ImageBitmap", "OffscreenCanvas"]) {
  globalThis[name] ??= class {};
}
const engine = resolve(web, "node_modules/@cesium/engine/index.js");
const cesium = await import(pathToFileURL(engine));
const source = await cesium.CzmlDataSource.load(JSON.parse(readFileSync(file, "utf8")));
const entities = source.entities.values;
const one = source.entities.getById(entity);
const at = one.position.getValue(cesium.JulianDate.fromIso8601(time));
console.log(
  JSON.stringify({
    name: source.name,
    entities: entities.length,
    start: cesium.JulianDate.toIso8601(source.clock.startTime, 3),
    stop: cesium.JulianDate.toIso8601(source.clock.stopTime, 3),
    position: [at.x, at.y, at.z],
  }),
);
