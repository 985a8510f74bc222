// Small charts in SVG, each with its numbers as text for those who do not see it.
import type { Story, Summary } from "./api";
import { clock, number, s } from "./dom";
import { COLOURS } from "./palette";
import type { Scene } from "./scene";

const W = 300;

function svg(height: number, label: string, ...children: (SVGElement | null)[]): SVGElement {
  return s("svg", {
    viewBox: `0 0 ${W} ${height}`, class: "chart", role: "img", "aria-label": label,
  }, ...children);
}

function text(x: number, y: number, says: string, anchor = "start", more: object = {}): SVGElement {
  return s("text", { x, y, "text-anchor": anchor, ...more }, says);
}

/** How many trials had how many; a bar chooses a trial that had about as many. */
export function histogram(
  values: number[], current: number | null, says: string, pick: (trial: number) => void,
): SVGElement {
  const low = Math.min(...values), high = Math.max(...values);
  const step = Math.max(1, Math.ceil((high - low + 1) / 40));
  const bins = Math.floor((high - low) / step) + 1;
  const members: number[][] = Array.from({ length: bins }, () => []);
  values.forEach((value, trial) => members[Math.floor((value - low) / step)].push(trial));
  const most = Math.max(...members.map((bin) => bin.length));
  const height = 96, foot = 78, width = W / bins;
  const bars = members.map((bin, k) => {
    const tall = (bin.length / most) * 64;
    const on = current !== null && bin.includes(current);
    const from = low + k * step, to = from + step - 1;
    const range = step === 1 ? `${from}` : `${from}–${to}`;
    const bar = s("g", {
      class: "bar" + (on ? " on" : ""), tabindex: bin.length ? 0 : undefined, role: "button",
      "aria-label": `${range}: ${bin.length} of ${values.length} trials; show one`,
      onclick: () => bin.length && pick(another(bin, current)),
      onkeydown: (event: KeyboardEvent) => {
        if (event.key === "Enter" && bin.length) pick(another(bin, current));
      },
    },
    s("title", {}, `${range}: ${bin.length} of ${values.length} trials. Click to see one.`),
    s("rect", { x: k * width, y: 0, width, height: foot, class: "ghost" }),
    s("rect", { x: k * width + 0.4, y: foot - tall, width: Math.max(width - 0.8, 0.6), height: tall }));
    return bar;
  });
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const x = ((mean - low) / step + 0.5) * width;
  return s("svg", {
    viewBox: `0 0 ${W} ${height}`, class: "chart histogram", role: "group", "aria-label": says,
  }, ...bars,
  s("line", { x1: x, x2: x, y1: 6, y2: foot, class: "mean" }),
  text(Math.min(x + 4, W - 70), 12, `mean ${number(mean)}`),
  text(0, 91, String(low)), text(W, 91, String(high), "end"));
}

function another(bin: number[], current: number | null): number {
  const k = current === null ? -1 : bin.indexOf(current);
  return bin[(k + 1) % bin.length];
}

/** In flight, intercepted and arrived against time; a click goes there. */
export function course(scene: Scene, begin_s: number, end_s: number, height: number): SVGElement {
  const steps = 240;
  const flying = new Float32Array(steps + 1), kills = new Float32Array(steps + 1);
  const arrived = new Float32Array(steps + 1);
  const at = (t: number) => Math.round(((t - begin_s) / (end_s - begin_s)) * steps);
  for (let i = 0; i < scene.threats; i++) {
    const a = at(scene.launch_s(i)), z = Math.min(at(scene.threatEnd_s(i)), steps);
    for (let k = Math.max(a, 0); k <= z; k++) flying[k]++;
    const fate = scene.fate(i);
    const sum = fate === "intercepted" ? kills : fate === "failed" ? null : arrived;
    if (sum) for (let k = z; k <= steps; k++) sum[k]++;
  }
  const most = Math.max(1, ...flying, ...kills, ...arrived);
  const line = (values: Float32Array, close: boolean) => {
    const points = Array.from(values, (v, k) =>
      `${((k / steps) * 1000).toFixed(1)},${(height - 2 - (v / most) * (height - 6)).toFixed(1)}`);
    return (close ? `M0,${height} L` : "M") + points.join(" L") + (close ? ` L1000,${height} Z` : "");
  };
  return s("svg", {
    viewBox: `0 0 1000 ${height}`, preserveAspectRatio: "none", class: "course", "aria-hidden": "true",
  },
  s("path", { d: line(flying, true), fill: COLOURS.threat, "fill-opacity": 0.28 }),
  s("path", { d: line(kills, false), stroke: COLOURS.intercepted, class: "curve" }),
  s("path", { d: line(arrived, false), stroke: COLOURS.arrived, class: "curve" }));
}

export interface Bar { key: string; label: string; value: number; hue: string; hint?: string }

