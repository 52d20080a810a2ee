// The mannequin's face, while a guest tells one: eyes that shine on the visor, brows over it, a mouth below.
import { BufferGeometry, DoubleSide, Float32BufferAttribute, Group, Mesh, MeshBasicMaterial, Quaternion, SphereGeometry, Vector3 } from "three";
import { expressionOf } from "./expression.js";

const AHEAD = new Vector3(0, 0, 1);
const TONES = { eye: 0xbff3ff, dark: 0x20252d };
const FEATURES = ["LeftEye", "RightEye", "Jaw"];
const WIDEST_RAD = 0.45; // a jaw that is quite open
const STEPS = 16; // along the lips

/** Whether a guest tells anything of this person's face. */
export function hasFace({ blends, extra_rotations_xyzw: turns }) {
  return Object.keys(blends ?? {}).length > 0 || FEATURES.some((bone) => turns?.[bone]);
}

/** Places are those on a sphere of radius 1, which `root` stretches to the skull. */
export class Countenance {
  constructor() {
    this.root = new Group();
    this.materials = Object.fromEntries(Object.entries(TONES).map(([name, color]) => [name, new MeshBasicMaterial({ color, side: DoubleSide })]));
    this.ball = new SphereGeometry(1, 16, 12);
    this.eyes = { left: this.#dot("eye"), right: this.#dot("eye") };
    this.brows = { left: this.#dot("dark"), right: this.#dot("dark") };
    this.mouth = new Mesh(new BufferGeometry(), this.materials.dark);
    // Three rows, the middle one between the lips: across an open mouth a straight line would lie inside the head.
    const strip = (at) => [at, at + 1, at + 3, at + 1, at + 4, at + 3];
    this.mouth.geometry.setIndex(Array.from({ length: STEPS }, (_, at) => [...strip(3 * at), ...strip(3 * at + 1)]).flat());
    this.mouth.frustumCulled = false; // its bounds change with every word
    this.root.add(this.mouth);
  }

  #dot(tone) {
    const dot = new Mesh(this.ball, this.materials[tone]);
    this.root.add(dot);
    return dot;
  }

  /** Shows what is told of this person; eyes that are told as bones look where the bones point. */
  show({ blends, extra_rotations_xyzw: turns = {} }) {
    const face = expressionOf(blends);
    for (const [side, sign] of [["left", 1], ["right", -1]]) {
      const [across, up] = turns[`${side === "left" ? "Left" : "Right"}Eye`] ? lookOf(turns[`${side === "left" ? "Left" : "Right"}Eye`]) : face[side].look;
      const { shut } = face[side];
      put(this.eyes[side], [0.39 * sign + 0.14 * across, 0.12 + 0.09 * up], 1.03, [0.14, Math.max(0.022, 0.15 * (1 - shut)), 0.05]);
      put(this.brows[side], [0.42 * sign, 0.58 + 0.07 * face.brow], 1.0, [0.2, 0.04, 0.05], 0.45 * sign * face.frown);
    }
    this.#speak({ ...face, open: Math.max(face.open, turns.Jaw ? Math.min(1, angleOf(turns.Jaw) / WIDEST_RAD) : 0) });
  }

  /** Two lips: a smile lifts their corners, an open mouth parts them. */
  #speak({ open, wide, smile }) {
    const half = 0.3 * (1 + 0.4 * wide);
    const places = [];
    for (let step = 0; step <= STEPS; step++) {
      const along = (2 * step) / STEPS - 1;
      const [round, lip] = [1 - along * along, -0.44 + 0.2 * smile * (along * along - 0.4)];
      const [upper, lower] = [lip + (0.04 + 0.06 * open) * round, lip - (0.04 + 0.3 * open) * round];
      places.push([half * along, upper], [half * along, (upper + lower) / 2], [half * along, lower]);
    }
    this.mouth.geometry.setAttribute("position", new Float32BufferAttribute(places.flatMap(([x, y]) => onSphere(x, y, 1.025)), 3));
  }

  dispose() {
    [this.ball, this.mouth.geometry, ...Object.values(this.materials)].forEach((part) => part.dispose());
  }
}

/** How far an eye looks to its left and up, -1..1 at half a right angle. */
function lookOf(turn) {
  const { x, y } = AHEAD.clone().applyQuaternion(new Quaternion().fromArray(turn)).divideScalar(Math.SQRT1_2);
  return [Math.max(-1, Math.min(1, x)), Math.max(-1, Math.min(1, y))];
}

const angleOf = ([x, y, z, w]) => 2 * Math.atan2(Math.hypot(x, y, z), Math.abs(w));

/** A place of the front, by how far it is aside and up. */
const onSphere = (x, y, radius) => [radius * x, radius * y, radius * Math.sqrt(Math.max(0, 1 - x * x - y * y))];

/** Lays a flat ball on the front of the sphere, turned by `tilt` radians. */
function put(ball, [x, y], radius, axes, tilt = 0) {
  ball.position.fromArray(onSphere(x, y, radius));
  ball.quaternion.setFromUnitVectors(AHEAD, ball.position.clone().normalize());
  ball.quaternion.multiply(new Quaternion().setFromAxisAngle(AHEAD, tilt));
  ball.scale.fromArray(axes);
}
