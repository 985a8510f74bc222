// A form for any scenario, made from its JSON Schema: one field a key, problems beside their field.
import type { Fault } from "./api";
import { h } from "./dom";

type Schema = Record<string, any>;
type Value = any;
type Write = (value: Value) => void; // undefined takes the key away

export interface Catalogue { [kind: string]: { id: string; name: string }[] }

const KINDS: Record<string, string> = {
  missile: "missile", radar: "radar", asset: "place", id: "place", area: "place", hold_for: "",
};
const SCALARS = ["string", "number", "integer"];

export class Form {
  readonly root = h("div", { class: "form" });
  private count = 0;

  constructor(
    private readonly schema: Schema,
    catalogue: Catalogue,
    public data: Value,
    private readonly changed: () => void,
    private readonly place: (path: string, put: (lat: string, lon: string) => void) => void,
  ) {
    for (const kind of Object.keys(catalogue)) {
      this.root.append(h("datalist", { id: `ids-${kind}` },
        ...catalogue[kind].map((entry) => h("option", { value: entry.id }, entry.name))));
    }
    this.draw();
  }

  draw(): void {
    const key = (each: HTMLElement) => each.dataset.path ?? `${each.dataset.rest} …`;
    const old = [...this.root.querySelectorAll("details")];
    const open = new Map(old.map((each) => [key(each), each.open]));
    this.root.querySelectorAll(":scope > :not(datalist)").forEach((old) => old.remove());
    this.root.append(...this.object(this.schema, this.data, "", (next) => {
      this.data = next;
      this.changed();
    }, true));
    for (const each of this.root.querySelectorAll("details")) {
      each.open = open.get(key(each)) ?? each.open;
    }
  }

  /** Show every problem at its field, or at the nearest thing that encloses it. */
  faults(faults: Fault[]): void {
    this.root.querySelectorAll(".fault").forEach((old) => old.remove());
    this.root.querySelectorAll("[aria-invalid]").forEach((old) => {
      old.removeAttribute("aria-invalid");
      old.removeAttribute("aria-errormessage");
    });
    for (const fault of faults) {
      const field = this.fieldOf(fault.path ?? "");
      if (!field) continue;
      const id = `fault-${++this.count}`;
      field.append(h("p", { class: "fault", id }, fault.message, fault.help ? ` (${fault.help})` : ""));
      const input = field.querySelector("input, select, textarea");
      input?.setAttribute("aria-invalid", "true");
      input?.setAttribute("aria-errormessage", id);
      for (let up: Element | null = field; up; up = up.parentElement) {
        if (up instanceof HTMLDetailsElement) up.open = true;
      }
    }
  }

  fieldOf(path: string): Element | null {
    for (let here = path; here; here = here.replace(/(\.[^.[\]]+|\[[^\]]*\]|^[^.[]+)$/, "")) {
      const found = this.root.querySelector(`[data-path="${CSS.escape(here)}"]`);
      if (found) return found;
    }
    return null;
  }

  private resolved(schema: Schema): Schema {
    let found = schema;
    while (found.$ref) {
      const { $ref, ...own } = found;
      found = { ...this.schema.$defs[$ref.split("/").pop()!], ...own };
    }
    return found;
  }

  /** The shapes that a value may have, each resolved; "null" means that it may be left out. */
  private shapes(schema: Schema): Schema[] {
    const found = this.resolved(schema);
    if (!found.anyOf) return [found];
    return found.anyOf.flatMap((each: Schema) => this.shapes(each)).filter((each: Schema) => each.type !== "null");
  }

  private object(schema: Schema, value: Value, path: string, write: Write, top = false): HTMLElement[] {
    const required: string[] = schema.required ?? [];
    const properties: Record<string, Schema> = schema.properties ?? {};
    const names = Object.keys(properties).filter((name) => !(top && name === "schema"));
    const now = () => (value && typeof value === "object" ? value : {});
    const fields = (list: string[]) => list.map((name) => this.field(
      name, properties[name], now()[name], path ? `${path}.${name}` : name, required.includes(name),
      (next) => {
        const copy = { ...now() };
        if (next === undefined) delete copy[name]; else copy[name] = next;
        value = copy;
        write(copy);
      }));
    const first = names.filter((name) => required.includes(name) || now()[name] !== undefined);
    const rest = names.filter((name) => !first.includes(name));
    const made = fields(first);
    if (path.endsWith(".at") || (now().lat !== undefined && now().lon !== undefined)) {
      made.push(this.placer(path, () => now(), (next) => { value = next; write(next); }));
    }
    if (rest.length) made.push(h("details", { class: "rest", "data-rest": path }, h("summary", {}, `${rest.length} more that can be set`), ...fields(rest)));
    return made;
  }

