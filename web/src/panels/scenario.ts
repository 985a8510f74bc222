// A scenario in a form: checked as it is written, placed on the map, saved, run, compared.
import type { App } from "../app";
import { at, Faulty, get, send, type Fault, type Job } from "../api";
import { announce, h, swap } from "../dom";
import { Form, type Catalogue } from "../form";
import { guard } from "./runs";

const CHECK_AFTER_MS = 350;

interface Checked { text: string; data: any; errors: Fault[] }

export function scenarioPanel(app: App, body: HTMLElement): void {
  void new Editor(app, body).begin();
}

class Editor {
  private form: Form | null = null;
  private schema: any;
  private catalogue: Catalogue = {};
  private text = "";
  private sound = false;
  private timer = 0;
  private asked = 0;
  private readonly which = h("select", { id: "scenario-which" });
  private readonly list = h("div", { id: "problems", class: "problems", role: "status" });
  private readonly holder = h("div", {});
  private readonly source = h("textarea", { id: "scenario-text", rows: 30, spellcheck: "false", "aria-label": "The scenario as text" });
  private readonly asText = h("input", { type: "checkbox", id: "as-text" });
  private readonly name = h("input", { type: "text", id: "scenario-name", autocomplete: "off" });
  private readonly trials = h("input", { type: "number", id: "run-trials", min: 1, max: 1000000, value: 200 });
  private readonly runButton = h("button", { type: "button", id: "run-go", class: "main", onclick: () => guard(this.run()) }, "Save and run");
  private readonly job = h("div", { id: "job", "aria-live": "polite" });

  constructor(private readonly app: App, private readonly body: HTMLElement) {}

  async begin(): Promise<void> {
    this.body.append(
      h("h2", {}, "Scenario"),
      h("p", { class: "field" }, h("label", { for: "scenario-which" }, "Begin with"), this.which),
      h("div", { class: "runbox" },
        h("p", { class: "field" }, h("label", { for: "scenario-name" }, "Name"), this.name),
        h("p", { class: "field" }, h("label", { for: "run-trials" }, "Trials"), this.trials),
        h("p", { class: "buttons" }, this.runButton), this.job),
      this.list,
      h("p", { class: "field" }, h("label", { for: "as-text" }, "Show as text"), this.asText),
      this.holder);
    this.which.addEventListener("change", () => guard(this.load(this.which.value)));
    this.asText.addEventListener("change", () => this.show());
    this.source.addEventListener("input", () => {
      this.text = this.source.value;
      this.later({ text: this.text });
    });
    try {
      const found = await get<{ schema: any; catalogue: Catalogue }>("form");
      this.schema = found.schema;
      this.catalogue = found.catalogue;
      await this.names("tutorial");
      await this.load("tutorial");
    } catch (error) {
      swap(this.list, h("p", { class: "fault" }, String(error)));
    }
  }

  private async names(chosen: string): Promise<void> {
    const { scenarios } = await get<{ scenarios: { name: string; own: boolean; title: string }[] }>("scenarios");
    swap(this.which, ...scenarios.map((each) =>
      h("option", { value: each.name, title: each.title }, each.own ? `${each.name} (saved here)` : each.name)));
    this.which.value = chosen;
  }

  private async load(name: string): Promise<void> {
    const found = await get<{ text: string; data: any }>(`scenarios/${at(name)}`);
    this.text = found.text;
    this.name.value = /^mine-|-changed$/.test(name) ? name : `${name}-changed`;
    this.make(found.data);
    await this.check({ text: found.text });
  }

  private make(data: any): void {
    this.form = new Form(this.schema, this.catalogue, data, () => this.later({ data: this.form!.data }),
      (path, put) => this.place(path, put));
    this.show();
  }

  private show(): void {
    this.source.value = this.text;
    swap(this.holder, this.asText.checked ? this.source : this.form!.root);
  }

