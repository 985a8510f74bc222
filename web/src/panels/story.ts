// What happened to one missile, and why: the same story that `keepout explain` tells.
import type { App } from "../app";
import { Faulty, type Story } from "../api";
import { altitude } from "../charts";
import { clock, h, number, swap } from "../dom";
import { FATE_HUES, COLOURS } from "../palette";

export function storyPanel(app: App): void {
  const panel = document.getElementById("story")!;
  let story: Story | null = null;
  let chart: HTMLElement | null = null;
  let chartAt = NaN;
  const close = () => app.select(0, null);
  app.on("select", () => {
    const chosen = app.selected;
    panel.hidden = !chosen;
    story = null;
    if (!chosen) return;
    const side = app.sides[chosen.side];
    const name = side.scene.threatName(chosen.place);
    swap(panel, h("p", { class: "hint" }, `${name} …`));
    app.source.story(side.run, side.trial, name).then((found) => {
      if (app.selected !== chosen) return;
      story = found;
      chart = h("div", {});
      chartAt = NaN;
      swap(panel, ...told(app, found, chart, close));
      drawChart();
    }, (error: unknown) => {
      const says = error instanceof Faulty ? error.message : String(error);
      swap(panel, h("p", { role: "alert" }, says), h("button", { type: "button", onclick: close }, "Close"));
    });
  });
  const drawChart = () => {
    if (!story || !chart || Math.abs(app.clock.t_s - chartAt) < 2) return;
    chartAt = app.clock.t_s;
    const made = altitude(story, app.clock.t_s);
    if (made) chart.replaceChildren(made);
  };
  app.on("time", drawChart);
}

function told(app: App, story: Story, chart: HTMLElement, close: () => void): (HTMLElement | null)[] {
  const side = app.sides[app.selected!.side], { scene } = side;
  if (!story.flying) return [head(story, side.about.title, close), h("p", {}, story.text)];
  const go = (t_s: number) => h("button", {
    type: "button", class: "time", title: "Go to this moment", onclick: () => app.clock.seek(t_s),
  }, clock(t_s));
  const fate = scene.fate(app.selected!.place);
  const first = [...story.tracks].sort((a, b) => a.t_s - b.t_s);
  return [
    head(story, side.about.title, close),
    h("p", { class: "end", style: `border-color:${COLOURS[FATE_HUES[fate]]}` }, story.end.text, " ", go(story.end.t_s)),
    h("p", { class: "facts-line" },
      `${scene.nameOf(story.missile)}, from ${scene.nameOf(story.area)} at ${scene.nameOf(story.asset)}; apogee ${number(story.apogee_km, 0)} km, flight ${clock(story.impact_s - story.launch_s)}.`),
    chart,
    h("p", { class: "hint" }, "Height in km. Blue ticks: radars with a firm track. Green: rounds."),
    h("h3", {}, "Seen"),
    first.length
      ? h("ul", { class: "steps" }, ...first.map((track) => h("li", {}, go(track.t_s), ` ${track.radar}: firm track`)))
      : h("p", {}, "No radar ever had a firm track of it."),
    h("h3", {}, "Each battery"),
    ...story.batteries.map((battery) => h("details", { open: battery.fired > 0, class: battery.fired ? "fired" : "" },
      h("summary", {}, h("strong", {}, battery.battery), ` ${battery.text}`),
      battery.window
        ? h("p", { class: "hint" }, "Could launch from ", go(battery.window.opens_s), " to ", go(battery.window.closes_s), ".")
        : h("p", { class: "hint" }, "Its flight never opened a window for this battery."),
      battery.steps.length ? h("ul", { class: "steps" }, ...battery.steps.map((step) => h("li", {},
        go(step.t_s), " ", step.text, step.times ? ` (${step.times} times, until ${clock(step.until_s!)})` : ""))) : null)),
  ];
}

function head(story: Story, title: string, close: () => void): HTMLElement {
  return h("div", { class: "story-head" },
    h("h2", { tabindex: -1 }, story.threat),
    h("button", { type: "button", class: "quiet", "aria-label": "Close the story", onclick: close }, "✕"),
    h("p", { class: "hint" }, `${title}, trial ${story.trial}`));
}
