// The list of runs, and what the open one says in numbers.
import type { App } from "../app";
import { at, Faulty, send, type Job, type RunAbout, type RunLine } from "../api";
import { bars, histogram, type Bar } from "../charts";
import { announce, clock, h, number, swap } from "../dom";
import { COLOURS, FATE_HUES, FATE_WORDS, type Hue } from "../palette";
import type { OneFile } from "../source";
import { short } from "../stage";

const CAUSE_HUES: Record<string, Hue> = { "open-ground": "elsewhere", "not-defended": "elsewhere" };

export function runsPanel(app: App, body: HTMLElement): void {
  const list = h("div", { class: "runs" });
  const about = h("div", { class: "about" });
  body.append(list, about);
  app.on("runs", () => showList(app, list));
  app.on("open", () => {
    showList(app, list);
    void showAbout(app, about);
  });
  app.on("choose", () => void showAbout(app, about));
}

function showList(app: App, list: HTMLElement): void {
  if (!app.source.live) return;
  swap(list, h("h2", {}, "Runs"),
    app.runs.length ? null : h("p", {}, "There are no runs yet. The tab Scenario makes one."),
    ...app.runs.map((run) => {
      const side = app.sides.findIndex((each) => each.run === run.run);
      const done = run.state === "complete";
      return h("div", { class: "run" + (side >= 0 ? " on" : "") },
        h("div", {},
          h("strong", {}, run.run),
          h("small", {}, done
            ? `${run.scenario} · ${run.trials.toLocaleString("en-GB")} trials · seed ${run.seed}`
            : `${run.scenario} · not finished`)),
        done ? h("div", { class: "buttons" },
          h("button", {
            type: "button", "aria-label": `Open ${run.run}`, "aria-pressed": side === 0,
            onclick: () => guard(app.open(run.run, app.sides[0]?.trial ?? 0)),
          }, side === 0 ? "open" : "Open"),
          app.sides.length && side !== 0 ? h("button", {
            type: "button", "aria-label": side === 1 ? `Close ${run.run}` : `Show ${run.run} beside`,
            onclick: () => side === 1 ? app.closeBeside() : guard(app.open(run.run, app.sides[0].trial, true)),
          }, side === 1 ? "Close" : "Beside") : null) : halted(app, run));
    }));
}

/** Go on with a run that stopped half way, or why that cannot be done from here. */
function halted(app: App, run: RunLine): HTMLElement {
  if (run.halted) return h("small", { class: "why" }, run.halted);
  const says = h("small", { role: "status" });
  const button = h("button", {
    type: "button", "aria-label": `Go on with ${run.run}`,
    onclick: () => guard(goOn().catch((error: unknown) => {
      says.textContent = error instanceof Faulty ? error.message : String(error);
      button.disabled = false;
    })),
  }, "Go on");
  const goOn = async () => {
    button.disabled = true;
    const job = await send<Job>("POST", `runs/${at(run.run)}/resume`);
    const events = new EventSource(`api/jobs/${job.id}/events`);
    events.onerror = () => events.close();
    events.onmessage = (event) => {
      const now: Job = JSON.parse(event.data);
      says.textContent = now.total ? `${Math.floor((100 * now.done) / now.total)} %` : "…";
      if (now.state === "running") return;
      events.close();
      announce(now.errors[0]?.message ?? `${run.run}: ${now.state}`);
      if (now.state !== "complete") {
        says.textContent = now.errors[0]?.message ?? now.state;
        button.disabled = false;
      } else guard(app.refresh());
    };
  };
  return h("div", { class: "buttons" }, says, button);
}

export function guard(work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    announce(error instanceof Faulty ? error.message : `${error}`);
  });
}

async function showAbout(app: App, into: HTMLElement): Promise<void> {
  const side = app.sides[0];
  if (!side) return;
  const { about, scene } = side;
  const sum = about.summary;
  const outcomes = await app.source.outcomes(side.run);
  if (app.sides[0] !== side) return;
  swap(into,
    h("h2", {}, about.title),
    about.note ? h("details", {}, h("summary", {}, "What this is"), h("p", {}, about.note)) : null,
    facts(about),
    warned(about, (id) => short(scene.nameOf(id))),
    h("h3", {}, "Arrivals over all trials"),
    histogram(outcomes.readings["arrived.total"], side.trial, "Missiles that arrive in one trial",
      (trial) => guard(app.trial(trial))),
    h("p", { class: "hint" }, "A bar is a share of the trials: a prediction of one night. Click one to see such a night."),
    trialChooser(app, sum.trials),
    h("h3", {}, "This night"),
    bars(fates(app), app.chosenFate, (key) => app.choose(key)),
    h("h3", {}, "Why they arrived, this night"),
    bars(causes(app), app.chosenFate, (key) => app.choose(key)),
    h("p", { class: "hint" }, "Choose a line to see only those missiles."),
    app.source.live
      ? about.has_report ? h("p", {}, h("a", { href: app.source.report(side.run), target: "_blank", rel: "noopener" }, "The whole report")) : null
      : h("p", {}, h("button", { type: "button", id: "report-open", onclick: () => guard((app.source as OneFile).reportText().then(enclosedReport)) }, "The whole report")),
    h("p", { class: "hint" }, `Seed ${sum.seed}, ${sum.fidelity}, digest ${sum.digest.slice(0, 12)}, keepout ${scene.head.run.version}.`),
  );
}

