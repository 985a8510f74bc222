// keepout in a browser: served by `keepout serve`, or alone in one file.
import "./style.css";
import { App } from "./app";
import { h } from "./dom";
import { layersPanel } from "./panels/layers";
import { missilesPanel } from "./panels/missiles";
import { guard, runsPanel } from "./panels/runs";
import { storyPanel } from "./panels/story";
import { timeline } from "./panels/timeline";
import { shell, tabs, type Tab } from "./shell";
import { enclosed, OneFile, Server } from "./source";
import type { Taste } from "./stage";
import { THEMES, wear, whenSystemChanges } from "./theme";

function remembered(): Taste {
  const asked = new URLSearchParams(location.search);
  const taste: Taste = { light: false, flat: false, theme: "auto" };
  try {
    Object.assign(taste, JSON.parse(localStorage.getItem("keepout") ?? "{}"));
  } catch { /* nothing is kept */ }
  if (asked.has("light")) taste.light = true;
  if (asked.has("map")) taste.flat = true;
  const theme = THEMES.find(([name]) => name === (asked.get("theme") ?? taste.theme));
  taste.theme = theme ? theme[0] : "auto";
  return taste;
}

async function begin(): Promise<void> {
  const held = enclosed();
  const taste = remembered();
  wear(taste.theme);
  shell(document.getElementById("app")!);
  const app = new App(held ? new OneFile(held) : new Server(), taste);
  whenSystemChanges(() => { if (app.taste.theme === "auto") guard(app.setTaste(app.taste)); });
  (globalThis as any).keepout = app; // for tests and for the curious
  let showMissiles = () => {};
  const list: Tab[] = [
    { id: "runs", label: held ? "Run" : "Runs", make: (body) => runsPanel(app, body) },
    {
      id: "missiles", label: "Missiles", make: (body) => { showMissiles = missilesPanel(app, body); },
      shown: () => showMissiles(),
    },
    { id: "layers", label: "Layers", make: (body) => layersPanel(app, body) },
  ];
  if (!held) {
    const { comparePanel } = await import("./panels/compare");
    const { scenarioPanel } = await import("./panels/scenario");
    list.splice(1, 0,
      { id: "scenario", label: "Scenario", make: (body) => scenarioPanel(app, body) },
      { id: "compare", label: "Compare", make: (body) => comparePanel(app, body) });
  }
  const { fill } = tabs(list);
  app.on("pictured", () => setTimeout(fill));
  storyPanel(app);
  timeline(app);
  app.on("open", () => {
    const what = document.getElementById("what")!;
    const run = app.sides[0]?.scene.head.run;
    if (run) {
      what.replaceChildren(run.title, h("small", {}, `${run.start.replace("T", " ").replace(/:00Z$/, " UTC").replace("Z", " UTC")}${run.counterfactual ? " · a counterfactual: this is not what happened" : ""}`));
    }
    document.title = `${run?.title ?? ""} – keepout`;
  });
  await app.refresh();
  const first = app.runs.find((run) => run.state === "complete");
  const trial = held ? (app.source as OneFile).trials[0] : 0;
  if (first) guard(app.open(first.run, trial));
  else fill();
}

void begin();
