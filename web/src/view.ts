// What a globe and a flat map have in common.
import type { Spread } from "./api";
import type { Scene } from "./scene";

export interface Layers {
  threats: boolean; trails: boolean; rounds: boolean; tracks: boolean; marks: boolean;
  debris: boolean; volumes: boolean; coverage: boolean; names: boolean; borders: boolean;
  tubes: boolean; density: boolean;
}

export const LAYERS: Layers = {
  threats: true, trails: true, rounds: true, tracks: false, marks: true, debris: true,
  volumes: false, coverage: false, names: true, borders: true, tubes: false, density: false,
};

/** Which threats are shown bright; null: all. */
export type Chosen = ReadonlySet<number> | null;

export interface Camera { lon_deg: number; lat_deg: number; height_m: number; heading: number; pitch: number }

export interface View {
  readonly kind: "globe" | "map";
  show(scene: Scene): void;
  draw(t_s: number): void;
  layers(layers: Layers): void;
  select(place: number | null): void;
  choose(chosen: Chosen): void;
  spread(spread: Spread | null): void;
  /** Look at the whole raid. */
  home(): void;
  resize(): void;
  camera(): Camera;
  follow(camera: Camera): void;
  /** The next click on the ground is told to `placed`, not to `picked`. */
  placing: boolean;
  picked: (place: number | null) => void;
  placed: (lat_deg: number, lon_deg: number) => void;
  moved: (camera: Camera) => void;
  /** Where an Earth-fixed point is on the screen; null if it is hidden. */
  project(x: number, y: number, z: number): [number, number] | null;
  /** Whether the first picture of the first scene is not only asked for but drawn. */
  pictured(): boolean;
  /** Whether everything that should be on the screen is there. */
  ready(): boolean;
  destroy(): void;
}
