// Tiles of the dark base, as Cesium asks for them.
import { paint } from "../land";
import { Cesium } from "./cesium";

const SIZE = 512;

export function baseImagery(): any {
  const scheme = new Cesium.GeographicTilingScheme();
  return {
    tilingScheme: scheme,
    rectangle: scheme.rectangle,
    tileWidth: SIZE,
    tileHeight: SIZE,
    minimumLevel: 0,
    maximumLevel: 7,
    hasAlphaChannel: false,
    tileDiscardPolicy: undefined,
    errorEvent: new Cesium.Event(),
    credit: new Cesium.Credit("Natural Earth"),
    proxy: undefined,
    getTileCredits: () => [],
    pickFeatures: () => undefined,
    requestImage(x: number, y: number, level: number) {
      const tile = scheme.tileXYToRectangle(x, y, level);
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = SIZE;
      const pen = canvas.getContext("2d")!;
      const [west, south, east, north] = [tile.west, tile.south, tile.east, tile.north].map(
        Cesium.Math.toDegrees,
      );
      paint(pen, { west, south, east, north }, SIZE, SIZE, false);
      return Promise.resolve(canvas);
    },
  };
}