  private later(draft: object): void {
    this.sound = false;
    this.runButton.disabled = true;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => guard(this.check(draft)), CHECK_AFTER_MS);
  }

  private async check(draft: object): Promise<void> {
    const number = ++this.asked;
    const found = await send<Checked>("POST", "check", draft);
    if (number !== this.asked) return;
    this.text = found.text;
    if ("text" in draft && found.data && typeof found.data === "object" && this.asText.checked) {
      this.form!.data = found.data;
      this.form!.draw();
    }
    if (!this.asText.checked) this.source.value = this.text;
    this.sound = !found.errors.length;
    this.runButton.disabled = !this.sound;
    this.form!.faults(found.errors);
    this.problems(found.errors);
  }

  private problems(errors: Fault[]): void {
    if (!errors.length) {
      swap(this.list, h("p", { class: "sound" }, "No problems."));
      return;
    }
    swap(this.list,
      h("p", { class: "fault" }, `${errors.length} problem${errors.length > 1 ? "s" : ""}; nothing can be run.`),
      h("ul", {}, ...errors.slice(0, 20).map((error) => h("li", {},
        h("button", { type: "button", class: "link", onclick: () => this.goTo(error) }, error.path || `line ${error.line ?? 0}`),
        ` ${error.message}`))));
  }

  private goTo(error: Fault): void {
    const field = this.form!.fieldOf(error.path ?? "");
    field?.scrollIntoView({ block: "center" });
    field?.querySelector<HTMLElement>("input, select, textarea, button")?.focus();
  }

  private place(path: string, put: (lat: string, lon: string) => void): void {
    const views = this.app.sides.map((side) => side.stage.view);
    if (!views.length) {
      announce("open a run first: the map shows where it stands");
      return;
    }
    const panes = document.getElementById("panes")!;
    const end = () => {
      panes.classList.remove("placing");
      for (const view of views) view.placing = false;
      document.removeEventListener("keydown", escape);
    };
    const escape = (event: KeyboardEvent) => { if (event.key === "Escape") end(); };
    document.addEventListener("keydown", escape);
    panes.classList.add("placing");
    announce(`click where ${path} stands; it is rounded to 0.1 degrees`);
    for (const view of views) {
      view.placing = true;
      view.placed = (lat, lon) => {
        end();
        put(`${lat.toFixed(1)} deg`, `${lon.toFixed(1)} deg`);
        announce(`${path}: ${lat.toFixed(1)}, ${lon.toFixed(1)}`);
      };
    }
  }

  private async run(): Promise<void> {
    const name = this.name.value.trim();
    try {
      await send("PUT", `scenarios/${at(name)}`, { text: this.text });
      await this.names(name);
      const taken = new Set((await get<{ runs: { run: string }[] }>("runs")).runs.map((run) => run.run));
      let run = name;
      for (let k = 2; taken.has(run); k++) run = `${name}-${k}`;
      await this.start({ scenario: name, name: run, trials: +this.trials.value, resume: false });
    } catch (error) {
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    const faults = error instanceof Faulty ? error.faults : [{ code: "", message: String(error) }];
    swap(this.job, ...faults.map((fault) => h("p", { class: "fault" }, fault.message, fault.help ? ` (${fault.help})` : "")));
  }

  private async start(wanted: { scenario: string; name: string; trials: number; resume: boolean }): Promise<void> {
    const job = await send<Job>("POST", "jobs", wanted);
    this.runButton.disabled = true;
    const bar = h("progress", { max: 1, value: 0, "aria-label": `Progress of ${wanted.name}` });
    const says = h("p", { class: "hint" }, "resolving the scenario …");
    swap(this.job, bar, says, h("button", {
      type: "button", id: "job-stop", onclick: () => guard(send("DELETE", `jobs/${job.id}`)),
    }, "Stop"));
    const events = new EventSource(`api/jobs/${job.id}/events`);
    events.onmessage = (event) => {
      const now: Job = JSON.parse(event.data);
      bar.max = Math.max(now.total, 1);
      bar.value = now.done;
      says.textContent = now.done
        ? `${now.done.toLocaleString("en-GB")} of ${now.total.toLocaleString("en-GB")} trials${now.rate_per_s ? `, ${Math.round(now.rate_per_s).toLocaleString("en-GB")} a second` : ""}`
        : now.said.at(-1) ?? "resolving the scenario …";
      if (now.state !== "running") {
        events.close();
        guard(this.ended(now, wanted));
      }
    };
    events.onerror = () => {
      events.close();
      says.textContent = "the server no longer answers";
    };
  }

  private async ended(job: Job, wanted: { scenario: string; name: string; trials: number; resume: boolean }): Promise<void> {
    this.runButton.disabled = !this.sound;
    await this.app.refresh();
    if (job.state === "complete") {
      const other = this.app.sides[0]?.run;
      const trial = Math.min(this.app.sides[0]?.trial ?? 0, job.total - 1);
      swap(this.job, h("p", { class: "sound" }, `${job.run} is there: ${job.done} trials.`),
        h("p", { class: "buttons" },
          h("button", { type: "button", id: "job-open", onclick: () => guard(this.app.open(job.run, trial)) }, "Open"),
          other && other !== job.run ? h("button", {
            type: "button", onclick: () => guard(this.app.open(job.run, trial, true)),
          }, `Beside ${other}`) : null));
      announce(`${job.run} is there`);
      return;
    }
    swap(this.job, ...job.errors.map((fault) => h("p", { class: "fault" }, fault.message)),
      job.state === "stopped" ? h("p", {}, job.said.at(-1) ?? "stopped") : null,
      job.state === "stopped" && job.done ? h("button", {
        type: "button", id: "job-go-on", onclick: () => guard(this.start({ ...wanted, resume: true })),
      }, "Go on with it") : null);
    announce(`${job.run} ${job.state}`);
  }
}
