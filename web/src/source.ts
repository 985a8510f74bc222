// Where runs come from: the server, or the file that this page itself is.
import { at, bytes, get, type Outcomes, type RunAbout, type RunLine, type Spread, type Story } from "./api";
import { Scene, thick } from "./scene";

export interface Source {
  readonly live: boolean;
  runs(): Promise<RunLine[]>;
  about(run: string): Promise<RunAbout>;
  outcomes(run: string): Promise<Outcomes>;
  scene(run: string, trial: number): Promise<Scene>;
  story(run: string, trial: number, threat: string): Promise<Story>;
  spread(run: string, trials: number): Promise<Spread>;
  report(run: string): string;
}

export class Server implements Source {
  readonly live = true;
  async runs(): Promise<RunLine[]> { return (await get<{ runs: RunLine[] }>("runs")).runs; }
  about(run: string): Promise<RunAbout> { return get(`runs/${at(run)}`); }
  outcomes(run: string): Promise<Outcomes> { return get(`runs/${at(run)}/outcomes`); }
  async scene(run: string, trial: number): Promise<Scene> {
    return new Scene(await bytes(`runs/${at(run)}/trials/${trial}`));
  }
  story(run: string, trial: number, threat: string): Promise<Story> {
    return get(`runs/${at(run)}/trials/${trial}/story?threat=${at(threat)}`);
  }
  spread(run: string, trials: number): Promise<Spread> {
    return get(`runs/${at(run)}/spread?trials=${trials}`);
  }
  report(run: string): string { return `api/runs/${at(run)}/report`; }
}

/** What a page that is one file has at hand; the rest is inflated when it is asked for. */
export interface Enclosed { about: RunAbout; outcomes: Outcomes; trials: string[] }

export function enclosed(): Enclosed | null {
  const found = document.getElementById("keepout-first");
  return found && JSON.parse(found.textContent!);
}

async function inflated(name: string): Promise<ArrayBuffer> {
  const raw = atob(document.getElementById(`keepout-${name}`)!.textContent!);
  const packed = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) packed[i] = raw.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

async function told<T>(name: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await inflated(name)));
}

export class OneFile implements Source {
  readonly live = false;
  private readonly stories = new Map<number, Promise<Record<string, Story>>>();
  constructor(private readonly enclosed: Enclosed) {}

  get trials(): number[] { return this.enclosed.trials.map(Number); }

  async runs(): Promise<RunLine[]> {
    const { name, summary } = this.enclosed.about;
    return [{ ...summary, run: name, state: "complete", started_utc: "" }];
  }
  async about(): Promise<RunAbout> { return this.enclosed.about; }
  async outcomes(): Promise<Outcomes> { return this.enclosed.outcomes; }
  async scene(_run: string, trial: number): Promise<Scene> {
    if (!this.trials.includes(trial)) {
      throw new Error(`this file holds the trials ${this.trials.join(", ")}, not ${trial}`);
    }
    return new Scene(thick(await inflated(`trial-${trial}`)));
  }
  async story(_run: string, trial: number, threat: string): Promise<Story> {
    if (!this.stories.has(trial)) this.stories.set(trial, told(`stories-${trial}`));
    return (await this.stories.get(trial)!)[threat];
  }
  spread(): Promise<Spread> { return told("spread"); }
  report(): string { return ""; }
  reportText(): Promise<string> { return told("report"); }
}
