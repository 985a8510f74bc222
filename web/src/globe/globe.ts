// The globe: one player over typed arrays.
import type { Spread } from "../api";
import { borderPaths } from "../land";
import { happened, type Happened } from "../marks";
import { COLOURS, GROUND, markCanvas, rgb, type Hue } from "../palette";
import { geodetic, roundMotion, threatMotion, type Motion, type Scene } from "../scene";
import { around, ellipse, Tracks } from "../tracks";
import { LAYERS, type Camera, type Chosen, type Layers, type View } from "../view";
import { baseImagery } from "./base";
import { Cesium, still } from "./cesium";
import { sheet } from "./ground";
import { trails, type Trail } from "./trails";
import { densityLayer, tubes } from "./tubes";
import { coverage, reach } from "./volumes";

const MANY = 2000; // bodies beyond which ways are drawn coarsely
const MOST_ELLIPSES = 400;
const SIGMAS = 2;
const NEAR_PX = 16;
const NOON: any = Cesium.JulianDate.fromIso8601("2024-10-01T12:00:00Z"); // nothing depends on it

function colour(hue: Hue, alpha = 1): any {
  const [r, g, b] = rgb(hue);
  return new Cesium.Color(r / 255, g / 255, b / 255, alpha);
}

export class Globe implements View {
  readonly kind = "globe";
  placing = false;
  picked: (place: number | null) => void = () => {};
  placed: (lat: number, lon: number) => void = () => {};
  moved: (camera: Camera) => void = () => {};

  private readonly world: any; // Cesium's own scene
  private readonly canvas: HTMLCanvasElement;
  private readonly gl: WebGL2RenderingContext;
  private readonly handler: any;
  private readonly things: any; // primitives of the scene
  private borders: any = null;
  private scene: Scene | null = null;
  private tracks: Tracks | null = null;
  private threats: Motion | null = null;
  private rounds: Motion | null = null;
  private threatPoints: any;
  private roundPoints: any;
  private billboards: any;
  private events: Happened[] = [];
  private shown = 0; // events up to here are shown
  private waysOf: any;
  private trailList: [Trail, keyof Layers][] = [];
  private later: (() => void) | null = null; // work that the first picture does not wait for
  private sheet: any = null; // the ground until there are tiles
  private drawn: WebGLSync | null = null; // when the first picture of a scene has left the card
  private ellipses: any;
  private reachShells: any;
  private fans: any;
  private tubeShells: any;
  private densityShown: any = null;
  private spreadData: Spread | null = null;
  private own: Layers = { ...LAYERS };
  private selected: number | null = null;
  private chosen: Chosen = null;
  private bright: any; // the way of the selected threat
  private now = NaN;
  private ellipsesAt = NaN;
  private followed = ""; // the camera as the other side set it

  constructor(private readonly holder: HTMLElement, private readonly light: boolean) {
    still();
    this.canvas = document.createElement("canvas");
    holder.append(this.canvas);
    this.sizeCanvas(light);
    this.world = new Cesium.Scene({
      canvas: this.canvas, creditContainer: document.createElement("div"), scene3DOnly: true,
      requestRenderMode: true, maximumRenderTimeChange: Infinity, msaaSamples: light ? 1 : 4,
      orderIndependentTranslucency: false,
    } as any);
    this.world.useDepthPicking = false;
    this.gl = this.world.context._gl;
    this.world.globe = new Cesium.Globe(Cesium.Ellipsoid.WGS84);
    const scene = this.world;
    scene.backgroundColor = Cesium.Color.fromCssColorString(GROUND.space);
    scene.globe.show = false; // until the first picture is there
    scene.sun = scene.moon = undefined;
    scene.fog.enabled = false;
    scene.globe.showGroundAtmosphere = false;
    scene.globe.enableLighting = false;
    scene.globe.baseColor = Cesium.Color.fromCssColorString(GROUND.base);
    scene.globe.maximumScreenSpaceError = light ? 4 : 2;
    scene.globe.imageryLayers.add(new Cesium.ImageryLayer(baseImagery(), {}));
    scene.screenSpaceCameraController.minimumZoomDistance = 5e3;
    scene.screenSpaceCameraController.maximumZoomDistance = 2.5e7;
    this.things = scene.primitives.add(new Cesium.PrimitiveCollection());
    scene.camera.percentageChanged = 0.001;
    scene.camera.changed.addEventListener(() => {
      const camera = this.camera();
      if (JSON.stringify(camera) !== this.followed) this.moved(camera);
    });
    this.handler = new Cesium.ScreenSpaceEventHandler(this.canvas);
    this.handler.setInputAction(
      (event: any) => this.clicked(event.position), Cesium.ScreenSpaceEventType.LEFT_CLICK,
    );
  }

