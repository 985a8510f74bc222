// Play, speed, scrub; the course of the night behind the handle.
import type { App } from "../app";
import { course } from "../charts";
import { SPEEDS } from "../clock";
import { clock, h, swap } from "../dom";

export function timeline(app: App): void {
  const holder = document.getElementById("timeline")!;
  const play = h("button", { type: "button", id: "play", class: "play", "aria-label": "Play", onclick: () => app.clock.toggle() }, "▶");
  const scrub = h("input", { type: "range", id: "scrub", min: 0, max: 1000, step: "any", value: 0, "aria-label": "Time of the raid" });
  const now = h("output", { id: "now", class: "now", for: "scrub" }, "0:00");
  const counts = h("p", { class: "counts", id: "counts" });
  const speed = h("select", { id: "speed", "aria-label": "Speed" }, ...SPEEDS.map((each) => h("option", { value: each }, `${each}×`)));
  const home = h("button", { type: "button", class: "quiet", title: "Look at the whole raid (H)", onclick: () => app.sides[0]?.stage.view.home() }, "Whole raid");
  speed.value = String(app.clock.speed);
  const courses = h("div", { class: "courses" });
  scrub.addEventListener("input", () => app.clock.seek(+scrub.value));
  speed.addEventListener("change", () => { app.clock.speed = +speed.value; });
  holder.append(play, h("div", { class: "track" }, courses, scrub), now, speed, home, counts);

  let drawn = "";
  app.on("time", () => {
    const { t_s, begin_s, end_s, playing } = app.clock;
    const range = `${begin_s} ${end_s}`;
    if (range !== drawn) {
      drawn = range;
      scrub.min = String(begin_s);
      scrub.max = String(end_s);
    }
    scrub.value = String(t_s);
    const says = clock(t_s);
    if (now.textContent !== says) {
      now.textContent = says;
      scrub.setAttribute("aria-valuetext", says);
      counts.textContent = counted(app, t_s);
    }
    play.textContent = playing ? "❚❚" : "▶";
    play.setAttribute("aria-label", playing ? "Pause" : "Play");
    speed.value = String(app.clock.speed);
  });
  app.on("open", () => {
    swap(courses, ...app.sides.map(({ scene }) =>
      course(scene, app.clock.begin_s, app.clock.end_s, app.sides.length > 1 ? 22 : 44)));
    counts.textContent = counted(app, app.clock.t_s);
  });
  document.addEventListener("keydown", (event) => keys(app, event));
}

function counted(app: App, t_s: number): string {
  return app.sides.map(({ scene }) => {
    const sums: Record<string, number> = { flying: 0, intercepted: 0, arrived: 0, elsewhere: 0, failed: 0, waiting: 0 };
    for (let i = 0; i < scene.threats; i++) sums[scene.state(i, t_s)]++;
    return `in flight ${sums.flying} · intercepted ${sums.intercepted} · at assets ${sums.arrived} · elsewhere ${sums.elsewhere} · failed ${sums.failed}`;
  }).join("   |   ");
}

function keys(app: App, event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (target.closest("input:not([type=range]):not([type=checkbox]), select, textarea, dialog")) return;
  const far = event.shiftKey ? 60 : 10;
  const acts: Record<string, () => void> = {
    " ": () => app.clock.toggle(),
    ArrowRight: () => app.clock.seek(app.clock.t_s + far),
    ArrowLeft: () => app.clock.seek(app.clock.t_s - far),
    "+": () => app.clock.faster(1), "=": () => app.clock.faster(1), "-": () => app.clock.faster(-1),
    Home: () => app.clock.seek(app.clock.begin_s), End: () => app.clock.seek(app.clock.end_s),
    h: () => app.sides[0]?.stage.view.home(),
    m: () => document.getElementById("tab-missiles")?.click(),
    Escape: () => app.select(0, null),
  };
  const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === " " && target.closest("button, summary, a, [role=button]")) return;
  event.preventDefault();
  act();
}
