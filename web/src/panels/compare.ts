// Two runs, trial by trial under the same chance: the table, and both on the globe.
import type { App } from "../app";
import { at, Faulty, get, type Summary } from "../api";
import { differences } from "../charts";
import { h, number, swap } from "../dom";
import { guard } from "./runs";

interface Compared {
  difference: {
    arrived: Summary; fired: Summary; cost_usd: Summary;
    by_asset: Record<string, Summary>; by_cause: Record<string, Summary>;
  };
  correlation: number | null; gain: number | null; trials: number; same_raid: boolean;
}

export function comparePanel(app: App, body: HTMLElement): void {
  const a = h("select", { id: "compare-a" }), b = h("select", { id: "compare-b" });
  const result = h("div", { id: "compared", "aria-live": "polite" });
  body.append(h("h2", {}, "Compare two runs"),
    h("p", { class: "hint" }, "Both meet the same nights: the same missiles, failures and luck. So the difference is that of the defence, and less uncertain than either."),
    h("p", { class: "field" }, h("label", { for: "compare-a" }, "A, without"), a),
    h("p", { class: "field" }, h("label", { for: "compare-b" }, "B, with"), b),
    h("p", { class: "buttons" },
      h("button", { type: "button", id: "compare-go", class: "main", onclick: () => void go() }, "Compare"),
      h("button", { type: "button", onclick: () => guard(beside()) }, "Side by side")), result);
  const runs = () => {
    const done = app.runs.filter((run) => run.state === "complete").map((run) => run.run);
    const before = [a.value, b.value];
    for (const [k, list] of [a, b].entries()) {
      swap(list, ...done.map((run) => h("option", { value: run }, run)));
      list.value = done.includes(before[k]) ? before[k] : done[Math.min(k, done.length - 1)] ?? "";
    }
  };
  app.on("runs", runs);
  runs();
  const beside = async () => {
    const trial = app.sides[0]?.trial ?? 0;
    await app.open(a.value, trial);
    await app.open(b.value, trial, true);
  };
  const go = async () => {
    swap(result, h("p", { class: "hint" }, "comparing …"));
    try {
      swap(result, ...shown(await get<Compared>(`compare?a=${at(a.value)}&b=${at(b.value)}`), a.value, b.value));
    } catch (error) {
      swap(result, h("p", { role: "alert", class: "fault" }, error instanceof Faulty ? error.message : String(error)));
    }
  };
}

function shown(found: Compared, a: string, b: string): (HTMLElement | SVGElement)[] {
  const d = found.difference;
  const some = (list: Record<string, Summary>) => Object.entries(list)
    .filter(([, value]) => Math.abs(value.mean) > 0.05)
    .sort((x, y) => Math.abs(y[1].mean) - Math.abs(x[1].mean))
    .map(([label, value]) => ({ label, value }));
  const sign = (value: number, digits = 1) => (value > 0 ? "+" : value < 0 ? "−" : "") + number(Math.abs(value), digits);
  return [
    h("p", { class: "verdict" }, "With ", h("strong", {}, b), " instead of ", h("strong", {}, a), ", ",
      h("strong", { id: "difference" }, sign(d.arrived.mean)), ` missiles arrive a night (± ${number(d.arrived.mc_se, 2)} Monte Carlo).`),
    h("p", { class: "hint" }, `${found.trials} paired trials; correlation ${number(found.correlation, 2)}; single nights ${sign(d.arrived.p05, 0)} to ${sign(d.arrived.p95, 0)} (5 to 95 %). ${found.same_raid ? "" : "The two do not meet the same raid."}`),
    h("p", {}, `Rounds fired ${sign(d.fired.mean)}; cost of the defence ${sign(d.cost_usd.mean / 1e6, 0)} million dollars.`),
    h("h3", {}, "By asset"), differences(some(d.by_asset)),
    h("h3", {}, "By cause"), differences(some(d.by_cause)),
    h("p", { class: "hint" }, "Dots: means. Thin: 5 to 95 % of single nights. Thick: what not knowing the parameters leaves open."),
  ];
}
