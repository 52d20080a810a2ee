// What was told over the last minute, for the plots; and which events were active when. Pure.
export const STAGES = ["detect", "track", "estimate", "lift", "place", "smooth", "retarget", "events", "outputs"];

export class History {
  constructor(lastS = 60) {
    this.lastS = lastS;
    this.samples = [];
  }

  add(timeS, status) {
    this.samples.push({ timeS, fps: status.fps, latencyMs: status.latency_ms, stagesMs: status.stages_ms });
    while (this.samples[0].timeS < timeS - this.lastS) this.samples.shift();
  }

  /** The largest of something over all samples, at least `least`, rounded up to 1, 2 or 5 times a power of ten. */
  top(of, least) {
    const most = Math.max(least, ...this.samples.map(of));
    const power = 10 ** Math.floor(Math.log10(most));
    return [1, 2, 5, 10].map((step) => step * power).find((edge) => edge >= most);
  }
}

/** Milliseconds of all stages of a sample together. */
export const wholeMs = ({ stagesMs }) => STAGES.reduce((sum, stage) => sum + (stagesMs[stage] ?? 0), 0);

/** Spans of events per name and person: begin and end are found by comparing what is active, scene by scene. */
export class EventSpans {
  constructor(lastS = 30) {
    this.lastS = lastS;
    this.spans = [];
    this.timeS = -Infinity;
  }

  add(scene) {
    if (scene.time_s < this.timeS) this.spans = []; // the take began anew
    this.timeS = scene.time_s;
    const open = new Map(this.spans.filter((span) => span.open).map((span) => [span.key, span]));
    for (const event of scene.events) {
      const { name, id, strength, since_s: sinceS, count, other_id: other } = event;
      const said = `${id || ""}${other === undefined ? "" : `+${other}`}${count ? ` ×${count}` : ""}`;
      const key = `${name} ${id} ${other ?? ""}`; // with each other person it is another event
      const span = open.get(key);
      open.delete(key);
      if (span) Object.assign(span, { endS: scene.time_s, strength: Math.max(span.strength, strength), said });
      else this.spans.push({ key, name, id, beginS: sinceS, endS: scene.time_s, strength, said, open: true });
    }
    for (const gone of open.values()) gone.open = false;
    this.spans = this.spans.filter(({ endS }) => endS > scene.time_s - this.lastS);
  }

  get names() {
    return [...new Set(this.spans.map(({ name }) => name))].sort();
  }
}
