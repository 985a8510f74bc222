// The page: what is open, and who is told when it changes.
import type { RunAbout, RunLine, Spread } from "./api";
import { Clock } from "./clock";
import { announce } from "./dom";
import { BASE } from "./land";
import { COLOURS } from "./palette";
import type { Scene } from "./scene";
import type { Source } from "./source";
import { Stage, type Taste } from "./stage";
import { wear } from "./theme";
import { LAYERS, type Camera, type Layers } from "./view";

export interface Side { run: string; about: RunAbout; trial: number; scene: Scene; stage: Stage }

type Event_ = "runs" | "open" | "select" | "choose" | "layers" | "spread" | "time" | "taste" | "pictured";

export class App {
  readonly clock = new Clock();
  runs: RunLine[] = [];
  sides: Side[] = [];
  selected: { side: number; place: number } | null = null;
  layers: Layers = { ...LAYERS };
  chosenFate: string | null = null;
  spread: Spread | null = null;
  taste: Taste;
  /** Milliseconds of script in the last frames, newest last. */
  readonly costs_ms: number[] = [];
  private readonly listeners = new Map<Event_, (() => void)[]>();
  private pictured = false;
  /** Where the clock stands when a page is opened: `?t=200` in its address. */
  private readonly startAt_s = parseFloat(new URLSearchParams(location.search).get("t") ?? "");

  constructor(readonly source: Source, taste: Taste) {
    this.taste = taste;
    this.clock.changed = () => this.tell("time");
    requestAnimationFrame(this.frame);
  }

  on(event: Event_, listener: () => void): void {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
  }

  tell(event: Event_): void {
    for (const listener of this.listeners.get(event) ?? []) listener();
  }

  private frame = (now_ms: number): void => {
    requestAnimationFrame(this.frame);
    if (!this.pictured && this.sides[0]?.stage.view.pictured()) {
      this.pictured = true;
      performance.mark("keepout-first-picture");
      this.tell("pictured");
    }
    const begin = performance.now();
    this.clock.frame(now_ms);
    for (const side of this.sides) side.stage.draw(this.clock.t_s);
    this.costs_ms.push(performance.now() - begin);
    if (this.costs_ms.length > 600) this.costs_ms.shift();
  };

  async refresh(): Promise<void> {
    this.runs = await this.source.runs();
    this.tell("runs");
  }

  /** Open a run alone, or beside the one that is open. */
  async open(run: string, trial = 0, beside = false): Promise<void> {
    announce(`opening ${run} …`);
    const [about, scene] = await Promise.all([
      this.source.about(run), this.source.scene(run, trial),
    ]);
    if (!beside) {
      for (const side of this.sides.splice(1)) side.stage.close();
    } else for (const side of this.sides.splice(1)) side.stage.close();
    const index = beside && this.sides.length ? 1 : 0;
    const fresh = !this.sides[index];
    const stage = this.sides[index]?.stage ?? new Stage(this.taste);
    this.sides[index] = { run, about, trial, scene, stage };
    this.selected = null;
    this.chosenFate = null;
    this.spread = null;
    stage.show(scene, this.titleOf(this.sides[index]));
    this.wire(index);
    this.range();
    if (fresh && index === 0) this.clock.seek(Number.isFinite(this.startAt_s) ? this.startAt_s : this.clock.begin_s);
    stage.layers(this.layers);
    document.getElementById("panes")!.dataset.count = String(this.sides.length);
    if (fresh) {
      const [first] = this.sides;
      first.stage.view.home(); // as wide as it is now
      if (index) stage.view.follow(first.stage.view.camera());
    }
    this.tell("open");
    announce(`${run} is open, trial ${trial}`);
  }

  /** Another trial of everything that is open: the same night on both sides. */
  async trial(trial: number): Promise<void> {
    for (const side of this.sides) {
      side.scene = await this.source.scene(side.run, trial);
      side.trial = trial;
      side.stage.show(side.scene, this.titleOf(side));
      side.stage.layers(this.layers);
    }
    this.selected = null;
    this.chosenFate = null;
    this.range();
    if (this.spread) this.sides[0].stage.view.spread(this.spread);
    this.tell("open");
    announce(`trial ${trial}`);
  }

