// No more drawing than the machine bears: one frame under way at a time, and rest for as long as it took.
const REST = 1.0; // at most half of the time is spent on drawing
const MOST_REST_MS = 1000;

/** Whether pictures are drawn by the processor: then without shadows and smooth edges. */
export function drawsInSoftware(document) {
  const options = { failIfMajorPerformanceCaveat: true };
  const context = document.createElement("canvas").getContext("webgl2", options);
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context === null;
}

export class Pace {
  /** `gl` is a WebGL2 context; a fence tells when the graphics processor is done with a frame. */
  constructor(gl) {
    this.gl = gl;
    this.fence = null;
    this.readyMs = 0;
    this.tookMs = 0;
  }

  /** Whether another frame may be begun now. */
  ready(nowMs) {
    if (this.fence) {
      if (this.gl.getSyncParameter(this.fence, this.gl.SYNC_STATUS) !== this.gl.SIGNALED) return false;
      this.gl.deleteSync(this.fence);
      this.fence = null;
      this.tookMs = nowMs - this.begunMs;
      // A frame that fits between two refreshes needs no rest.
      this.readyMs = this.tookMs < 20 ? nowMs : nowMs + Math.min(MOST_REST_MS, REST * this.tookMs);
    }
    return nowMs >= this.readyMs;
  }

  /** A frame has been begun. */
  begun(nowMs) {
    this.begunMs = nowMs;
    this.fence = this.gl.fenceSync(this.gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    this.gl.flush();
  }
}
