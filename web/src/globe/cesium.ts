// Cesium as one script without workers and without anything fetched: it runs from a disk too.
import * as Cesium from "@cesium/engine";

export { Cesium };

let stilled = false;

/** Take away what would fetch files or start workers: terrain meshes are made right here. */
export function still(): void {
  if (stilled) return;
  stilled = true;
  const terrain = Cesium.HeightmapTerrainData.prototype as any;
  terrain.createMesh = function (options: unknown) {
    return Promise.resolve(this._createMeshSync(options));
  };
  (Cesium.TaskProcessor.prototype as any).scheduleTask = () => undefined; // no workers
  const noTables = { computeXysRadians: () => undefined, preload: () => Promise.resolve() };
  (Cesium.Transforms as any).iau2006XysData = noTables; // the sun is not drawn
  (Cesium.CreditDisplay as any).cesiumCredit = new Cesium.Credit("CesiumJS");
  Cesium.Ion.defaultAccessToken = "";
}
