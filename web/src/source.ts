// Where runs come from: the server, or the file that this page itself is.
import { at, bytes, get, type Outcomes, type RunAbout, type RunLine, type Spread, type Story } from "./api";
import { Scene } from "./scene";

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

export interface Enclosed {
  about: RunAbout; outcomes: Outcomes; spread: Spread; trials: Record<string, string>;
  stories: Record<string, Record<string, Story>>; report: string;
}

function decoded(text: string): ArrayBuffer {
  const raw = atob(text);
  const found = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) found[i] = raw.charCodeAt(i);
  return found.buffer;
}

export class OneFile implements Source {
  readonly live = false;
  constructor(private readonly enclosed: Enclosed) {}

  get trials(): number[] { return Object.keys(this.enclosed.trials).map(Number); }

  async runs(): Promise<RunLine[]> {
    const { name, summary } = this.enclosed.about;
    return [{ ...summary, run: name, state: "complete", started_utc: "" }];
  }
  async about(): Promise<RunAbout> { return this.enclosed.about; }
  async outcomes(): Promise<Outcomes> { return this.enclosed.outcomes; }
  async scene(_run: string, trial: number): Promise<Scene> {
    const found = this.enclosed.trials[trial];
    if (!found) throw new Error(`this file holds the trials ${this.trials.join(", ")}, not ${trial}`);
    return new Scene(decoded(found));
  }
  async story(_run: string, trial: number, threat: string): Promise<Story> {
    return this.enclosed.stories[trial][threat];
  }
  async spread(): Promise<Spread> { return this.enclosed.spread; }
  report(): string { return this.enclosed.report; }
}
