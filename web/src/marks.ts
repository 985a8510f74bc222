// What happened where: the marks of globe and map, in order of time.
import type { Hue, Mark } from "./palette";
import type { Scene } from "./scene";

export interface Happened {
  t_s: number; mark: Mark; hue: Hue; size: number; debris: boolean;
  threat: number; // place among those that flew, or -1
  r: [number, number, number];
  says: string;
}

type Look = [Mark, Hue, number, boolean];
const LOOKS: Record<string, Look> = {
  kill: ["burst", "intercepted", 1, false],
  miss: ["ring", "failed", 0.5, false],
  diverted: ["ring", "intercepted", 0.6, false],
  "body-hit": ["ring", "intercepted", 0.6, false],
  "wrong-object": ["ring", "failed", 0.5, false],
  wasted: ["ring", "failed", 0.4, false],
  failure: ["cross", "failed", 0.6, false],
  "stage-impact": ["plus", "stage", 0.55, true],
  debris: ["dot", "debris", 0.6, true],
};

export function happened(scene: Scene): Happened[] {
  const { event_t_s, event_kind, event_whom, event_who, event_ecef_m: r } = scene.arrays;
  const found: Happened[] = [];
  const assets = scene.head.assets.length;
  for (let n = 0; n < event_t_s.length; n++) {
    const kind = scene.head.kinds[event_kind[n]];
    let look = LOOKS[kind];
    if (kind === "impact" || kind === "dud") {
      const hit = event_who[n] < assets;
      look = [kind === "dud" ? "plus" : "cross", hit ? "arrived" : "elsewhere", 0.9, false];
    }
    if (!look) continue;
    found.push({
      t_s: event_t_s[n], mark: look[0], hue: look[1], size: look[2], debris: look[3],
      threat: event_whom[n] >= 0 ? scene.placeOf[event_whom[n]] : -1,
      r: [r[3 * n], r[3 * n + 1], r[3 * n + 2]],
      says: kind,
    });
  }
  return found.sort((a, b) => a.t_s - b.t_s);
}
