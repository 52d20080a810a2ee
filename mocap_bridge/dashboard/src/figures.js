// Everybody in the world view: an avatar, the joints that were seen, and the capsules, one set per person.
import {
  BufferGeometry, Color, Float32BufferAttribute, Group, LineBasicMaterial, LineSegments, Mesh, MeshBasicMaterial, Points, PointsMaterial,
  RingGeometry,
} from "three";
import { JOINTS, JOINT_PARENTS } from "./skeleton.js";
import { sideOf } from "./rig.js";
import { Capsules } from "./capsules.js";
import { personColour } from "./plots.js";
import { isBody, isPose } from "./scene.js";
import { Mannequin } from "./mannequin.js";
import { wear } from "./vrm.js";

const SIDES = { middle: new Color(0xc9d1db), left: new Color(0xff9a3c), right: new Color(0x409cff) };
const LINES = JOINTS.map((_, joint) => [JOINT_PARENTS[joint], joint]).filter(([parent]) => parent >= 0);

/** The joints as they were seen, without a rig between. */
class Joints {
  constructor() {
    const colours = (names) => new Float32BufferAttribute(names.flatMap((name) => SIDES[sideOf(name)].toArray()), 3);
    this.lines = new LineSegments(new BufferGeometry(), new LineBasicMaterial({ vertexColors: true, depthTest: false, transparent: true }));
    this.lines.geometry.setAttribute("color", colours(LINES.flatMap(([, joint]) => [JOINTS[joint], JOINTS[joint]])));
    this.dots = new Points(
      new BufferGeometry(),
      new PointsMaterial({ size: 5, sizeAttenuation: false, vertexColors: true, depthTest: false, transparent: true }),
    );
    this.dots.geometry.setAttribute("color", colours(JOINTS));
    this.root = new Group().add(this.lines, this.dots);
    this.root.renderOrder = this.lines.renderOrder = this.dots.renderOrder = 5;
    this.lines.frustumCulled = this.dots.frustumCulled = false;
  }

  show({ joints_world_m: joints }) {
    this.dots.geometry.setAttribute("position", new Float32BufferAttribute(joints.flat(), 3));
    const ends = LINES.flatMap((line) => line.flatMap((joint) => joints[joint]));
    this.lines.geometry.setAttribute("position", new Float32BufferAttribute(ends, 3));
  }

  dispose() {
    [this.lines, this.dots].forEach((drawn) => (drawn.geometry.dispose(), drawn.material.dispose()));
  }
}

const RING = new RingGeometry(0.3, 0.34, 48).rotateX(-Math.PI / 2);

/** Whose place on the floor this is, in the colour that the lists have. */
function ringOf(id) {
  const ring = new Mesh(RING, new MeshBasicMaterial({ color: personColour(id), transparent: true, opacity: 0.85, depthWrite: false }));
  ring.dispose = () => ring.material.dispose();
  return ring;
}

const WIRES = new MeshBasicMaterial({ color: 0x35c48d, wireframe: true, transparent: true, opacity: 0.35 });

export class Figures {
  /** `onTrouble(text)` is told when an avatar cannot be worn. */
  constructor(onTrouble) {
    this.root = new Group();
    this.people = new Map();
    this.shown = { avatar: true, skeleton: false, capsules: false };
    this.onTrouble = onTrouble;
    this.file = null;
  }

  /** Everybody wears this avatar from now on; null for the mannequin. */
  async dress(file) {
    const trial = file && (await wear(file)); // a file that is none is refused before anybody undresses
    this.file = file;
    this.#drop([...this.people.keys()]);
    trial?.dispose();
    return trial?.credit ?? "";
  }

  show(scene) {
    const posed = scene.people.filter(isPose);
    const present = new Set(scene.people.map(({ id }) => id));
    this.#drop([...this.people.keys()].filter((id) => !present.has(id)));
    for (const person of posed) {
      const figure = this.people.get(person.id) ?? this.#enter(person.id);
      figure.avatar.root.visible = this.shown.avatar;
      figure.joints.root.visible = this.shown.skeleton && isBody(person);
      figure.capsules.root.visible = this.shown.capsules;
      figure.ring.position.set(person.hips_world_m[0], 0.004, person.hips_world_m[2]);
      figure.avatar.pose(person);
      if (figure.joints.root.visible) figure.joints.show(person);
      if (this.shown.capsules) figure.capsules.show(person);
    }
  }

  #enter(id) {
    const figure = { avatar: new Mannequin(), joints: new Joints(), capsules: new Capsules(WIRES), ring: ringOf(id) };
    this.people.set(id, figure);
    this.root.add(figure.avatar.root, figure.joints.root, figure.capsules.root, figure.ring);
    if (this.file) this.#change(figure, this.file);
    return figure;
  }

  async #change(figure, file) {
    try {
      const avatar = await wear(file);
      if (file !== this.file) return avatar.dispose();
      figure.avatar.dispose();
      this.root.remove(figure.avatar.root);
      figure.avatar = avatar;
      if ([...this.people.values()].includes(figure)) this.root.add(avatar.root);
    } catch (error) {
      this.onTrouble(error.message);
    }
  }

  #drop(ids) {
    for (const id of ids) {
      const figure = this.people.get(id);
      this.root.remove(figure.avatar.root, figure.joints.root, figure.capsules.root, figure.ring);
      [figure.avatar, figure.joints, figure.capsules, figure.ring].forEach((part) => part.dispose());
      this.people.delete(id);
    }
  }
}
