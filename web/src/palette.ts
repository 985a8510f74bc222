// Colours that stay apart for the colour-blind (Okabe and Ito, 2008), and a shape for each.

const DARK = {
  threat: "#f0b429", // in flight
  arrived: "#ff6a3d", // came down at a defended place
  elsewhere: "#b9a58a", // came down elsewhere
  intercepted: "#5cc4ff",
  failed: "#8d97a5",
  round: "#2fd0a0", // interceptors
  debris: "#f3e96b",
  stage: "#d88cc0",
  track: "#e8eef6",
  radar: "#7aa6ff",
  battery: "#2fd0a0",
  asset: "#ffffff",
  area: "#f0b429",
};

/** The same, dark enough for a light ground. */
const LIGHT: typeof DARK = {
  threat: "#8a5600", arrived: "#b82c05", elsewhere: "#66563e", intercepted: "#0b62a0",
  failed: "#56616d", round: "#07694e", debris: "#6b5d00", stage: "#8f3577", track: "#1d2a38",
  radar: "#2650b8", battery: "#07694e", asset: "#10181f", area: "#8a5600",
};

/** The colours of the theme that is on; `dress` changes them, and what is drawn is drawn anew. */
export const COLOURS = { ...DARK };
/** What surrounds a mark, and lies behind the globe. */
export const GROUND = { halo: "rgba(6,10,16,.88)", space: "#05080d", base: "#0d1520", line: "#7c8ea3" };

export function dress(light: boolean): void {
  Object.assign(COLOURS, light ? LIGHT : DARK);
  Object.assign(GROUND, light
    ? { halo: "rgba(255,255,255,.9)", space: "#b7c4d1", base: "#d3dee8", line: "#66788b" }
    : { halo: "rgba(6,10,16,.88)", space: "#05080d", base: "#0d1520", line: "#7c8ea3" });
}

export type Hue = keyof typeof DARK;

export const FATES = ["failed", "intercepted", "arrived", "elsewhere"] as const;
export const FATE_WORDS: Record<string, string> = {
  failed: "failed in flight", intercepted: "intercepted", arrived: "came down at an asset",
  elsewhere: "came down elsewhere", flying: "in flight", waiting: "not launched yet",
};
export const FATE_HUES: Record<string, Hue> = {
  failed: "failed", intercepted: "intercepted", arrived: "arrived", elsewhere: "elsewhere",
};

export type Mark = "burst" | "cross" | "dot" | "plus" | "square" | "diamond" | "triangle" | "ring";

export function rgb(hue: Hue): [number, number, number] {
  const n = parseInt(COLOURS[hue].slice(1), 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}

/** A mark drawn in a canvas of its own; the same for globe, map and legend. */
export function markCanvas(mark: Mark, hue: Hue, size = 32): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d")!;
  drawMark(pen, mark, COLOURS[hue], size / 2, size / 2, size * 0.36);
  return canvas;
}

export function drawMark(
  pen: CanvasRenderingContext2D, mark: Mark, colour: string, x: number, y: number, r: number,
): void {
  pen.save();
  pen.translate(x, y);
  pen.lineCap = "round";
  const lines = (list: number[][], width: number, style: string) => {
    pen.lineWidth = width;
    pen.strokeStyle = style;
    pen.beginPath();
    for (const [x0, y0, x1, y1] of list) {
      pen.moveTo(x0 * r, y0 * r);
      pen.lineTo(x1 * r, y1 * r);
    }
    pen.stroke();
  };
  const both = (list: number[][], width = 0.34) => {
    lines(list, r * (width + 0.3), GROUND.halo);
    lines(list, r * width, colour);
  };
  const filled = (path: () => void) => {
    pen.beginPath();
    path();
    pen.closePath();
    pen.lineJoin = "round";
    pen.lineWidth = r * 0.34;
    pen.strokeStyle = GROUND.halo;
    pen.stroke();
    pen.fillStyle = colour;
    pen.fill();
  };
  const d = 0.72;
  if (mark === "cross") both([[-d, -d, d, d], [-d, d, d, -d]]);
  else if (mark === "plus") both([[-1, 0, 1, 0], [0, -1, 0, 1]], 0.24);
  else if (mark === "burst") {
    both([[-1, 0, 1, 0], [0, -1, 0, 1], [-d, -d, d, d], [-d, d, d, -d]], 0.18);
  } else if (mark === "ring") {
    pen.beginPath();
    pen.arc(0, 0, r, 0, 7);
    pen.lineWidth = r * 0.3;
    pen.strokeStyle = colour;
    pen.stroke();
  } else if (mark === "square") filled(() => pen.rect(-d * r, -d * r, 2 * d * r, 2 * d * r));
  else if (mark === "diamond") {
    filled(() => {
      pen.moveTo(0, -r);
      pen.lineTo(r, 0);
      pen.lineTo(0, r);
      pen.lineTo(-r, 0);
    });
  } else if (mark === "triangle") {
    filled(() => {
      pen.moveTo(0, -r);
      pen.lineTo(0.9 * r, 0.75 * r);
      pen.lineTo(-0.9 * r, 0.75 * r);
    });
  } else filled(() => pen.arc(0, 0, 0.55 * r, 0, 7));
  pen.restore();
}
