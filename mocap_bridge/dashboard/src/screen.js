// The camera panel: picture, joints and effects of the same frame; nothing is asked for while nobody looks.
import { Feed, socketUrl } from "./feed.js";
import { pictureFrom } from "./scene.js";
import { Picture } from "./picture.js";

const PICTURE_HZ = 15;
const PICTURES_AHEAD = 4;
const MOST_WAITING = 2 * PICTURES_AHEAD;

export class Screen {
  constructor({ canvas, effectsCanvas, note, recent, token, onTrouble }) {
    this.recent = recent;
    this.picture = new Picture(canvas);
    this.effectsCanvas = effectsCanvas;
    this.note = note;
    this.onTrouble = onTrouble;
    this.wanted = true;
    this.possible = null; // not known yet
    this.looked = false;
    this.shown = null; // frame of the picture that is drawn
    this.waiting = []; // later ones, decoded, while their scenes have not come
    this.feed = new Feed(() => socketUrl(location.href, "./picture", token(), { hz: PICTURE_HZ, window: PICTURES_AHEAD }), {
      window: PICTURES_AHEAD,
      onMessage: (data) => this.#arrived(data),
      onState: (open) => !open && this.#dark(),
    });
    new IntersectionObserver(([{ isIntersecting }]) => ((this.looked = isIntersecting), this.settle())).observe(canvas);
    document.addEventListener("visibilitychange", () => this.settle());
  }

  /** Opens or closes the picture's feed, whichever is right now. */
  settle() {
    if (this.wanted && this.possible && this.looked && !document.hidden) this.feed.open();
    else if (this.feed.wanted) {
      this.feed.close();
      this.#dark();
    }
    this.#tell();
  }

  /** Why there is no picture. */
  #tell() {
    this.note.textContent = this.possible === false ? "A take holds no pictures: these are its joints." : "Waiting for the first picture…";
    this.note.hidden = Boolean(this.picture.bitmap) || (this.possible !== false && !this.wanted);
  }

  /** A scene has come; with pictures on, they set the pace. */
  scene(scene) {
    if (!this.feed.wanted && this.looked && !document.hidden) this.#draw(null, scene);
  }

  async setEffects(on) {
    this.effectsCanvas.hidden = !on;
    if (on && !this.effects) {
      try {
        const { Effects } = await import("./effects.js");
        this.effects = new Effects(this.effectsCanvas);
      } catch (error) {
        this.onTrouble(`effects need WebGL: ${error.message}`);
      }
    }
    if (this.recent.newest) this.#draw(this.picture.bitmap, this.recent.of(this.shown));
  }

  /** Shows the newest picture whose scene is there: they come by ways of their own. To be called while drawing. */
  refresh() {
    const newest = this.recent.newest?.frame ?? -1;
    const due = this.waiting.splice(0, this.waiting.findLastIndex(({ frame }) => frame <= newest) + 1);
    const next = due.pop();
    due.forEach(({ bitmap }) => bitmap.close());
    if (next) {
      this.shown = next.frame;
      this.#draw(next.bitmap, this.recent.of(next.frame));
    }
    this.feed.taken();
  }

  async #arrived(data) {
    const { frame, jpeg } = pictureFrom(data);
    const bitmap = await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
    if (!this.feed.wanted) return bitmap.close();
    this.waiting.push({ frame, bitmap });
    if (this.waiting.length > MOST_WAITING) this.waiting.shift().bitmap.close();
  }

  #dark() {
    this.waiting.splice(0).forEach(({ bitmap }) => bitmap.close());
    this.shown = null;
    if (this.recent.newest) this.#draw(null, this.recent.newest);
  }

  #draw(bitmap, scene) {
    this.picture.draw(bitmap, scene);
    this.#tell();
    if (scene && this.effects && !this.effectsCanvas.hidden) this.effects.show(scene, performance.now());
  }
}
