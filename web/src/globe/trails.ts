// The ways of all bodies as one primitive: every point knows its time, and what lies ahead of the
// clock is not drawn.
import type { Primitive } from "@cesium/engine";
import { rgb, type Hue } from "../palette";
import { Cesium } from "./cesium";

export interface Ways {
  first: ArrayLike<number>; // of each body, one more at the end
  t_s: ArrayLike<number>;
  r: ArrayLike<number>;
}

const SOURCE = `
czm_material czm_getMaterial(czm_materialInput input_) {
  czm_material made = czm_getDefaultMaterial(input_);
  float age = now - input_.st.s;
  if (age < 0.0) discard;
  made.diffuse = colour.rgb;
  made.alpha = colour.a * max(least, exp(-age / fade));
  return made;
}`;

export interface Trail { primitive: Primitive; at(t_s: number): void; show(on: boolean): void }

/** `every`: how many samples are passed over for one that is drawn. */
export function trails(
  ways: Ways, hue: Hue, width: number, least: number, fade_s: number, every = 1,
): Trail | null {
  const geometry = built(ways, width, every);
  if (!geometry) return null;
  const [r, g, b] = rgb(hue);
  const material = new Cesium.Material({
    translucent: true,
    fabric: {
      uniforms: {
        now: 0, least, fade: fade_s, colour: new Cesium.Color(r / 255, g / 255, b / 255, 0.95),
      },
      source: SOURCE,
    },
  });
  const primitive = new Cesium.Primitive({
    geometryInstances: new Cesium.GeometryInstance({ geometry }),
    appearance: new Cesium.PolylineMaterialAppearance({ material, translucent: true }),
    asynchronous: false,
    allowPicking: false,
    compressVertices: false,
  });
  return {
    primitive,
    at(t_s) { material.uniforms.now = t_s; },
    show(on) { primitive.show = on; },
  };
}

function built(ways: Ways, width: number, every: number): any {
  const lines: number[][] = [];
  let corners = 0;
  for (let i = 0; i + 1 < ways.first.length; i++) {
    const a = ways.first[i], z = ways.first[i + 1];
    if (z - a < 2) continue;
    const line: number[] = [];
    for (let k = a; k < z - 1; k += every) line.push(k);
    line.push(z - 1);
    lines.push(line);
    corners += 4 * line.length - 4;
  }
  if (!corners) return null;
  const here = new Float64Array(3 * corners), before = new Float64Array(3 * corners);
  const after = new Float64Array(3 * corners);
  const expand = new Float32Array(2 * corners), st = new Float32Array(2 * corners);
  const index = new Uint32Array(corners * 1.5);
  let v = 0, n = 0;
  for (const line of lines) {
    const base = v, last = line.length - 1;
    line.forEach((k, j) => {
      const p = line[Math.max(j - 1, 0)], q = line[Math.min(j + 1, last)];
      for (let corner = j === 0 ? 2 : 0; corner < (j === last ? 2 : 4); corner++, v++) {
        for (let axis = 0; axis < 3; axis++) {
          const x = ways.r[3 * k + axis];
          here[3 * v + axis] = x;
          before[3 * v + axis] = j === 0 ? 2 * x - ways.r[3 * q + axis] : ways.r[3 * p + axis];
          after[3 * v + axis] = j === last ? 2 * x - ways.r[3 * p + axis] : ways.r[3 * q + axis];
        }
        expand[2 * v] = 2 * (corner % 2) - 1;
        expand[2 * v + 1] = corner < 2 ? -width : width;
        st[2 * v] = ways.t_s[k];
        st[2 * v + 1] = corner % 2;
      }
    });
    for (let j = 0, c = base; j < last; j++, c += 4) {
      index.set([c, c + 2, c + 1, c + 1, c + 2, c + 3], n);
      n += 6;
    }
  }
  const D = Cesium.ComponentDatatype;
  const attribute = (type: number, size: number, values: ArrayLike<number>) =>
    new Cesium.GeometryAttribute({
      componentDatatype: type, componentsPerAttribute: size, values: values as any,
    });
  const geometry: any = new Cesium.Geometry({
    attributes: {
      position: attribute(D.DOUBLE, 3, here),
      prevPosition: attribute(D.DOUBLE, 3, before),
      nextPosition: attribute(D.DOUBLE, 3, after),
      expandAndWidth: attribute(D.FLOAT, 2, expand),
      st: attribute(D.FLOAT, 2, st),
    } as any,
    indices: index,
    primitiveType: Cesium.PrimitiveType.TRIANGLES,
    boundingSphere: Cesium.BoundingSphere.fromVertices(Array.from(here)),
  });
  geometry.geometryType = 3; // POLYLINES: corners are pulled apart on the screen
  return geometry;
}