  show(scene: Scene): void {
    this.things.removeAll();
    this.scene = scene;
    this.tracks = new Tracks(scene);
    this.threats = threatMotion(scene);
    this.rounds = roundMotion(scene);
    this.selected = null;
    this.chosen = null;
    this.reachShells = this.things.add(new Cesium.PrimitiveCollection());
    this.fans = this.things.add(new Cesium.PrimitiveCollection());
    reach(scene, this.reachShells);
    coverage(scene, this.fans);
    this.tubeShells = this.things.add(new Cesium.PrimitiveCollection());
    this.waysOf = this.things.add(new Cesium.PrimitiveCollection());
    this.trailList = [];
    this.later = () => this.addTrails(scene);
    if (scene.threats <= MANY) this.ways();
    if (!this.drawn) this.lay(sheet(scene, this.world.context));
    this.bright = this.things.add(new Cesium.PolylineCollection());
    this.ellipses = this.things.add(new Cesium.PolylineCollection());
    this.threatPoints = this.points(scene.threats, "threat", scene.threats > MANY ? 3 : 6);
    this.roundPoints = this.points(scene.rounds, "round", 5);
    this.addMarks(scene);
    this.now = NaN;
    this.layers(this.own);
  }

  private addTrails(scene: Scene): void {
    const { threat_first, threat_t_s, threat_ecef_m } = scene.arrays;
    const every = scene.threats > MANY ? 12 : 1;
    const width = scene.threats > MANY ? 1 : 1.6;
    const ways = { first: threat_first, t_s: threat_t_s, r: threat_ecef_m };
    const many = scene.threats > MANY;
    const threat = trails(ways, "threat", width, many ? 0.02 : 0.1, many ? 30 : 90, every);
    const n = scene.head.round_samples;
    const first = Int32Array.from({ length: scene.rounds + 1 }, (_, i) => i * n);
    const times = new Float32Array(scene.rounds * n);
    const begin = scene.arrays.round_launch_s, end = scene.arrays.round_intercept_s;
    for (let i = 0; i < times.length; i++) {
      const k = Math.floor(i / n);
      times[i] = begin[k] + ((i % n) / (n - 1)) * (end[k] - begin[k]);
    }
    const rounds = trails({ first, t_s: times, r: scene.arrays.round_ecef_m }, "round", 1.8, 0.12, 60);
    if (threat) this.trailList.push([threat, "threats"]);
    if (rounds) this.trailList.push([rounds, "rounds"]);
    for (const [trail] of this.trailList) this.waysOf.add(trail.primitive);
  }

  /** After the first picture: tiles in place of the sheet, borders, and the ways of a crowd. */
  private goOn(): void {
    const { globe } = this.world;
    if (!globe.show) {
      globe.show = true;
      this.borders = this.world.primitives.add(borderLines());
      this.layers(this.own);
    } else if (globe.tilesLoaded && globe._surface._tilesToRender.length) {
      this.lay(null);
      this.ways();
      this.layers(this.own);
    }
  }

  /** Another sheet, or none, in place of the one that lies there. */
  private lay(sheet: any): void {
    if (this.sheet) this.world.primitives.remove(this.sheet);
    this.sheet = sheet && this.world.primitives.add(sheet);
  }

  private ways(): void {
    this.later?.();
    this.later = null;
  }

  private points(count: number, hue: Hue, size: number): any {
    const points = this.things.add(new Cesium.PointPrimitiveCollection({ blendOption: 0 } as any));
    for (let i = 0; i < count; i++) {
      points.add({
        show: false, pixelSize: size, color: colour(hue),
        outlineColor: Cesium.Color.fromCssColorString(GROUND.space), outlineWidth: size > 4 ? 1.5 : 0,
      });
    }
    return points;
  }

