import type { App } from "../app";
export function scenarioPanel(_app: App, _body: HTMLElement): void {}