/** The report inside this file, in a frame that can do nothing to the page around it. */
function enclosedReport(text: string): void {
  const dialog = h("dialog", { class: "report", "aria-label": "Report" },
    h("form", { method: "dialog" }, h("button", {}, "Close")),
    h("iframe", { sandbox: "allow-scripts allow-downloads", srcdoc: text, title: "Report" }));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function facts(about: RunAbout): HTMLElement {
  const { summary: sum } = about;
  const row = (says: string, value: { mean: number; p05?: number; p95?: number }) => h("tr", {},
    h("th", { scope: "row" }, says), h("td", {}, number(value.mean)),
    h("td", { class: "range" }, value.p05 === undefined ? "" : `${number(value.p05, 0)}–${number(value.p95, 0)}`));
  return h("table", { class: "facts" },
    h("thead", {}, h("tr", {}, h("td", {}), h("th", { scope: "col" }, "mean"), h("th", { scope: "col" }, "5–95 % of nights"))),
    h("tbody", {},
      row("Launched", sum.launched), row("Failed in flight", sum.failed_in_flight),
      row("Intercepted", sum.intercepted.total), row("Arrived", sum.arrived.total),
      ...Object.entries(sum.arrived.by_asset).filter(([, v]) => v.mean > 0.05)
        .map(([asset, v]) => row(`  at ${asset}`, v)),
      row("Rounds fired", sum.fired.total)));
}

/** Warning that each asset can have at best, over the lanes of the scenario: least and most. */
function warned(about: RunAbout, name: (id: string) => string): HTMLElement | null {
  const rows = Object.entries(about.warning ?? {}).filter(([, each]) => each.radar_s);
  if (!rows.length) return null;
  const fromSpace = rows.some(([, each]) => each.launch_detection_s);
  const range = (ends: [number, number] | null) => (ends ? `${clock(ends[0])}–${clock(ends[1])}` : "–");
  return h("details", { class: "warned" }, h("summary", {}, "Warning times by asset"),
    h("table", { class: "facts" },
      h("thead", {}, h("tr", {}, h("td", {}), h("th", { scope: "col" }, "radar"), fromSpace && h("th", { scope: "col" }, "from space"))),
      h("tbody", {}, ...rows.map(([id, each]) => h("tr", {},
        h("th", { scope: "row" }, name(id)), h("td", {}, range(each.radar_s)),
        fromSpace && h("td", {}, range(each.launch_detection_s)))))),
    h("p", { class: "hint" }, "Minutes and seconds before impact, at best: from when a flight could first stand above a radar's horizon. A firm track comes later, and to decide, alert and reach shelter comes off it."));
}

function trialChooser(app: App, trials: number): HTMLElement {
  const field = h("input", {
    type: "number", min: 0, max: trials - 1, value: app.sides[0].trial, id: "trial", inputmode: "numeric",
  });
  field.addEventListener("change", () => guard(app.trial(Math.min(Math.max(+field.value | 0, 0), trials - 1))));
  return h("p", { class: "field" }, h("label", { for: "trial" }, `Trial, 0 to ${trials - 1}`), field);
}

function fates(app: App): Bar[] {
  const { scene } = app.sides[0];
  return scene.head.fates.map((fate) => {
    let value = 0;
    for (let i = 0; i < scene.threats; i++) if (scene.fate(i) === fate) value++;
    return { key: fate, label: FATE_WORDS[fate], value, hue: COLOURS[FATE_HUES[fate]] };
  });
}

function causes(app: App): Bar[] {
  const { scene } = app.sides[0];
  const counts = new Map<number, number>();
  for (let i = 0; i < scene.threats; i++) {
    if (scene.fate(i) === "arrived" || scene.fate(i) === "elsewhere") {
      const cause = scene.arrays.threat_cause[i];
      counts.set(cause, (counts.get(cause) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([cause, value]) => {
    const id = scene.head.causes[cause], [label, hint] = scene.head.cause_words[id];
    return { key: `cause:${id}`, label, value, hue: COLOURS[CAUSE_HUES[id] ?? "arrived"], hint };
  });
}

export { short };
