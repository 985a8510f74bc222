// What the server is asked. Every address is relative, so the key in the page's own serves.

export interface Fault {
  code: string; message: string; path?: string; help?: string; line?: number; column?: number;
}

export class Faulty extends Error {
  constructor(readonly faults: Fault[], readonly status: number) {
    super(faults.map((fault) => fault.message).join("; "));
  }
}

async function asked(path: string, init?: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch("api/" + path, init);
  } catch {
    throw new Faulty([{ code: "gone", message: "keepout serve no longer answers" }], 0);
  }
  if (answer.ok) return answer;
  let faults: Fault[] = [{ code: "failed", message: `the server said ${answer.status}` }];
  try {
    faults = (await answer.json()).errors;
  } catch { /* the sentence above will do */ }
  throw new Faulty(faults, answer.status);
}

export async function get<T>(path: string): Promise<T> {
  return (await asked(path)).json() as Promise<T>;
}

export async function bytes(path: string): Promise<ArrayBuffer> {
  return (await asked(path)).arrayBuffer();
}

export async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await asked(path, {
    method, headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  });
  return answer.json() as Promise<T>;
}

export const at = encodeURIComponent;

export interface RunLine {
  run: string; state: string; scenario: string; trials: number; seed: number; fidelity: string;
  digest: string | null; started_utc: string;
  /** Of a partial run: why it cannot go on from here; empty if it can. */
  halted?: string;
}

export interface Summary {
  mean: number; mc_se: number | null; p05: number; p50: number; p95: number;
  epistemic?: { p05: number; p50: number; p95: number } | null;
}

export interface RunAbout {
  name: string; title: string; note: string; threats: number; has_report: boolean;
  warning?: Record<string, { radar_s: [number, number] | null; launch_detection_s: [number, number] | null }>;
  summary: {
    scenario: string; trials: number; seed: number; fidelity: string; digest: string;
    launched: Summary; failed_in_flight: Summary;
    intercepted: { total: Summary; by_system: Record<string, Summary> };
    arrived: { total: Summary; by_asset: Record<string, Summary>; by_cause: Record<string, Summary> };
    fired: { total: Summary; by_system: Record<string, Summary> };
    p_no_arrival: { mean: number; mc_se: number | null };
  };
}

export interface Outcomes { trials: number; of: number; readings: Record<string, number[]> }

export interface Spread {
  trials: number; quantiles: number[]; impacts: [number, number, number][];
  tubes: {
    area: string; asset: string; flights: number;
    points: { lat_deg: number; lon_deg: number; alt_m: number[]; right_m: number[] }[];
  }[];
}

export interface Story {
  threat: string; trial: number; flying: boolean; text: string; missile: string; area: string;
  asset: string; launch_s: number; impact_s: number; apogee_km: number;
  tracks: { radar: string; t_s: number }[];
  batteries: {
    battery: string; system: string; fired: number; reason: string; text: string;
    window: { opens_s: number; closes_s: number } | null;
    steps: { t_s: number; until_s?: number; times?: number; what: string; text: string }[];
  }[];
  end: { what: string; t_s: number; text: string };
  path?: {
    t_s: number[]; alt_m: number[]; end_s: number;
    shots: {
      battery: string; launch_s: number; intercept_s: number; alt_m: number; outcome: string;
    }[];
  };
}

export interface Job {
  id: number; state: string; run: string; scenario: string; done: number; total: number;
  rate_per_s: number; said: string[]; errors: Fault[];
}
