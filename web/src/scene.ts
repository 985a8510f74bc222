// One trial as typed arrays: the reader of what report/playback/pack.py writes.

export interface Site { name: string; lat_deg: number; lon_deg: number; alt_m: number }
export interface Radar extends Site {
  type: string; range_m: number; azimuth_deg: number; azimuth_half_deg: number;
  elevation_min_deg: number; elevation_max_deg: number; shared: boolean; owner: number;
}
export interface Battery extends Site {
  system: string; interceptor: string; floor_m: number; ceiling_m: number; reach_m: number;
  envelope_m: [number, number][];
}
export interface Place { id: string; lat_deg: number; lon_deg: number; radius_m: number }

export interface Head {
  trial: number; threats: string[]; missiles: string[]; areas: Place[]; assets: Place[];
  radars: Radar[]; batteries: Battery[]; names: Record<string, string>; fates: string[];
  causes: string[]; cause_words: Record<string, [string, string]>; kinds: string[];
  counts: Record<string, number>; round_samples: number;
  run: {
    scenario: string; title: string; note: string; start: string; trials: number; seed: number;
    fidelity: string; version: string; digest: string; counterfactual: boolean;
  };
}

type Numbers = Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;
const TYPES = {
  f4: Float32Array, i4: Int32Array, u4: Uint32Array, u2: Uint16Array, u1: Uint8Array,
} as const;

interface Shelf { type: keyof typeof TYPES; shape: number[]; offset: number }

function headOf(data: ArrayBuffer): { head: any; begin: number } {
  const view = new DataView(data);
  if (data.byteLength < 8 || view.getUint32(0, true) !== 0x3142504b) {
    throw new Error("this is no replay of keepout");
  }
  const length = view.getUint32(4, true);
  return {
    head: JSON.parse(new TextDecoder().decode(new Uint8Array(data, 8, length))), begin: 8 + length,
  };
}

function numbersOf(place: Shelf): number { return place.shape.reduce((a, b) => a * b, 1); }

/** Undo, where it stands, what report/playback/thin.py did: byte planes of second differences. */
export function thick(data: ArrayBuffer): ArrayBuffer {
  const { head, begin } = headOf(data);
  for (const place of Object.values<Shelf>(head.arrays)) {
    const count = numbersOf(place);
    if (!place.type.endsWith("4") || !count) continue;
    const planes = new Uint8Array(data, begin + place.offset, 4 * count).slice();
    const made = new Int32Array(data, begin + place.offset, count);
    const across = place.shape.length > 1 ? place.shape[place.shape.length - 1] : 1;
    const down = count / across;
    for (let column = 0, k = 0; column < across; column++) {
      let step = 0, value = 0;
      for (let row = 0, o = column; row < down; row++, o += across, k++) {
        const second = planes[k] | (planes[k + count] << 8) | (planes[k + 2 * count] << 16) |
          (planes[k + 3 * count] << 24);
        step = (step + second) | 0;
        value = (value + step) | 0;
        made[o] = value;
      }
    }
  }
  return data;
}

export class Scene {
  readonly head: Head;
  readonly arrays: Record<string, Numbers> = {};
  readonly threats: number;
  readonly rounds: number;
  readonly begin_s: number;
  readonly end_s: number;
  /** Row of a threat in head.threats → its place among those that flew, or -1. */
  readonly placeOf: Int32Array;

  constructor(data: ArrayBuffer) {
    const { head, begin: from } = headOf(data);
    for (const [name, place] of Object.entries<Shelf>(head.arrays)) {
      this.arrays[name] = new TYPES[place.type](data, from + place.offset, numbersOf(place));
    }
    delete head.arrays;
    this.head = head;
    this.threats = this.arrays.threat_row.length;
    this.rounds = this.arrays.round_threat.length;
    this.placeOf = new Int32Array(head.threats.length).fill(-1);
    this.arrays.threat_row.forEach((row, place) => { this.placeOf[row] = place; });
    let begin = Infinity, end = 0;
    for (const t of this.arrays.threat_t_s) {
      if (t < begin) begin = t;
      if (t > end) end = t;
    }
    for (const t of this.arrays.event_t_s) if (t > end) end = t;
    this.begin_s = Number.isFinite(begin) ? begin : 0;
    this.end_s = Math.max(end, this.begin_s + 1);
  }

  floats(name: string): Float32Array { return this.arrays[name] as Float32Array; }

  nameOf(id: string): string { return this.head.names[id] ?? id; }

  /** Name of the k-th threat that flew. */
  threatName(place: number): string { return this.head.threats[this.arrays.threat_row[place]]; }

  missileName(place: number): string {
    return this.nameOf(this.head.missiles[this.arrays.threat_missile[place]]);
  }

  launch_s(place: number): number {
    return this.arrays.threat_t_s[this.arrays.threat_first[place]];
  }

  threatEnd_s(place: number): number {
    return this.arrays.threat_t_s[this.arrays.threat_first[place + 1] - 1];
  }

  fate(place: number): string { return this.head.fates[this.arrays.threat_fate[place]]; }

