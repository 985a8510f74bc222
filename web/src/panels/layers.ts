// What is drawn, what each sign means, and how heavy the drawing is.
import type { App } from "../app";
import { h, swap } from "../dom";
import { markCanvas, type Hue, type Mark } from "../palette";
import { THEMES, type Theme } from "../theme";
import type { Layers } from "../view";
import { guard } from "./runs";

const WORDS: [keyof Layers, string, string][] = [
  ["threats", "Missiles", ""], ["trails", "Their ways so far", ""], ["rounds", "Interceptors", ""],
  ["tracks", "Tracks", "Where the best radar track believed each missile would come down: two-sigma ellipse"],
  ["marks", "Intercepts and impacts", ""], ["debris", "Debris and spent stages", ""],
  ["volumes", "Reach of batteries", "What an interceptor can meet, floor to ceiling; not what it will hit"],
  ["coverage", "Sectors of radars", "Instrumented range at the lowest elevation; a small target is seen less far"],
  ["names", "Names", ""],
  ["borders", "Borders", "De facto, as Natural Earth has them; they take no side"],
];

const SIGNS: [Mark, Hue, string][] = [
  ["dot", "threat", "missile in flight"], ["dot", "round", "interceptor"],
  ["burst", "intercepted", "warhead destroyed"], ["ring", "failed", "shot without effect"],
  ["cross", "arrived", "impact at an asset"], ["cross", "elsewhere", "impact elsewhere"],
  ["cross", "failed", "failure in flight"], ["dot", "debris", "debris on the ground"],
  ["plus", "stage", "spent stage on the ground"],
];

function drawSigns(into: HTMLElement): void {
  swap(into, ...SIGNS.map(([mark, hue, says]) => {
    const canvas = markCanvas(mark, hue, 36);
    canvas.setAttribute("aria-hidden", "true");
    return h("li", {}, canvas, says);
  }));
}

function theme(app: App): HTMLElement {
  const list = h("select", { id: "theme" }, ...THEMES.map(([value, says]) => h("option", { value }, says)));
  list.value = app.taste.theme;
  list.addEventListener("change", () => guard(app.setTaste({ ...app.taste, theme: list.value as Theme })));
  return h("p", { class: "field" }, h("label", { for: "theme" }, "Colours"), list);
}

export function layersPanel(app: App, body: HTMLElement): void {
  const signs = h("ul", { class: "signs" });
  drawSigns(signs);
  app.on("taste", () => drawSigns(signs));
  body.append(h("h2", {}, "Layers"),
    h("div", { class: "checks" }, ...WORDS.map(([name, label, hint]) => box(app, name, label, hint))),
    h("h2", {}, "Many trials at once"),
    h("div", { class: "checks" },
      gathered(app, "tubes", "Tubes", "5th to 95th percentile of height and of distance to the side, over all flights of a corridor that nothing stopped"),
      gathered(app, "density", "Density of impacts", "Impacts per night in cells of 0.04 degrees; logarithmic")),
    howMany(app),
    h("h2", {}, "Signs"),
    signs,
    h("h2", {}, "Drawing"),
    theme(app),
    h("div", { class: "checks" },
      taste(app, "light", "Light mode", "Half the resolution, no smoothing: for old computers"),
      taste(app, "flat", "Flat map", "Without a globe; also what browsers without WebGL get")));
}

function box(app: App, name: keyof Layers, label: string, hint: string): HTMLElement {
  const input = h("input", { type: "checkbox", id: `layer-${name}` });
  input.checked = app.layers[name];
  input.addEventListener("change", () => app.setLayer(name, input.checked));
  app.on("layers", () => { input.checked = app.layers[name]; });
  return h("label", { title: hint }, input, h("span", {}, label), hint ? h("small", {}, hint) : null);
}

function howMany(app: App): HTMLElement {
  const field = h("input", { type: "number", id: "gather", min: 1, max: 200, value: 50 });
  field.addEventListener("change", () => {
    if (app.spread) guard(app.gather(limited(app, field)));
  });
  if (!app.source.live) return h("p", { class: "hint" }, "Over the trials that this file's maker chose.");
  return h("p", { class: "field" }, h("label", { for: "gather" }, "Trials, 200 at most"), field);
}

function limited(app: App, field: HTMLInputElement): number {
  const most = Math.min(200, app.sides[0].about.summary.trials);
  const wanted = Math.min(Math.max(+field.value | 0, 1), most);
  field.value = String(wanted);
  return wanted;
}

function gathered(app: App, name: "tubes" | "density", label: string, hint: string): HTMLElement {
  const made = box(app, name, label, hint);
  made.querySelector("input")!.addEventListener("change", (event) => {
    const on = (event.target as HTMLInputElement).checked;
    const field = document.getElementById("gather") as HTMLInputElement | null;
    if (on && !app.spread && app.sides.length) guard(app.gather(field ? limited(app, field) : 50));
  });
  return made;
}

function taste(app: App, name: "light" | "flat", label: string, hint: string): HTMLElement {
  const input = h("input", { type: "checkbox", id: `taste-${name}` });
  input.checked = app.taste[name];
  input.addEventListener("change", () => guard(app.setTaste({ ...app.taste, [name]: input.checked })));
  return h("label", { title: hint }, input, h("span", {}, label), h("small", {}, hint));
}