  private placer(path: string, now: () => Value, write: Write): HTMLElement {
    return h("button", {
      type: "button", class: "place", onclick: () => this.place(path, (lat, lon) => {
        write({ ...now(), lat, lon });
        this.draw();
      }),
    }, "Place on the map");
  }

  private field(name: string, schema: Schema, value: Value, path: string, required: boolean, write: Write): HTMLElement {
    const shapes = this.shapes(schema);
    const hint = this.resolved(schema).description ?? "";
    const array = shapes.find((shape) => shape.type === "array" && this.resolved(shape.items ?? {}).properties);
    if (array) return this.list(name, this.resolved(array.items), value ?? [], path, hint, write);
    const record = shapes.find((shape) => shape.properties && !isSpread(shape));
    const spread = shapes.some(isSpread);
    if (record && !spread && (shapes.length === 1 || (value && typeof value === "object"))) {
      return this.group(name, record, value, path, hint, required, write);
    }
    const id = `field-${++this.count}`;
    const note = hint ? h("small", { id: `${id}-hint` }, hint) : null;
    const input = spread && isRange(value)
      ? this.range(id, value, write)
      : this.single(id, name, shapes, this.resolved(schema), value, path, write);
    input.setAttribute("aria-describedby", `${id}-hint`);
    const toggle = spread && (value === undefined || isRange(value) || typeof value !== "object")
      ? h("button", {
        type: "button", class: "quiet shape", title: "One value, or a range from which every trial draws",
        onclick: () => {
          write(isRange(value) ? value.mode ?? value.low : { low: value ?? "", high: value ?? "" });
          this.draw();
        },
      }, isRange(value) ? "one value" : "range") : null;
    return h("div", { class: "row", "data-path": path },
      h("label", { for: id }, words(name), required ? null : h("span", { class: "optional" }, " optional")),
      input, toggle, note);
  }

  private single(
    id: string, name: string, shapes: Schema[], schema: Schema, value: Value, path: string, write: Write,
  ): HTMLElement {
    const choice = shapes.find((shape) => shape.enum ?? shape.const);
    if (choice && shapes.length === 1) {
      const list: string[] = choice.enum ?? [choice.const];
      const select = h("select", { id },
        schema.default !== undefined ? h("option", { value: "" }, `${schema.default} (default)`) : null,
        ...list.map((each) => h("option", { value: each }, each)));
      select.value = value ?? "";
      select.addEventListener("change", () => write(select.value || undefined));
      return select;
    }
    if (shapes.length === 1 && shapes[0].type === "boolean") {
      const box = h("input", { id, type: "checkbox" });
      box.checked = value ?? schema.default ?? false;
      box.addEventListener("change", () => write(box.checked));
      return box;
    }
    const words_ = shapes.every((shape) => shape.type === "array" && SCALARS.includes(this.resolved(shape.items).type));
    const kind = path.startsWith("batteries") && name === "type" ? "battery"
      : path.startsWith("radars") && name === "type" ? "radar" : KINDS[name];
    const input = h("input", {
      id, type: "text", autocomplete: "off", spellcheck: "false", list: kind ? `ids-${kind}` : undefined,
      placeholder: schema.default !== undefined && schema.default !== null && typeof schema.default !== "object"
        ? String(schema.default) : shapes.find((shape) => shape.examples)?.examples[0] ?? "",
      value: shown(value, words_),
    });
    const numeric = shapes.some((shape) => shape.type === "number" || shape.type === "integer");
    input.addEventListener("input", () => write(read(input.value, numeric, words_)));
    return input;
  }

