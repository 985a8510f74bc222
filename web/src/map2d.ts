// The flat map: the same player where a browser draws no globe, or by choice.
import type { Spread } from "./api";
import { CELL_DEG, density, densityCanvas, type Density } from "./globe/tubes";
import { paint, type Box } from "./land";
import { happened, type Happened } from "./marks";
import { COLOURS, drawMark } from "./palette";
import { ahead, geodetic, roundMotion, threatMotion, type Motion, type Scene } from "./scene";
import { around, ellipse, Tracks } from "./tracks";
import { LAYERS, type Camera, type Chosen, type Layers, type View } from "./view";

const NEAR_PX = 14;
const LEAST_SPAN = 0.2;
const MOST_ELLIPSES = 400;

export class FlatMap implements View {
  readonly kind = "map";
  placing = false;
  picked: (place: number | null) => void = () => {};
  placed: (lat: number, lon: number) => void = () => {};
  moved: (camera: Camera) => void = () => {};

  private readonly canvas = document.createElement("canvas");
  private readonly pen: CanvasRenderingContext2D;
  private base: HTMLCanvasElement | null = null;
  private scene: Scene | null = null;
  private tracks: Tracks | null = null;
  private threats: Motion | null = null;
  private rounds: Motion | null = null;
  private ways: Float32Array[] = []; // lon, lat of each threat's samples
  private events: (Happened & { lon: number; lat: number })[] = [];
  private own: Layers = { ...LAYERS };
  private selected: number | null = null;
  private chosen: Chosen = null;
  private spreadData: Spread | null = null;
  private cells: { found: Density; picture: HTMLCanvasElement } | null = null;
  private now = NaN;
  private lon = 42;
  private lat = 33;
  private span = 22; // degrees of latitude in the height of the map
  private dirty = true;

  constructor(private readonly holder: HTMLElement) {
    this.canvas.className = "flat";
    this.pen = this.canvas.getContext("2d")!;
    holder.append(this.canvas);
    this.resize();
    this.listen();
  }

