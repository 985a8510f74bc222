// One pane: a globe or a map with names over it.
import { Globe } from "./globe/globe";
import { h } from "./dom";
import { countryNames } from "./land";
import { FlatMap } from "./map2d";
import { ecef, type Scene } from "./scene";
import type { Theme } from "./theme";
import type { Layers, View } from "./view";

interface Label { r: [number, number, number]; made: HTMLElement; wide: number; country: boolean }

/** `light`: light on the computer, not in colour; that is the theme. */
export interface Taste { light: boolean; flat: boolean; theme: Theme }

export class Stage {
  readonly pane: HTMLElement;
  readonly view: View;
  scene: Scene | null = null;
  private readonly names: HTMLElement;
  private readonly title: HTMLElement;
  private labels: Label[] = [];
  private lastCamera = "";
  private showNames = true;
  private showBorders = true;

  constructor(taste: Taste) {
    const holder = h("div", { class: "view" });
    this.names = h("div", { class: "names", "aria-hidden": "true" });
    this.title = h("p", { class: "pane-title" });
    this.pane = h("section", { class: "pane", "aria-label": "Globe" }, holder, this.names, this.title);
    document.getElementById("panes")!.append(this.pane);
    this.view = (taste.flat ? null : globe(holder, taste)) ?? new FlatMap(holder);
    new ResizeObserver(() => {
      this.view.resize();
      this.lastCamera = "";
    }).observe(this.pane);
  }

  show(scene: Scene, title: string): void {
    this.scene = scene;
    this.title.textContent = title;
    this.pane.setAttribute("aria-label", `${this.view.kind === "globe" ? "Globe" : "Map"}: ${title}`);
    this.view.show(scene);
    this.makeLabels(scene);
  }

  layers(layers: Layers): void {
    this.showNames = layers.names;
    this.showBorders = layers.borders;
    this.lastCamera = "";
    this.view.layers(layers);
  }

  draw(t_s: number): void {
    this.view.draw(t_s);
    const camera = JSON.stringify(this.view.camera());
    if (camera !== this.lastCamera) {
      this.lastCamera = camera;
      this.placeLabels();
    }
  }

  private makeLabels(scene: Scene): void {
    this.labels = [];
    this.names.replaceChildren();
    const taken = new Set<string>();
    const add = (lon: number, lat: number, text: string, kind: string) => {
      const key = `${lon.toFixed(2)} ${lat.toFixed(2)}`;
      if (kind === "battery" && taken.has(key)) return;
      taken.add(key);
      const made = h("span", { class: `name ${kind}` }, text);
      this.names.append(made);
      this.labels.push({
        r: ecef(lon, lat, 0), made, wide: 6.6 * text.length + 14, country: kind === "country",
      });
    };
    for (const p of scene.head.assets) add(p.lon_deg, p.lat_deg, short(scene.nameOf(p.id)), "asset");
    for (const p of scene.head.areas) add(p.lon_deg, p.lat_deg, short(scene.nameOf(p.id)), "area");
    for (const b of scene.head.batteries) {
      add(b.lon_deg, b.lat_deg, short(scene.nameOf(b.system)), "battery");
    }
    for (const [name, lon, lat] of countryNames) add(lon, lat, name, "country");
  }

  private placeLabels(): void {
    const kept: [number, number, number][] = [];
    const width = this.pane.clientWidth, height = this.pane.clientHeight;
    const close = this.view.camera().height_m < 6e6;
    for (const label of this.labels) {
      const wanted = label.country ? this.showNames && this.showBorders && close : this.showNames;
      const at = wanted ? this.view.project(...label.r) : null;
      const free = at && at[0] > -40 && at[1] > 0 && at[0] < width && at[1] < height &&
        !kept.some(([x, y, w]) =>
          Math.abs(y - at[1]) < 15 && at[0] < x + w && x < at[0] + label.wide);
      label.made.style.display = free ? "" : "none";
      if (!free) continue;
      kept.push([at[0], at[1], label.wide]);
      label.made.style.transform = `translate(${at[0].toFixed(1)}px, ${at[1].toFixed(1)}px)`;
    }
  }

  close(): void {
    this.view.destroy();
    this.pane.remove();
  }
}

/** A globe, or null where this browser draws none. To ask first would cost a second context. */
function globe(holder: HTMLElement, taste: Taste): View | null {
  try {
    return new Globe(holder, taste.light);
  } catch {
    holder.replaceChildren();
    return null;
  }
}

export function short(name: string): string {
  return name.split(" (")[0].split(" with ")[0].replace(/ (battery|site|air base|province)$/, "");
}