  private addMarks(scene: Scene): void {
    this.events = happened(scene);
    this.shown = 0;
    this.billboards = this.things.add(new Cesium.BillboardCollection({ scene: this.world }));
    const images = new Map<string, HTMLCanvasElement>();
    for (const event of this.events) {
      const id = `${event.mark} ${event.hue}`;
      if (!images.has(id)) images.set(id, markCanvas(event.mark, event.hue, 48));
      const [x, y, z] = event.r;
      const billboard = this.billboards.add({
        show: false, position: new Cesium.Cartesian3(x * 1.00005, y * 1.00005, z * 1.00005),
        scale: 0.36 * event.size,
      });
      billboard.setImage(id, images.get(id)!);
    }
  }

  layers(layers: Layers): void {
    this.own = { ...layers };
    if (this.borders) this.borders.show = layers.borders;
    if (!this.scene) return;
    this.threatPoints.show = layers.threats;
    this.roundPoints.show = layers.rounds;
    this.reachShells.show = layers.volumes;
    this.fans.show = layers.coverage;
    for (const [trail, layer] of this.trailList) trail.show(layers.trails && layers[layer]);
    this.events.forEach((event, n) => { this.billboards.get(n).show = this.visible(event, n); });
    this.ellipsesAt = NaN;
    this.showSpread();
    this.redraw();
  }

  private visible(event: Happened, n: number): boolean {
    if (n >= this.shown || !(event.debris ? this.own.debris : this.own.marks)) return false;
    return !this.chosen || this.chosen.has(event.threat);
  }

