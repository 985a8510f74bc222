// The frame of the page: head, side with its tabs, panes, story, timeline.
import { h } from "./dom";

export interface Tab { id: string; label: string; make: (body: HTMLElement) => void; shown?: () => void }

export function shell(into: HTMLElement): void {
  into.append(
    h("header", { class: "head" },
      h("h1", {}, "keepout"),
      h("p", { id: "what", class: "what" }, ""),
      h("p", { id: "said", class: "said", role: "status", "aria-live": "polite" }, ""),
      h("button", { id: "help-open", type: "button", class: "quiet", title: "Keys and notes" }, "Help"),
    ),
    h("main", { class: "body" },
      h("aside", { class: "side", "aria-label": "Runs, layers, scenario" },
        h("div", { class: "tabs", role: "tablist", id: "tabs" }), h("div", { id: "tab-bodies" })),
      h("div", { class: "middle" },
        h("div", { id: "panes", class: "panes", "data-count": "0" }),
        h("div", { id: "timeline", class: "timeline" })),
      h("aside", { id: "story", class: "story", "aria-label": "Story of a missile", hidden: true }),
    ),
    helpDialog(),
  );
  document.getElementById("help-open")!.addEventListener("click", () =>
    (document.getElementById("help") as HTMLDialogElement).showModal());
}

/** The tabs; all but the first are filled when they are opened, or by `fill` when there is time. */
export function tabs(list: Tab[]): { open: (id: string) => void; fill: () => void } {
  const bar = document.getElementById("tabs")!, bodies = document.getElementById("tab-bodies")!;
  const shownOf = new Map(list.map((tab) => [tab.id, tab.shown]));
  const waiting = new Map<string, () => void>();
  const made = (id: string) => {
    const make = waiting.get(id);
    waiting.delete(id);
    make?.();
  };
  const open = (id: string) => {
    made(id);
    for (const tab of list) {
      const on = tab.id === id;
      const button = document.getElementById(`tab-${tab.id}`)!;
      button.setAttribute("aria-selected", String(on));
      button.tabIndex = on ? 0 : -1;
      document.getElementById(`body-${tab.id}`)!.hidden = !on;
    }
    document.querySelector(".side")!.setAttribute("data-tab", id);
    shownOf.get(id)?.();
  };
  for (const tab of list) {
    bar.append(h("button", {
      id: `tab-${tab.id}`, role: "tab", type: "button", "aria-controls": `body-${tab.id}`,
      onclick: () => open(tab.id),
    }, tab.label));
    const body = h("div", {
      id: `body-${tab.id}`, role: "tabpanel", class: "tab-body", "aria-labelledby": `tab-${tab.id}`,
    });
    bodies.append(body);
    waiting.set(tab.id, () => tab.make(body));
  }
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.stopPropagation();
    const now = list.findIndex((tab) => tab.id === document.querySelector(".side")!.getAttribute("data-tab"));
    const next = list[(now + step + list.length) % list.length].id;
    open(next);
    document.getElementById(`tab-${next}`)!.focus();
  });
  open(list[0].id);
  return { open, fill: () => { for (const { id } of list) made(id); } };
}

function helpDialog(): HTMLElement {
  const keys = [
    ["Space", "play or pause"], ["← →", "10 seconds back or on; with Shift one minute"],
    ["− +", "slower, faster"], ["Home End", "begin, end"], ["H", "look at the whole raid"],
    ["M", "the list of missiles, to choose one without a mouse"], ["Esc", "close the story"],
  ];
  const dialog = h("dialog", { id: "help", "aria-labelledby": "help-title" },
    h("h2", { id: "help-title" }, "Keys and notes"),
    h("dl", { class: "keys" }, ...keys.flatMap(([key, says]) => [h("dt", {}, key), h("dd", {}, says)])),
    h("p", {}, "What moves here was computed; nothing is live. Launch areas are provinces, batteries stand at public or notional sites, rounded."),
    h("p", {}, "An interceptor's launch and intercept are the trial's own. The way between is flown again with the model that made its flyout table."),
    h("p", {}, "Ellipses: where the best radar track believed the missile would come down, two sigma. Circle round the missile: its position, two sigma."),
    h("p", {}, "Borders are de facto, as Natural Earth 1:50m has them; they take no side, and the layer Borders puts them away. Globe: CesiumJS."),
    h("p", {}, "keepout is for analysis. It controls nothing and transmits nothing."),
    h("form", { method: "dialog" }, h("button", {}, "Close")));
  return dialog;
}
