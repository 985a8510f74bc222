// Every missile of the night as a table: the way in for keyboards and screen readers.
import { matches, type App } from "../app";
import { clock, h, swap } from "../dom";
import { FATE_WORDS } from "../palette";
import { short } from "../stage";

export function missilesPanel(app: App, body: HTMLElement): () => void {
  const find = h("input", { type: "search", id: "find", placeholder: "007, emad, nevatim …" });
  const rows = h("tbody", {});
  const count = h("p", { class: "hint", "aria-live": "polite" });
  body.append(
    h("p", { class: "field" }, h("label", { for: "find" }, "Find"), find), count,
    h("div", { class: "scroll" }, h("table", { class: "missiles" },
      h("thead", {}, h("tr", {}, ...["Missile", "Type", "Aim", "Launch", "End"].map((says) => h("th", { scope: "col" }, says)))),
      rows)));
  const show = () => {
    const side = app.sides[0];
    if (!side || body.hidden) return;
    const { scene } = side;
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const made: HTMLElement[] = [];
    for (let i = 0; i < scene.threats && made.length < 400; i++) {
      if (app.chosenFate && !matches(scene, i, app.chosenFate)) continue;
      const asset = short(scene.nameOf(scene.head.assets[scene.arrays.threat_asset[i]].id));
      const cells = [scene.threatName(i), scene.missileName(i), asset, clock(scene.launch_s(i)), FATE_WORDS[scene.fate(i)]];
      if (!words.every((word) => cells.join(" ").toLowerCase().includes(word))) continue;
      const on = app.selected?.side === 0 && app.selected.place === i;
      made.push(h("tr", { class: on ? "on" : "" },
        h("td", {}, h("button", { type: "button", class: "link", onclick: () => app.select(0, i) }, cells[0])),
        ...cells.slice(1).map((cell) => h("td", {}, cell))));
    }
    count.textContent = `${made.length} missiles`;
    swap(rows, ...made);
  };
  find.addEventListener("input", show);
  for (const event of ["open", "select", "choose"] as const) app.on(event, show);
  return show;
}