  private titleOf(side: Side): string {
    return `${side.about.title} · trial ${side.trial} of ${side.about.summary.trials}`;
  }

  private range(): void {
    this.clock.range(
      Math.min(...this.sides.map((side) => side.scene.begin_s)) - 5,
      Math.max(...this.sides.map((side) => side.scene.end_s)) + 5,
    );
  }

  private wire(index: number): void {
    const { view } = this.sides[index].stage;
    view.picked = (place) => this.select(index, place);
    view.moved = (camera: Camera) => {
      this.sides.forEach((side, k) => { if (k !== index) side.stage.view.follow(camera); });
    };
  }

  closeBeside(): void {
    for (const side of this.sides.splice(1)) side.stage.close();
    document.getElementById("panes")!.dataset.count = "1";
    this.tell("open");
  }

  select(side: number, place: number | null): void {
    this.selected = place === null ? null : { side, place };
    this.sides.forEach((each, k) => {
      let own = k === side ? place : null;
      if (k !== side && place !== null) { // the same missile on the other side
        const row = this.sides[side].scene.arrays.threat_row[place];
        const there = each.scene.placeOf[row];
        own = there !== undefined && there >= 0 ? there : null;
      }
      each.stage.view.select(own);
    });
    this.tell("select");
  }

  choose(fate: string | null): void {
    this.chosenFate = fate;
    for (const { scene, stage } of this.sides) {
      if (!fate) stage.view.choose(null);
      else {
        const chosen = new Set<number>();
        for (let i = 0; i < scene.threats; i++) if (matches(scene, i, fate)) chosen.add(i);
        stage.view.choose(chosen);
      }
    }
    this.tell("choose");
  }

  setLayer(name: keyof Layers, on: boolean): void {
    this.layers = { ...this.layers, [name]: on };
    for (const side of this.sides) side.stage.layers(this.layers);
    this.tell("layers");
  }

  async gather(trials: number): Promise<void> {
    const side = this.sides[0];
    announce("putting trials together …");
    this.spread = await this.source.spread(side.run, trials);
    side.stage.view.spread(this.spread);
    this.tell("spread");
    announce(`${this.spread.trials} trials put together`);
  }

  /** What signs and ground are drawn with, for tests of contrast. */
  colours(): object { return { signs: { ...COLOURS }, base: { ...BASE } }; }

  async setTaste(taste: Taste): Promise<void> {
    this.taste = taste;
    wear(taste.theme);
    try {
      localStorage.setItem("keepout", JSON.stringify(taste));
    } catch { /* a page from a disk may not keep anything */ }
    const open = this.sides.map((side) => [side.run, side.trial] as const);
    const camera = this.sides[0]?.stage.view.camera();
    for (const side of this.sides.splice(0)) side.stage.close();
    const { clock: { t_s }, selected, chosenFate, spread } = this;
    for (const [k, [run, trial]] of open.entries()) await this.open(run, trial, k > 0);
    this.clock.seek(t_s);
    if (spread) {
      this.spread = spread;
      this.sides[0].stage.view.spread(spread);
      this.tell("spread");
    }
    if (chosenFate) this.choose(chosenFate);
    if (selected && this.sides[selected.side]) this.select(selected.side, selected.place);
    if (camera) for (const side of this.sides) side.stage.view.follow(camera);
    this.tell("taste");
  }
}

/** Whether a threat is one of a group: a fate, or a cause written `cause:no-rounds`. */
export function matches(scene: Scene, place: number, group: string): boolean {
  if (!group.startsWith("cause:")) return scene.fate(place) === group;
  const fate = scene.fate(place);
  if (fate === "failed" || fate === "intercepted") return false;
  return scene.head.causes[scene.arrays.threat_cause[place]] === group.slice(6);
}