  draw(t_s: number): void {
    if ((this.later || this.sheet || !this.world.globe.show) && this.pictured()) this.goOn();
    if (this.scene && t_s !== this.now) {
      this.move(t_s);
      this.now = t_s;
      this.world.requestRender();
    }
    this.world.initializeFrame();
    this.world.render(NOON);
    if (this.scene && !this.drawn) {
      this.drawn = this.gl.fenceSync(this.gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
      this.gl.flush();
    }
  }

  pictured(): boolean {
    const { gl, drawn } = this;
    return drawn !== null && gl.getSyncParameter(drawn, gl.SYNC_STATUS) === gl.SIGNALED;
  }

  private move(t_s: number): void {
    const { threats, rounds, chosen } = this;
    threats!.move(t_s);
    rounds!.move(t_s);
    place(threats!, this.threatPoints, chosen, null);
    place(rounds!, this.roundPoints, chosen, this.roundOf);
    for (const [trail] of this.trailList) trail.at(t_s);
    while (this.shown < this.events.length && this.events[this.shown].t_s <= t_s) {
      this.shown++;
      this.billboards.get(this.shown - 1).show = this.visible(
        this.events[this.shown - 1], this.shown - 1,
      );
    }
    while (this.shown > 0 && this.events[this.shown - 1].t_s > t_s) {
      this.shown--;
      this.billboards.get(this.shown).show = false;
    }
    if (!(Math.abs(t_s - this.ellipsesAt) < 1)) this.drawEllipses(t_s);
  }

  private roundOf = (round: number): number =>
    this.scene!.placeOf[this.scene!.arrays.round_threat[round]];

  private drawEllipses(t_s: number): void {
    this.ellipsesAt = t_s;
    this.ellipses.removeAll();
    const scene = this.scene!;
    const every = this.own.tracks && scene.threats <= MOST_ELLIPSES;
    for (let i = 0; i < scene.threats; i++) {
      const own = i === this.selected;
      if (!own && (!every || (this.chosen && !this.chosen.has(i)))) continue;
      if (this.threats!.state[i] !== 1) continue;
      const said = this.tracks!.best(i, t_s);
      if (!said) continue;
      const points = around(said.impact, ellipse(said, SIGMAS), 300);
      const size: [number, number][] = Array.from({ length: 25 }, (_, k) => [
        SIGMAS * said.position_m * Math.cos((k * Math.PI) / 12),
        SIGMAS * said.position_m * Math.sin((k * Math.PI) / 12),
      ]);
      const p = this.threats!.position;
      const here: [number, number, number] = [p[3 * i], p[3 * i + 1], p[3 * i + 2]];
      this.line(this.ellipses, points, own ? "asset" : "track", own ? 2.2 : 1.2, own ? 1 : 0.5);
      this.line(this.ellipses, around(here, size, 0), own ? "asset" : "track", 1, own ? 0.9 : 0.4);
    }
  }

  private line(
    into: any, points: [number, number, number][], hue: Hue, width: number, alpha: number,
  ): void {
    into.add({
      positions: points.map(([x, y, z]) => new Cesium.Cartesian3(x, y, z)), width,
      material: Cesium.Material.fromType("Color", { color: colour(hue, alpha) }),
    });
  }

  select(place: number | null): void {
    this.selected = place;
    this.bright.removeAll();
    if (place !== null && this.scene) {
      const { threat_first, threat_ecef_m: r } = this.scene.arrays;
      const points: [number, number, number][] = [];
      for (let k = threat_first[place]; k < threat_first[place + 1]; k++) {
        points.push([r[3 * k], r[3 * k + 1], r[3 * k + 2]]);
      }
      if (points.length > 1) this.line(this.bright, points, "asset", 2.4, 0.85);
      this.selectRounds(place);
    }
    this.ellipsesAt = NaN;
    this.redraw();
  }

  private selectRounds(place: number): void {
    const n = this.scene!.head.round_samples, r = this.scene!.arrays.round_ecef_m;
    for (let k = 0; k < this.scene!.rounds; k++) {
      if (this.roundOf(k) !== place) continue;
      const points = Array.from({ length: n }, (_, j): [number, number, number] => {
        const o = 3 * (k * n + j);
        return [r[o], r[o + 1], r[o + 2]];
      });
      this.line(this.bright, points, "round", 2.4, 0.9);
    }
  }

  choose(chosen: Chosen): void {
    this.chosen = chosen;
    this.layers(this.own);
  }

  spread(spread: Spread | null): void {
    this.spreadData = spread;
    this.tubeShells?.removeAll();
    if (this.densityShown) this.world.globe.imageryLayers.remove(this.densityShown);
    this.densityShown = null;
    if (spread && this.tubeShells) {
      tubes(spread, this.tubeShells);
      this.densityShown = densityLayer(spread);
      if (this.densityShown) this.world.globe.imageryLayers.add(this.densityShown);
    }
    this.showSpread();
    this.redraw();
  }

  private showSpread(): void {
    if (this.tubeShells) this.tubeShells.show = this.own.tubes && this.spreadData !== null;
    if (this.densityShown) this.densityShown.show = this.own.density;
  }

  private redraw(): void {
    const t_s = this.now;
    this.now = NaN;
    if (Number.isFinite(t_s)) this.draw(t_s);
  }

  home(): void {
    const places = [...(this.scene?.head.areas ?? []), ...(this.scene?.head.assets ?? [])];
    if (!places.length) return;
    const lons = places.map((p) => p.lon_deg), lats = places.map((p) => p.lat_deg);
    const lon = (Math.min(...lons) + Math.max(...lons)) / 2;
    const lat = (Math.min(...lats) + Math.max(...lats)) / 2;
    const cos = Math.cos((lat * Math.PI) / 180);
    const wide = Math.max((Math.max(...lons) - Math.min(...lons)) * cos, 1) * 111e3;
    const tall = Math.max(Math.max(...lats) - Math.min(...lats), 1) * 111e3;
    const { camera } = this.world;
    const aspect = Math.max(this.holder.clientWidth / Math.max(this.holder.clientHeight, 1), 0.3);
    const half = Math.tan(Math.PI / 6); // of the larger side of the picture
    const across = aspect > 1 ? half : half * aspect, up = aspect > 1 ? half / aspect : half;
    const range = Math.max((0.62 * wide) / across, (0.62 * tall) / up);
    camera.lookAt(
      Cesium.Cartesian3.fromDegrees(lon, lat, 0),
      new Cesium.HeadingPitchRange(Cesium.Math.toRadians(-6), Cesium.Math.toRadians(-52), range),
    );
    camera.lookAtTransform(Cesium.Matrix4.IDENTITY);
    this.redraw();
  }

  camera(): Camera {
    const { camera } = this.world;
    const at = camera.positionCartographic;
    return {
      lon_deg: Cesium.Math.toDegrees(at.longitude), lat_deg: Cesium.Math.toDegrees(at.latitude),
      height_m: at.height, heading: camera.heading, pitch: camera.pitch,
    };
  }

  follow(to: Camera): void {
    this.world.camera.setView({
      destination: Cesium.Cartesian3.fromDegrees(to.lon_deg, to.lat_deg, to.height_m),
      orientation: { heading: to.heading, pitch: to.pitch, roll: 0 },
    });
    this.world.requestRender();
    this.followed = JSON.stringify(this.camera());
  }

  /** Where an Earth-fixed point is on the screen; null behind the Earth. */
  project(x: number, y: number, z: number): [number, number] | null {
    const at = new Cesium.Cartesian3(x, y, z);
    const eye = this.world.camera.positionWC;
    const r2 = x * x + y * y + z * z;
    const seen = (eye.x - x) * x + (eye.y - y) * y + (eye.z - z) * z;
    if (r2 < 4.2e13 && seen < 0) return null;
    const found = Cesium.SceneTransforms.worldToWindowCoordinates(this.world, at);
    return found ? [found.x, found.y] : null;
  }

  private clicked(at: any): void {
    if (this.placing) {
      const ground = this.world.camera.pickEllipsoid(at);
      if (!ground) return;
      const [lon, lat] = geodetic(ground.x, ground.y, ground.z);
      this.placed(lat, lon);
      return;
    }
    this.picked(this.nearest(at.x, at.y));
  }

  private nearest(x: number, y: number): number | null {
    let best: number | null = null, least = NEAR_PX;
    const look = (place: number, rx: number, ry: number, rz: number, bonus: number) => {
      if (place < 0 || (this.chosen && !this.chosen.has(place))) return;
      const at = this.project(rx, ry, rz);
      const far = at ? Math.hypot(at[0] - x, at[1] - y) + bonus : Infinity;
      if (far < least) { least = far; best = place; }
    };
    const p = this.threats?.position ?? [];
    for (let i = 0; i < (this.threats?.count ?? 0); i++) {
      if (this.threats!.state[i] === 1) look(i, p[3 * i], p[3 * i + 1], p[3 * i + 2], 0);
    }
    for (let n = 0; n < this.shown; n++) {
      const event = this.events[n];
      if (this.visible(event, n)) look(event.threat, ...event.r, 2);
    }
    if (best === null && this.scene && this.own.trails) this.nearestWay(look);
    return best;
  }

  private nearestWay(
    look: (place: number, x: number, y: number, z: number, bonus: number) => void,
  ): void {
    const { threat_first, threat_t_s, threat_ecef_m: r } = this.scene!.arrays;
    for (let i = 0; i < this.scene!.threats; i++) {
      for (let k = threat_first[i]; k < threat_first[i + 1] && threat_t_s[k] <= this.now; k++) {
        look(i, r[3 * k], r[3 * k + 1], r[3 * k + 2], 4);
      }
    }
  }

  /** Whether everything that should be on the screen is there. */
  ready(): boolean { return !this.later && !this.sheet && this.world.globe.show && this.world.globe.tilesLoaded; }

  resize(): void {
    if (this.world.isDestroyed()) return;
    this.sizeCanvas(this.light);
    this.world.requestRender();
  }

  private sizeCanvas(light: boolean): void {
    const ratio = light ? 0.5 : Math.min(window.devicePixelRatio || 1, 2);
    this.canvas.width = Math.max(1, Math.round(this.holder.clientWidth * ratio));
    this.canvas.height = Math.max(1, Math.round(this.holder.clientHeight * ratio));
    const { frustum } = this.world?.camera ?? {};
    if (frustum) frustum.aspectRatio = this.canvas.width / this.canvas.height;
    if (this.world) this.world.pixelRatio = Math.max(ratio, 0.5);
  }

  destroy(): void {
    this.handler.destroy();
    this.world.destroy();
    this.canvas.remove();
  }
}

function place(
  motion: Motion, points: any, chosen: Chosen, owner: ((n: number) => number) | null,
): void {
  const { position, state, count } = motion;
  for (let i = 0; i < count; i++) {
    const point = points.get(i);
    const on = state[i] === 1 && (!chosen || chosen.has(owner ? owner(i) : i));
    if (point.show !== on) point.show = on;
    if (on) {
      scratch.x = position[3 * i];
      scratch.y = position[3 * i + 1];
      scratch.z = position[3 * i + 2];
      point.position = scratch;
    }
  }
}

const scratch: any = { x: 0, y: 0, z: 0 };

function borderLines(): any {
  const lines = new Cesium.PolylineCollection();
  const material = () => Cesium.Material.fromType("PolylineDash", { // each owns and destroys its own
    color: Cesium.Color.fromCssColorString(GROUND.line).withAlpha(0.75), dashLength: 10,
  });
  for (const path of borderPaths()) {
    const degrees: number[] = [];
    for (let i = 0; i < path.length; i += 2) degrees.push(path[i], path[i + 1], 600);
    lines.add({ positions: Cesium.Cartesian3.fromDegreesArrayHeights(degrees), width: 1.1, material: material() });
  }
  return lines;
}

export { COLOURS };
