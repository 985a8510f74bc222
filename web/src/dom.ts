// Elements without a framework: every text is a text node, so nothing in a run can become markup.

type Child = Node | string | number | null | undefined | false;
type Props = Record<string, unknown>;

export function h<K extends keyof HTMLElementTagNameMap>(
  name: K, props: Props = {}, ...children: (Child | Child[])[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  fill(made, props, children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

export function s(name: string, props: Props = {}, ...children: (Child | Child[])[]): SVGElement {
  const made = document.createElementNS(SVG, name);
  fill(made, props, children);
  return made;
}

function fill(made: Element, props: Props, children: (Child | Child[])[]): void {
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value as EventListener);
    else if (key === "value") (made as HTMLInputElement).value = String(value);
    else if (value === true) made.setAttribute(key, "");
    else made.setAttribute(key, String(value));
  }
  put(made, ...children);
}

export function put(into: Element, ...children: (Child | Child[])[]): void {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    into.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

export function swap(into: Element, ...children: (Child | Child[])[]): void {
  into.replaceChildren();
  put(into, ...children);
}

/** Say something to a screen reader, and to eyes in the corner of the page. */
export function announce(text: string): void {
  const line = document.getElementById("said");
  if (line) line.textContent = text;
}

export function clock(t_s: number): string {
  const sign = t_s < 0 ? "−" : "";
  const t = Math.abs(Math.round(t_s));
  return `${sign}${Math.floor(t / 60)}:${String(t % 60).padStart(2, "0")}`;
}

export function number(value: number | null | undefined, digits = 1): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  return value.toLocaleString("en-GB", {
    minimumFractionDigits: digits, maximumFractionDigits: digits,
  });
}
