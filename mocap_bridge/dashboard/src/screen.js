// The camera panel: picture, joints and effects of the same frame; nothing is asked for while nobody looks.
import { Feed, socketUrl } from "./feed.js";
import { pictureFrom } from "./scene.js";
import { Picture } from "./picture.js";

const PICTURE_HZ = 15;

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
    this.shown = null; // frame of the newest picture
    this.feed = new Feed(() => socketUrl(location.href, "./picture", token(), { hz: PICTURE_HZ }), {
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

  async #arrived(data) {
    const { frame, jpeg } = pictureFrom(data);
    const bitmap = await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
    if (!this.feed.wanted) return bitmap.close();
    this.shown = frame;
    this.#draw(bitmap, this.recent.of(frame));
  }

  #dark() {
    this.shown = null;
    if (this.recent.newest) this.#draw(null, this.recent.newest);
  }

  #draw(bitmap, scene) {
    this.picture.draw(bitmap, scene);
    this.#tell();
    if (scene && this.effects && !this.effectsCanvas.hidden) this.effects.show(scene, performance.now());
  }
}
