// No more drawing than the machine bears: one frame under way at a time, and rest for as long as it took.
const MOST_REST_MS = 1000;

/** Whether pictures are drawn by the processor, which the line itself may need: then plainly and seldom. */
export function drawsInSoftware(document) {
  const context = document.createElement("canvas").getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  if (!context) return true;
  const named = context.getExtension("WEBGL_debug_renderer_info");
  const name = named ? context.getParameter(named.UNMASKED_RENDERER_WEBGL) : "";
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|software|basic render/i.test(name);
}

export class Pace {
  /** `gl` is a WebGL2 context: a fence tells when a frame is done. After it rests `rest` times as long as it took. */
  constructor(gl, rest = 1) {
    this.gl = gl;
    this.rest = rest;
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
      this.readyMs = this.tookMs < 20 ? nowMs : nowMs + Math.min(MOST_REST_MS, this.rest * this.tookMs);
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