/** Bars to choose by; choosing one that is chosen lets go. */
export function bars(list: Bar[], chosen: string | null, pick: (key: string | null) => void): HTMLElement {
  const most = Math.max(1, ...list.map((bar) => bar.value));
  const made = document.createElement("div");
  made.className = "bars";
  for (const bar of list) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "hbar";
    button.setAttribute("aria-pressed", String(bar.key === chosen));
    button.title = bar.hint ?? "";
    const label = document.createElement("span");
    label.textContent = bar.label;
    const strip = document.createElement("i");
    strip.style.width = `${(100 * bar.value) / most}%`;
    strip.style.background = bar.hue;
    const holder = document.createElement("span");
    holder.className = "strip";
    holder.append(strip);
    const value = document.createElement("b");
    value.textContent = number(bar.value, Number.isInteger(bar.value) ? 0 : 1);
    button.append(label, holder, value);
    button.addEventListener("click", () => pick(bar.key === chosen ? null : bar.key));
    made.append(button);
  }
  return made;
}

/** Height of a missile against time, its shots and the moment now. */
export function altitude(story: Story, now_s: number): SVGElement | null {
  const path = story.path;
  if (!path || path.t_s.length < 2) return null;
  const height = 150, left = 30, foot = 132;
  const t0 = path.t_s[0], t1 = path.t_s[path.t_s.length - 1];
  const top = Math.max(...path.alt_m) * 1.06 || 1;
  const X = (t: number) => left + ((t - t0) / (t1 - t0)) * (W - left - 4);
  const Y = (a: number) => foot - (a / top) * (foot - 8);
  const until = path.t_s.filter((t) => t <= path.end_s).length;
  const line = (from: number, to: number) =>
    path.t_s.slice(from, to).map((t, k) => `${k ? "L" : "M"}${X(t).toFixed(1)},${Y(path.alt_m[from + k]).toFixed(1)}`).join(" ");
  const shots = path.shots.flatMap((shot) => {
    const x = X(shot.intercept_s), y = Y(shot.alt_m), hit = shot.outcome === "kill";
    const hue = hit ? COLOURS.intercepted : COLOURS.round;
    return [
      s("line", { x1: X(shot.launch_s), y1: Y(0), x2: x, y2: y, stroke: COLOURS.round, class: "shot" }),
      s("circle", { cx: x, cy: y, r: hit ? 4.5 : 3, fill: hit ? hue : "none", stroke: hue },
        s("title", {}, `${shot.battery}: ${shot.outcome} at ${number(shot.alt_m / 1e3, 0)} km, ${clock(shot.intercept_s)}`)),
    ];
  });
  const peak = Math.max(...path.alt_m);
  return svg(
    height, `Height against time: highest ${number(peak / 1e3, 0)} km`,
    s("line", { x1: left, x2: W - 4, y1: foot, y2: foot, class: "axis" }),
    s("path", { d: line(0, path.t_s.length), class: "unflown" }),
    s("path", { d: line(0, Math.max(until, 2)), class: "flown" }),
    ...story.tracks.map((track) => s("line", {
      x1: X(track.t_s), x2: X(track.t_s), y1: foot, y2: foot + 5, stroke: COLOURS.radar,
    }, s("title", {}, `${track.radar}: firm track at ${clock(track.t_s)}`))),
    ...shots,
    s("line", { x1: X(now_s), x2: X(now_s), y1: 4, y2: foot, class: "now" }),
    text(left - 4, Y(peak) + 4, `${number(peak / 1e3, 0)}`, "end"), text(left - 4, foot, "0 km", "end"),
    text(left, 146, clock(t0)), text(W - 4, 146, clock(t1), "end"),
  );
}

/** Differences with their intervals round zero. */
export function differences(list: { label: string; value: Summary }[]): SVGElement {
  const reach = Math.max(1e-9, ...list.flatMap(({ value }) => [
    Math.abs(value.p05 ?? value.mean), Math.abs(value.p95 ?? value.mean), Math.abs(value.mean),
  ]));
  const row = 22, left = 112, height = list.length * row + 18;
  const X = (v: number) => left + ((v + reach) / (2 * reach)) * (W - left - 6);
  return svg(
    height, list.map(({ label, value }) => `${label} ${number(value.mean)}`).join("; "),
    s("line", { x1: X(0), x2: X(0), y1: 0, y2: height - 16, class: "axis" }),
    ...list.flatMap(({ label, value }, k) => {
      const y = k * row + 12;
      const hue = value.mean < 0 ? COLOURS.intercepted : COLOURS.arrived;
      return [
        text(left - 6, y + 4, label, "end"),
        s("line", { x1: X(value.p05), x2: X(value.p95), y1: y, y2: y, stroke: hue, class: "spread" },
          s("title", {}, `5 to 95 % of single nights: ${number(value.p05)} to ${number(value.p95)}`)),
        value.epistemic ? s("line", {
          x1: X(value.epistemic.p05), x2: X(value.epistemic.p95), y1: y, y2: y, stroke: hue, class: "ignorance",
        }) : s("g"),
        s("circle", { cx: X(value.mean), cy: y, r: 4, fill: hue }),
      ];
    }),
    text(X(-reach), height - 4, number(-reach, 0)), text(X(reach), height - 4, number(reach, 0), "end"),
    text(X(0), height - 4, "0", "middle"),
  );
}