  /** What a threat is at a moment. */
  state(place: number, t_s: number): string {
    if (t_s < this.launch_s(place)) return "waiting";
    return t_s < this.threatEnd_s(place) ? "flying" : this.fate(place);
  }
}

/** Positions of many bodies at one moment, each between two of its samples. */
export class Motion {
  readonly position: Float64Array;
  /** 0 before its first sample, 1 between, 2 after its last. */
  readonly state: Uint8Array;
  private readonly cursor: Int32Array;

  constructor(
    readonly count: number,
    private readonly first: ArrayLike<number>,
    private readonly t_s: Float32Array,
    private readonly r: Float32Array,
  ) {
    this.position = new Float64Array(3 * count);
    this.state = new Uint8Array(count);
    this.cursor = new Int32Array(count);
    for (let i = 0; i < count; i++) this.cursor[i] = first[i];
  }

  move(t: number): void {
    const { first, t_s, r, cursor, position, state } = this;
    for (let i = 0; i < this.count; i++) {
      const a = first[i], z = first[i + 1] - 1;
      if (t < t_s[a]) { state[i] = 0; continue; }
      if (t >= t_s[z]) {
        if (state[i] !== 2) {
          state[i] = 2;
          for (let k = 0; k < 3; k++) position[3 * i + k] = r[3 * z + k];
        }
        continue;
      }
      state[i] = 1;
      let c = cursor[i];
      if (t < t_s[c] || t >= t_s[c + 8 < z ? c + 8 : z]) { // a jump: look for it
        let low = a, high = z;
        while (high - low > 1) {
          const mid = (low + high) >> 1;
          if (t_s[mid] <= t) low = mid; else high = mid;
        }
        c = low;
      } else while (t >= t_s[c + 1]) c++;
      cursor[i] = c;
      const w = (t - t_s[c]) / (t_s[c + 1] - t_s[c]);
      const j = 3 * c, o = 3 * i;
      position[o] = r[j] + w * (r[j + 3] - r[j]);
      position[o + 1] = r[j + 1] + w * (r[j + 4] - r[j + 1]);
      position[o + 2] = r[j + 2] + w * (r[j + 5] - r[j + 2]);
    }
  }
}

export function threatMotion(scene: Scene): Motion {
  const { threat_first } = scene.arrays;
  return new Motion(
    scene.threats, threat_first, scene.floats("threat_t_s"), scene.floats("threat_ecef_m"),
  );
}

export function roundMotion(scene: Scene): Motion {
  const n = scene.head.round_samples, count = scene.rounds;
  const first = Int32Array.from({ length: count + 1 }, (_, i) => i * n);
  const times = new Float32Array(count * n);
  const begin = scene.floats("round_launch_s"), end = scene.floats("round_intercept_s");
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < n; k++) times[i * n + k] = begin[i] + (k / (n - 1)) * (end[i] - begin[i]);
  }
  return new Motion(count, first, times, scene.floats("round_ecef_m"));
}

const A = 6378137.0, F = 1 / 298.257223563, B = A * (1 - F);
const E2 = F * (2 - F), EP2 = (A * A - B * B) / (B * B);
const DEG = 180 / Math.PI;

/** Longitude, latitude [deg] and height [m] of an Earth-fixed point (Bowring's formula). */
export function geodetic(x: number, y: number, z: number): [number, number, number] {
  const p = Math.hypot(x, y);
  const u = Math.atan2(z * A, p * B);
  const lat = Math.atan2(z + EP2 * B * Math.sin(u) ** 3, p - E2 * A * Math.cos(u) ** 3);
  const n = A / Math.sqrt(1 - E2 * Math.sin(lat) ** 2);
  const alt = Math.abs(lat) < 1.2 ? p / Math.cos(lat) - n : z / Math.sin(lat) - n * (1 - E2);
  return [Math.atan2(y, x) * DEG, lat * DEG, alt];
}

export function ecef(lon_deg: number, lat_deg: number, alt_m: number): [number, number, number] {
  const lon = lon_deg / DEG, lat = lat_deg / DEG;
  const n = A / Math.sqrt(1 - E2 * Math.sin(lat) ** 2);
  const p = (n + alt_m) * Math.cos(lat);
  return [p * Math.cos(lon), p * Math.sin(lon), (n * (1 - E2) + alt_m) * Math.sin(lat)];
}

/** A point so far from another over a round Earth, at an azimuth from north. */
export function ahead(
  lon_deg: number, lat_deg: number, azimuth_deg: number, range_m: number,
): [number, number] {
  const lat = lat_deg / DEG, az = azimuth_deg / DEG, d = range_m / 6371008.8;
  const sin = Math.sin(lat) * Math.cos(d) + Math.cos(lat) * Math.sin(d) * Math.cos(az);
  const lon = Math.atan2(
    Math.sin(az) * Math.sin(d) * Math.cos(lat), Math.cos(d) - Math.sin(lat) * sin,
  );
  return [lon_deg + lon * DEG, Math.asin(sin) * DEG];
}
