// The camera's picture with the joints over it. Without a picture the joints stand on an empty screen.
import { JOINTS, JOINT_PARENTS } from "./skeleton.js";
import { sideOf } from "./rig.js";
import { personColour } from "./plots.js";
import { isBody } from "./scene.js";

export const SIDES = { middle: "#eef1f5", left: "#ff9a3c", right: "#409cff" };
const SEEN = 0.02;

export class Picture {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.joints = true;
    this.bitmap = null;
  }

  /** Draws a picture (an ImageBitmap, or null) and a scene's joints. */
  draw(bitmap, scene) {
    if (this.bitmap !== bitmap) this.bitmap?.close();
    this.bitmap = bitmap;
    const [w, h] = scene?.camera.size_px ?? [bitmap?.width ?? 640, bitmap?.height ?? 480];
    const width = Math.round(Math.min(1280, Math.max(320, this.canvas.clientWidth * Math.min(2, window.devicePixelRatio))));
    const height = Math.round((width * h) / w);
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    this.canvas.parentElement.style.setProperty("--aspect", w / h);
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.clearRect(0, 0, width, height);
    if (bitmap) this.context.drawImage(bitmap, 0, 0, width, height);
    this.context.setTransform(width / w, 0, 0, width / w, 0, 0);
    if (scene && this.joints) scene.people.filter(isBody).forEach((person) => this.#body(person, w));
  }

  #body(person, widthPx) {
    const { context } = this;
    const [x0, y0, x1, y1] = person.box_px;
    const unit = widthPx / 640;
    const thick = Math.min(6, Math.max(1.6, (y1 - y0) / 110)) * Math.max(0.7, unit);
    context.lineCap = "round";
    JOINT_PARENTS.forEach((parent, joint) => {
      const seen = parent < 0 ? 0 : Math.min(person.visibility[parent], person.visibility[joint]);
      if (seen <= SEEN) return;
      context.globalAlpha = 0.25 + 0.75 * seen;
      context.beginPath();
      context.moveTo(...person.joints_px[parent]);
      context.lineTo(...person.joints_px[joint]);
      this.#stroke(thick, SIDES[sideOf(JOINTS[joint])]);
    });
    person.joints_px.forEach(([x, y], joint) => {
      if (person.visibility[joint] <= SEEN) return;
      context.globalAlpha = 0.25 + 0.75 * person.visibility[joint];
      context.beginPath();
      context.arc(x, y, thick * 0.95, 0, 2 * Math.PI);
      context.fillStyle = SIDES[sideOf(JOINTS[joint])];
      context.fill();
    });
    context.globalAlpha = 1;
    this.#label(person.id, x0, y0, unit);
    this.#corners(x0, y0, x1, y1, unit);
  }

  #stroke(thick, colour) {
    const { context } = this;
    context.lineWidth = thick + 2;
    context.strokeStyle = "rgb(0 0 0 / 45%)";
    context.stroke();
    context.lineWidth = thick;
    context.strokeStyle = colour;
    context.stroke();
  }

  #corners(x0, y0, x1, y1, unit) {
    const reach = Math.min(18 * unit, (x1 - x0) / 4);
    const { context } = this;
    context.beginPath();
    for (const [x, y, dx, dy] of [[x0, y0, 1, 1], [x1, y0, -1, 1], [x0, y1, 1, -1], [x1, y1, -1, -1]]) {
      context.moveTo(x + dx * reach, y);
      context.lineTo(x, y);
      context.lineTo(x, y + dy * reach);
    }
    context.lineWidth = 1.5 * unit;
    context.strokeStyle = "rgb(255 255 255 / 70%)";
    context.stroke();
  }

  #label(id, x, y, unit) {
    const { context } = this;
    context.font = `700 ${13 * unit}px system-ui, sans-serif`;
    const width = context.measureText(`${id}`).width + 12 * unit;
    const top = Math.max(0, y - 20 * unit); // somebody near may fill the picture
    context.fillStyle = personColour(id);
    context.beginPath();
    context.roundRect(x, top, width, 18 * unit, 4 * unit);
    context.fill();
    context.fillStyle = "#0c1015";
    context.fillText(`${id}`, x + 6 * unit, top + 13.5 * unit);
  }
}
