// Dark and light: as the system has it, or as it was chosen here.
import { dressLand } from "./land";
import { dress } from "./palette";

export type Theme = "auto" | "dark" | "light";
export const THEMES: [Theme, string][] = [["auto", "as the system"], ["dark", "dark"], ["light", "light"]];

const bright = matchMedia("(prefers-color-scheme: light)");

/** Put a theme on: the page's own colours and those of what is drawn from now on. */
export function wear(theme: Theme): void {
  const light = theme === "light" || (theme === "auto" && bright.matches);
  document.documentElement.dataset.theme = light ? "light" : "dark";
  dress(light);
  dressLand(light);
}

export function whenSystemChanges(then: () => void): void { bright.addEventListener("change", then); }