  private range(id: string, value: Value, write: Write): HTMLElement {
    const part = (name: string, k: number) => {
      const input = h("input", {
        type: "text", id: k ? undefined : id, "aria-label": name, placeholder: name, value: shown(value[name], false),
      });
      input.addEventListener("input", () => {
        const next = { ...value };
        const text = read(input.value, true, false);
        if (text === undefined) delete next[name]; else next[name] = text;
        value = next;
        write(next);
      });
      return input;
    };
    return h("span", { class: "range", role: "group" }, ...["low", "mode", "high"].map(part));
  }

  private group(name: string, shape: Schema, value: Value, path: string, hint: string, required: boolean, write: Write): HTMLElement {
    if (value === undefined && !required) {
      return h("div", { class: "row", "data-path": path }, h("span", {}, words(name)),
        h("button", { type: "button", onclick: () => { write({}); this.draw(); } }, "Set"), h("small", {}, hint));
    }
    return h("fieldset", { "data-path": path }, h("legend", { title: hint }, words(name)),
      ...this.object(shape, value ?? {}, path, write));
  }

  private list(name: string, item: Schema, value: Value[], path: string, hint: string, write: Write): HTMLElement {
    let now = Array.isArray(value) ? value : [];
    const put = (next: Value[]) => {
      now = next;
      write(next.length ? next : undefined);
    };
    const entries = now.map((each, k) => h("details", {
      class: "item", "data-path": `${path}[${k}]`, open: now.length === 1 && name === "raids",
    },
    h("summary", {}, h("strong", {}, each?.name ?? each?.id ?? each?.asset ?? `${words(name)} ${k + 1}`),
      h("span", { class: "what" }, [each?.type, each?.missile, each?.defend].filter((x) => typeof x === "string").join(", "))),
    ...this.object(item, each, `${path}[${k}]`, (next) => put(now.map((old, j) => (j === k ? next : old)))),
    h("p", { class: "buttons" },
      h("button", { type: "button", onclick: () => { put(now.filter((_, j) => j !== k)); this.draw(); } }, "Remove"),
      h("button", {
        type: "button", onclick: () => {
          const copy = structuredClone(now[k]);
          if (copy?.name) copy.name = fresh(String(copy.name), now.map((x) => x?.name));
          put([...now, copy]);
          this.draw();
        },
      }, "Copy"))));
    return h("details", { class: "list", "data-path": path, open: ["raids", "batteries"].includes(name) },
      h("summary", { title: hint }, words(name), h("span", { class: "what" }, ` ${now.length}`)),
      h("p", { class: "hint" }, hint), ...entries,
      h("button", { type: "button", class: "add", onclick: () => { put([...now, starter(name, now)]); this.draw(); } }, `Add to ${words(name)}`));
  }
}

function isSpread(shape: Schema): boolean { return Boolean(shape.properties?.low || shape.properties?.mixture || shape.properties?.value); }
function isRange(value: Value): boolean { return value !== null && typeof value === "object" && ("low" in value || "high" in value); }
function words(name: string): string { return name.replace(/_/g, " "); }

function shown(value: Value, list: boolean): string {
  if (value === undefined || value === null) return "";
  if (list && Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What was typed, as the file has it: a number, a list, JSON in brackets, or text. */
function read(text: string, numeric: boolean, list: boolean): Value {
  const tidy = text.trim();
  if (tidy === "") return undefined;
  if (list && !tidy.startsWith("[")) return tidy.split(",").map((each) => each.trim()).filter(Boolean);
  if (/^[[{]/.test(tidy)) {
    try {
      return JSON.parse(tidy);
    } catch {
      return tidy;
    }
  }
  return numeric && /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(tidy) ? Number(tidy) : tidy;
}

function fresh(name: string, taken: string[]): string {
  const stem = name.replace(/-?\d+$/, "");
  for (let k = 2; ; k++) if (!taken.includes(`${stem}-${k}`)) return `${stem}-${k}`;
}

function starter(name: string, now: Value[]): Value {
  if (name === "batteries") {
    return { name: fresh("added", now.map((x) => x?.name)), type: "thaad-battery", at: { lat: "31.0 deg", lon: "35.0 deg" } };
  }
  if (name === "assets") return { id: "" };
  return now.length ? structuredClone(now[now.length - 1]) : { name: "" };
}
