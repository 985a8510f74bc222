// The clock of the replay: one for all panes.

export const SPEEDS = [1, 5, 10, 20, 40, 80, 160];

export class Clock {
  t_s = 0;
  begin_s = 0;
  end_s = 1;
  speed = 20;
  playing = false;
  private last_ms = NaN;
  changed: () => void = () => {};

  range(begin_s: number, end_s: number): void {
    this.begin_s = begin_s;
    this.end_s = end_s;
    this.seek(Math.min(Math.max(this.t_s, begin_s), end_s));
  }

  seek(t_s: number): void {
    this.t_s = Math.min(Math.max(t_s, this.begin_s), this.end_s);
    this.changed();
  }

  toggle(): void {
    if (!this.playing && this.t_s >= this.end_s) this.t_s = this.begin_s;
    this.playing = !this.playing;
    this.last_ms = NaN;
    this.changed();
  }

  faster(step: number): void {
    const k = SPEEDS.indexOf(this.speed) + step;
    this.speed = SPEEDS[Math.min(Math.max(k, 0), SPEEDS.length - 1)];
    this.changed();
  }

  /** Go on to a frame at this moment of the wall clock [ms]. */
  frame(now_ms: number): void {
    if (this.playing && Number.isFinite(this.last_ms)) {
      // a slow computer shows fewer frames, not a slower raid; a sleeping one does not jump
      const passed_s = Math.min((now_ms - this.last_ms) / 1000, 1.5);
      this.t_s += passed_s * this.speed;
      if (this.t_s >= this.end_s) {
        this.t_s = this.end_s;
        this.playing = false;
      }
      this.changed();
    }
    this.last_ms = now_ms;
  }
}
