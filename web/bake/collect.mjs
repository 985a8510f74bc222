// Licences beside the built page, and a check that it is whole.
import { copyFileSync, existsSync } from "node:fs";

const to = new URL("../../keepout/assets/web/", import.meta.url);
copyFileSync(
  new URL("../node_modules/@cesium/engine/LICENSE.md", import.meta.url), new URL("cesium-licence.md", to),
);
for (const name of ["index.html", "app.js", "app.css"]) {
  if (!existsSync(new URL(name, to))) throw new Error(`${name} is missing`);
}
