// Scenes as they come over the wire: packed, or as a line of a take file. Nothing here draws.
import { sceneFromPacked } from "./packed.js";
import { BONES, JOINTS } from "./skeleton.js";

/** The scene of a message; throws where it is none. Numbers that are missing or broken never reach the screen. */
export function sceneFrom(message) {
  const scene = typeof message === "string" ? JSON.parse(message) : sceneFromPacked(message);
  if (!Number.isFinite(scene?.time_s) || !Array.isArray(scene.people) || !scene.camera) {
    throw new Error("a scene has time_s, camera and people");
  }
  return { ...scene, people: scene.people.filter((person) => isBody(person) || isPose(person)) };
}

/** Whether a person's joints are there. */
export function isBody(person) {
  return hasRows(person.joints_px, JOINTS.length) && hasRows(person.joints_world_m, JOINTS.length);
}

/** Whether a person's bones are there. */
export function isPose(person) {
  return hasRows(person.rotations_xyzw, BONES.length) && hasRows(person.bone_lengths_m, BONES.length);
}

const hasRows = (rows, count) => Array.isArray(rows) && rows.length === count;

/** The last scenes by frame, so that a picture that comes later finds the one it belongs to. */
export class RecentScenes {
  constructor(most = 90) {
    this.most = most;
    this.byFrame = new Map();
    this.newest = null;
  }

  add(scene) {
    this.byFrame.delete(scene.frame); // a take that is played again comes by once more
    this.byFrame.set(scene.frame, scene);
    if (this.byFrame.size > this.most) this.byFrame.delete(this.byFrame.keys().next().value);
    this.newest = scene;
  }

  /** The scene of a frame; who is sent fewer scenes than pictures gets the one nearest to it. */
  of(frame) {
    if (frame === null || this.byFrame.has(frame)) return this.byFrame.get(frame) ?? this.newest;
    const away = (scene) => Math.abs(scene.frame - frame);
    return [...this.byFrame.values()].reduce((best, scene) => (away(scene) < away(best) ? scene : best), this.newest);
  }
}

/** A picture's message: frame (uint32), time (float64), JPEG. */
export function pictureFrom(buffer) {
  const head = new DataView(buffer);
  return { frame: head.getUint32(0, true), timeS: head.getFloat64(4, true), jpeg: new Uint8Array(buffer, 12) };
}
