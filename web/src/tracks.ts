// What the radars believed at one moment, out of the arrays of a scene.
import type { Scene } from "./scene";

export interface Belief {
  threat: number; // place among those that flew
  radar: number;
  impact: [number, number, number]; // Earth-fixed, where it would come down
  east_m2: number; north_m2: number; both_m2: number;
  position_m: number; // one sigma
  lag_s: number;
}

export class Tracks {
  private readonly rows: number; // per track
  private readonly byThreat: number[][];

  constructor(private readonly scene: Scene) {
    const count = scene.arrays.track_threat.length;
    this.rows = count ? scene.arrays.track_t_s.length / count : 0;
    this.byThreat = Array.from({ length: scene.threats }, () => []);
    scene.arrays.track_threat.forEach((row, n) => {
      const place = scene.placeOf[row];
      if (place >= 0) this.byThreat[place].push(n);
    });
  }

  /** The best of the beliefs about a threat at a moment: the one with the smallest ellipse. */
  best(place: number, t_s: number): Belief | null {
    let found: Belief | null = null;
    for (const n of this.byThreat[place]) {
      const said = this.at(n, t_s, place);
      if (said && (!found || said.east_m2 + said.north_m2 < found.east_m2 + found.north_m2)) {
        found = said;
      }
    }
    return found;
  }

  private at(n: number, t_s: number, threat: number): Belief | null {
    const { track_t_s, track_impact_ecef_m: r, track_impact_m2: v } = this.scene.arrays;
    const a = n * this.rows, z = a + this.rows - 1;
    if (t_s < track_t_s[a] || t_s > track_t_s[z]) return null;
    const span = track_t_s[z] - track_t_s[a];
    const x = span > 0 ? ((t_s - track_t_s[a]) / span) * (this.rows - 1) : 0;
    const k = Math.min(a + Math.floor(x), z - 1), w = x - (k - a), u = 1 - w;
    const mix = (values: ArrayLike<number>, size: number, axis: number) =>
      u * values[size * k + axis] + w * values[size * (k + 1) + axis];
    return {
      threat, radar: this.scene.arrays.track_radar[n],
      impact: [mix(r, 3, 0), mix(r, 3, 1), mix(r, 3, 2)],
      east_m2: mix(v, 3, 0), north_m2: mix(v, 3, 1), both_m2: mix(v, 3, 2),
      position_m: mix(this.scene.arrays.track_position_m, 1, 0),
      lag_s: mix(this.scene.arrays.track_lag_s, 1, 0),
    };
  }
}

/** East and north [m] of the points of an ellipse of so many sigma. */
export function ellipse(said: Belief, sigmas: number, points = 28): [number, number][] {
  const root = Math.sqrt(Math.max(said.east_m2, 1e-6)); // Cholesky factor of the covariance
  const lean = said.both_m2 / root;
  const side = Math.sqrt(Math.max(said.north_m2 - lean * lean, 0));
  return Array.from({ length: points + 1 }, (_, k) => {
    const c = Math.cos((2 * Math.PI * k) / points), d = Math.sin((2 * Math.PI * k) / points);
    return [sigmas * root * c, sigmas * (lean * c + side * d)];
  });
}

/** Points so far east and north of an Earth-fixed point. */
export function around(
  centre: [number, number, number], offsets: [number, number][], lift_m: number,
): [number, number, number][] {
  const [x, y, z] = centre;
  const p = Math.hypot(x, y), r = Math.hypot(x, y, z);
  const east = [-y / p, x / p, 0], up = [x / r, y / r, z / r];
  const north = [
    up[1] * east[2] - up[2] * east[1], up[2] * east[0] - up[0] * east[2],
    up[0] * east[1] - up[1] * east[0],
  ];
  return offsets.map(([e, n]) => [
    x + e * east[0] + n * north[0] + lift_m * up[0],
    y + e * east[1] + n * north[1] + lift_m * up[1],
    z + e * east[2] + n * north[2] + lift_m * up[2],
  ]);
}