  private listen(): void {
    let from: { x: number; y: number; far: boolean } | null = null;
    this.canvas.addEventListener("pointerdown", (event) => {
      from = { x: event.clientX, y: event.clientY, far: false };
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (!from) return;
      const dx = event.clientX - from.x, dy = event.clientY - from.y;
      if (!from.far && Math.hypot(dx, dy) < 4) return;
      from = { x: event.clientX, y: event.clientY, far: true };
      const perPx = this.span / this.holder.clientHeight;
      this.look(this.lon - dx * perPx / this.squeeze(), this.lat + dy * perPx, this.span);
    });
    this.canvas.addEventListener("pointerup", (event) => {
      const still = from && !from.far;
      from = null;
      if (still) this.clicked(event.offsetX, event.offsetY);
    });
    this.canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.look(this.lon, this.lat, this.span * Math.exp(event.deltaY * 0.001));
    }, { passive: false });
  }

  private squeeze(): number { return Math.cos((this.lat * Math.PI) / 180); }

  private look(lon: number, lat: number, span: number, tell = true): void {
    this.lat = Math.min(Math.max(lat, -80), 80);
    this.lon = Math.min(Math.max(lon, -180), 180);
    this.span = Math.min(Math.max(span, LEAST_SPAN), 120);
    this.base = null;
    this.dirty = true;
    if (tell) this.moved(this.camera());
  }

  private box(): Box {
    const wide = (this.span * this.holder.clientWidth) / this.holder.clientHeight / this.squeeze();
    return {
      west: this.lon - wide / 2, east: this.lon + wide / 2,
      south: this.lat - this.span / 2, north: this.lat + this.span / 2,
    };
  }

  show(scene: Scene): void {
    this.scene = scene;
    this.tracks = new Tracks(scene);
    this.threats = threatMotion(scene);
    this.rounds = roundMotion(scene);
    const r = scene.arrays.threat_ecef_m, first = scene.arrays.threat_first;
    this.ways = Array.from({ length: scene.threats }, (_, i) => {
      const way = new Float32Array(2 * (first[i + 1] - first[i]));
      for (let k = first[i], o = 0; k < first[i + 1]; k++) {
        const [lon, lat] = geodetic(r[3 * k], r[3 * k + 1], r[3 * k + 2]);
        way[o++] = lon;
        way[o++] = lat;
      }
      return way;
    });
    this.events = happened(scene).map((event) => {
      const [lon, lat] = geodetic(...event.r);
      return { ...event, lon, lat };
    });
    this.selected = null;
    this.chosen = null;
    this.dirty = true;
  }

  layers(layers: Layers): void {
    if (layers.borders !== this.own.borders) this.base = null;
    this.own = { ...layers };
    this.dirty = true;
  }

  select(place: number | null): void { this.selected = place; this.dirty = true; }
  choose(chosen: Chosen): void { this.chosen = chosen; this.dirty = true; }

  spread(spread: Spread | null): void {
    this.spreadData = spread;
    const found = spread && density(spread);
    this.cells = found ? { found, picture: densityCanvas(found) } : null;
    this.dirty = true;
  }

  draw(t_s: number): void {
    if (t_s === this.now && !this.dirty) return;
    this.now = t_s;
    this.dirty = false;
    const width = this.holder.clientWidth, height = this.holder.clientHeight;
    const box = this.box();
    const ratio = this.canvas.width / Math.max(width, 1);
    this.pen.setTransform(1, 0, 0, 1, 0, 0);
    this.pen.drawImage(this.ground(box), 0, 0);
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (!this.scene) return;
    const X = (lon: number) => ((lon - box.west) / (box.east - box.west)) * width;
    const Y = (lat: number) => ((box.north - lat) / (box.north - box.south)) * height;
    this.drawSpread(X, Y);
    this.drawAreas(X, Y);
    this.threats!.move(t_s);
    this.rounds!.move(t_s);
    if (this.own.trails && this.own.threats) this.drawTrails(t_s, X, Y);
    this.drawTracks(t_s, X, Y);
    this.drawMarks(t_s, X, Y);
    if (this.own.rounds) this.drawBodies(this.rounds!, COLOURS.round, 2.2, X, Y, true);
    if (this.own.threats) this.drawBodies(this.threats!, COLOURS.threat, 2.8, X, Y, false);
  }

  private ground(box: Box): HTMLCanvasElement {
    if (!this.base) {
      this.base = document.createElement("canvas");
      this.base.width = this.canvas.width;
      this.base.height = this.canvas.height;
      paint(this.base.getContext("2d")!, box, this.base.width, this.base.height, this.own.borders);
    }
    return this.base;
  }

  private drawSpread(X: (n: number) => number, Y: (n: number) => number): void {
    if (this.cells && this.own.density) {
      const { found, picture } = this.cells;
      const x = X(found.west), y = Y(found.south + found.rows * CELL_DEG);
      this.pen.imageSmoothingEnabled = false;
      this.pen.drawImage(
        picture, x, y, X(found.west + found.columns * CELL_DEG) - x, Y(found.south) - y,
      );
    }
    if (!this.spreadData || !this.own.tubes) return;
    for (const tube of this.spreadData.tubes) {
      const sides: [number, number][][] = [[], []];
      tube.points.forEach((point, k) => {
        const after = tube.points[Math.min(k + 1, tube.points.length - 1)];
        const before = tube.points[Math.max(k - 1, 0)];
        const cos = Math.cos((point.lat_deg * Math.PI) / 180);
        const east = (after.lon_deg - before.lon_deg) * cos, north = after.lat_deg - before.lat_deg;
        const azimuth = (Math.atan2(east, north) * 180) / Math.PI + 90;
        [point.right_m[0], point.right_m[2]].forEach((aside, side) => {
          sides[side].push(ahead(point.lon_deg, point.lat_deg, azimuth, aside));
        });
      });
      this.path([...sides[0], ...sides[1].reverse()], X, Y);
      this.pen.fillStyle = COLOURS.threat + "29";
      this.pen.fill();
    }
  }

  private path(points: [number, number][], X: (n: number) => number, Y: (n: number) => number): void {
    this.pen.beginPath();
    points.forEach(([lon, lat], k) => {
      if (k) this.pen.lineTo(X(lon), Y(lat)); else this.pen.moveTo(X(lon), Y(lat));
    });
  }

  private circle(
    lon: number, lat: number, range_m: number, X: (n: number) => number, Y: (n: number) => number,
    from = 0, over = 360,
  ): void {
    this.path(Array.from({ length: 65 }, (_, k) => ahead(lon, lat, from + (k * over) / 64, range_m)),
      X, Y);
  }

  private drawAreas(X: (n: number) => number, Y: (n: number) => number): void {
    const { areas, assets, batteries, radars } = this.scene!.head;
    const { pen } = this;
    pen.lineWidth = 1.2;
    for (const [list, hue] of [[areas, COLOURS.area], [assets, COLOURS.asset]] as const) {
      for (const place of list) {
        this.circle(place.lon_deg, place.lat_deg, place.radius_m, X, Y);
        pen.strokeStyle = hue;
        pen.stroke();
      }
    }
    if (this.own.volumes) {
      for (const battery of batteries) {
        this.circle(battery.lon_deg, battery.lat_deg, battery.reach_m, X, Y);
        pen.strokeStyle = COLOURS.battery + "aa";
        pen.stroke();
      }
    }
    if (this.own.coverage) {
      for (const radar of radars) {
        const half = Math.min(radar.azimuth_half_deg, 180);
        this.circle(
          radar.lon_deg, radar.lat_deg, radar.range_m, X, Y, radar.azimuth_deg - half, 2 * half,
        );
        if (half < 179) pen.lineTo(X(radar.lon_deg), Y(radar.lat_deg));
        pen.closePath();
        pen.fillStyle = COLOURS.radar + "10";
        pen.fill();
        pen.strokeStyle = COLOURS.radar + "88";
        pen.stroke();
      }
    }
  }

  private drawTrails(t_s: number, X: (n: number) => number, Y: (n: number) => number): void {
    const { threat_first: first, threat_t_s: times } = this.scene!.arrays;
    const { pen } = this;
    for (let i = 0; i < this.ways.length; i++) {
      if (this.chosen && !this.chosen.has(i)) continue;
      if (t_s < times[first[i]]) continue;
      const way = this.ways[i], own = i === this.selected;
      const ended = this.threats!.state[i] === 2;
      pen.beginPath();
      pen.moveTo(X(way[0]), Y(way[1]));
      for (let k = first[i] + 1, o = 2; k < first[i + 1]; k++, o += 2) {
        if (times[k] > t_s && !own) break;
        pen.lineTo(X(way[o]), Y(way[o + 1]));
      }
      pen.strokeStyle = own ? COLOURS.asset : COLOURS.threat + (ended ? "26" : "80");
      pen.lineWidth = own ? 2 : 1.1;
      pen.stroke();
    }
  }

  private drawTracks(t_s: number, X: (n: number) => number, Y: (n: number) => number): void {
    const many = this.scene!.threats > MOST_ELLIPSES;
    for (let i = 0; i < this.scene!.threats; i++) {
      const own = i === this.selected;
      if (!own && (!this.own.tracks || many || (this.chosen && !this.chosen.has(i)))) continue;
      if (this.threats!.state[i] !== 1) continue;
      const said = this.tracks!.best(i, t_s);
      if (!said) continue;
      const points = around(said.impact, ellipse(said, 2), 0).map((r): [number, number] => {
        const [lon, lat] = geodetic(...r);
        return [lon, lat];
      });
      this.path(points, X, Y);
      this.pen.strokeStyle = own ? COLOURS.asset : COLOURS.track + "88";
      this.pen.lineWidth = own ? 1.8 : 1;
      this.pen.stroke();
    }
  }

  private drawMarks(t_s: number, X: (n: number) => number, Y: (n: number) => number): void {
    for (const event of this.events) {
      if (event.t_s > t_s) break;
      if (!(event.debris ? this.own.debris : this.own.marks)) continue;
      if (this.chosen && !this.chosen.has(event.threat)) continue;
      drawMark(
        this.pen, event.mark, COLOURS[event.hue], X(event.lon), Y(event.lat), 5.5 * event.size,
      );
    }
  }

  private drawBodies(
    motion: Motion, hue: string, radius: number, X: (n: number) => number,
    Y: (n: number) => number, square: boolean,
  ): void {
    const p = motion.position, { pen } = this;
    pen.fillStyle = hue;
    pen.beginPath();
    for (let i = 0; i < motion.count; i++) {
      if (motion.state[i] !== 1) continue;
      const owner = square ? this.scene!.placeOf[this.scene!.arrays.round_threat[i]] : i;
      if (this.chosen && !this.chosen.has(owner)) continue;
      const [lon, lat] = geodetic(p[3 * i], p[3 * i + 1], p[3 * i + 2]);
      const x = X(lon), y = Y(lat);
      if (square) pen.rect(x - radius, y - radius, 2 * radius, 2 * radius);
      else {
        pen.moveTo(x + radius, y);
        pen.arc(x, y, radius, 0, 7);
      }
    }
    pen.fill();
  }

  private clicked(px: number, py: number): void {
    const box = this.box();
    const width = this.holder.clientWidth, height = this.holder.clientHeight;
    const lon = box.west + (px / width) * (box.east - box.west);
    const lat = box.north - (py / height) * (box.north - box.south);
    if (this.placing) {
      this.placed(lat, lon);
      return;
    }
    let best: number | null = null, least = NEAR_PX;
    const look = (place: number, x: number, y: number, bonus = 0) => {
      const far = Math.hypot(
        ((x - lon) / (box.east - box.west)) * width, ((y - lat) / (box.north - box.south)) * height,
      ) + bonus;
      if (place >= 0 && far < least && (!this.chosen || this.chosen.has(place))) {
        best = place;
        least = far;
      }
    };
    const p = this.threats?.position ?? [];
    for (let i = 0; i < (this.threats?.count ?? 0); i++) {
      if (this.threats!.state[i] !== 1) continue;
      const [x, y] = geodetic(p[3 * i], p[3 * i + 1], p[3 * i + 2]);
      look(i, x, y);
    }
    for (const event of this.events) if (event.t_s <= this.now) look(event.threat, event.lon, event.lat, 2);
    if (best === null) {
      this.ways.forEach((way, i) => {
        if (this.threats!.state[i] === 0) return;
        for (let o = 0; o < way.length; o += 2) look(i, way[o], way[o + 1], 4);
      });
    }
    this.picked(best);
  }

  home(): void {
    const places = [...(this.scene?.head.areas ?? []), ...(this.scene?.head.assets ?? [])];
    if (!places.length) return;
    const lons = places.map((p) => p.lon_deg), lats = places.map((p) => p.lat_deg);
    const lat = (Math.min(...lats) + Math.max(...lats)) / 2;
    const wide = (Math.max(...lons) - Math.min(...lons) + 3) * Math.cos((lat * Math.PI) / 180);
    const tall = Math.max(...lats) - Math.min(...lats) + 3;
    const aspect = this.holder.clientWidth / Math.max(this.holder.clientHeight, 1);
    this.look((Math.min(...lons) + Math.max(...lons)) / 2, lat, Math.max(tall, wide / aspect, 1));
  }

  camera(): Camera {
    return {
      lon_deg: this.lon, lat_deg: this.lat, height_m: this.span * 111e3, heading: 0, pitch: -1.57,
    };
  }

  follow(to: Camera): void { this.look(to.lon_deg, to.lat_deg, to.height_m / 111e3, false); }

  project(x: number, y: number, z: number): [number, number] | null {
    const [lon, lat] = geodetic(x, y, z), box = this.box();
    return [
      ((lon - box.west) / (box.east - box.west)) * this.holder.clientWidth,
      ((box.north - lat) / (box.north - box.south)) * this.holder.clientHeight,
    ];
  }

  pictured(): boolean { return this.scene !== null && !this.dirty; }

  ready(): boolean { return true; }

  resize(): void {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.canvas.width = Math.max(1, Math.round(this.holder.clientWidth * ratio));
    this.canvas.height = Math.max(1, Math.round(this.holder.clientHeight * ratio));
    this.base = null;
    this.dirty = true;
  }

  destroy(): void { this.canvas.remove(); }
}
