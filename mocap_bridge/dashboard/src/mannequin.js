// The avatar that needs no file: an artist's mannequin on the rig's own bones, sized by each performer.
import {
  CylinderGeometry, LatheGeometry, Mesh, MeshLambertMaterial, Quaternion, SphereGeometry, Vector2, Vector3,
} from "three";
import { BONES } from "./skeleton.js";
import { Bones } from "./bones.js";
import { Countenance, hasFace } from "./countenance.js";
import { Fingers } from "./fingers.js";
import { BONE, LIMBS, bodySize, limbEndsM, sideOf } from "./rig.js";

const UP = new Vector3(0, 1, 0);
const TONES = { middle: 0xd7dce4, left: 0xff9a3c, right: 0x409cff, joint: 0x59626f, visor: 0x20252d };

// Radii in metres at both ends of what stretches from a bone: thick thighs, thin wrists.
const LIMB_RADII_M = {
  UpperArm: [0.05, 0.04], LowerArm: [0.042, 0.028], UpperLeg: [0.082, 0.056], LowerLeg: [0.058, 0.037],
  Hand: [0.03, 0.026], Foot: [0.042, 0.036],
};
// Ellipsoids on the bones of the trunk: centre and half axes, metres.
const TRUNK_M = {
  Hips: [[0, 0.005, 0], [0.152, 0.125, 0.112]],
  Spine: [[0, 0.06, 0.004], [0.132, 0.15, 0.098]],
  Chest: [[0, 0.06, 0.002], [0.148, 0.17, 0.106]],
  UpperChest: [[0, 0.045, 0], [0.172, 0.145, 0.112]],
  Head: [[0, 0.075, 0.03], [0.082, 0.118, 0.1]],
};
const BALLS_M = { UpperArm: 0.058, LowerArm: 0.04, Hand: 0.03, UpperLeg: 0.078, LowerLeg: 0.056, Foot: 0.04 };

const bare = (bone) => bone.replace(/^(Left|Right)/, "");

/** A limb of length 1 along +Y: a belly a third down, and a tip that is round from a share of it on. */
function limbGeometry([top, bottom], roundFrom) {
  const profile = [];
  for (let step = 0; step <= 20; step++) {
    const share = step / 20;
    const belly = 1 + 0.1 * Math.sin(Math.PI * Math.min(1, share * 1.5));
    const tip = share > roundFrom ? Math.sqrt(1 - ((share - roundFrom) / (1 - roundFrom)) ** 2) : 1;
    profile.push(new Vector2(Math.max(0.0001, (top + (bottom - top) * share) * belly * tip), share));
  }
  return new LatheGeometry([new Vector2(0.0001, 0), ...profile, new Vector2(0.0001, 1)], 20);
}

export class Mannequin {
  constructor() {
    this.bones = new Bones();
    this.root = this.bones.root;
    this.materials = Object.fromEntries(
      Object.entries(TONES).map(([name, color]) => [name, new MeshLambertMaterial({ color })]),
    );
    this.limbs = LIMBS.filter(({ bone }) => bare(BONES[bone]) in LIMB_RADII_M).map((limb) => this.#limb(limb));
    this.solids = [...this.#trunk(), ...this.#balls(), ...this.#face()];
    this.hands = ["Left", "Right"].map((side) => ({ side, mitten: this.limbs.find(({ limb }) => BONES[limb.bone] === `${side}Hand`).mesh }));
  }

  #limb(limb) {
    const name = BONES[limb.bone];
    const end = bare(name) === "Hand" || bare(name) === "Foot";
    const mesh = this.#mesh(limbGeometry(LIMB_RADII_M[bare(name)], end ? 0.55 : 1), end ? sideOf(name) : "middle", limb.bone);
    return { limb, mesh };
  }

  #trunk() {
    return Object.entries(TRUNK_M).map(([name, [centre, axes]]) => {
      const mesh = this.#mesh(new SphereGeometry(1, 32, 24), "middle", BONE[name]);
      return { mesh, centre, axes };
    });
  }

  #balls() {
    return BONES.filter((name) => bare(name) in BALLS_M).map((name) => {
      const radius = BALLS_M[bare(name)];
      return { mesh: this.#mesh(new SphereGeometry(1, 20, 14), "joint", BONE[name]), centre: [0, 0, 0], axes: [radius, radius, radius] };
    });
  }

  #face() {
    const neck = this.#mesh(new CylinderGeometry(0.92, 1, 1, 20), "joint", BONE.Neck);
    // The front of the skull, a touch larger than it: which way somebody looks shows from afar.
    const front = new SphereGeometry(1.03, 28, 10, 0.2 * Math.PI, 0.6 * Math.PI, 0.36 * Math.PI, 0.2 * Math.PI);
    const visor = this.#mesh(front, "visor", BONE.Head);
    const [centre, axes] = TRUNK_M.Head;
    return [
      { mesh: neck, centre: [0, 0.035, 0.005], axes: [0.048, 0.12, 0.048] },
      { mesh: visor, centre, axes },
    ];
  }

  #mesh(geometry, tone, bone) {
    const mesh = new Mesh(geometry, this.materials[tone]);
    mesh.castShadow = mesh.receiveShadow = true;
    this.bones.nodes[bone].add(mesh);
    return mesh;
  }

  /** Takes on a person's size and pose, and the fingers and the face that a guest tells. */
  pose(person) {
    const [size, girth] = [bodySize(person.bone_lengths_m), person.girth ?? 1];
    this.#fit(this.bones.pose(person), size, girth);
    this.hands.forEach((hand) => this.#handle(hand, person.extra_rotations_xyzw, size));
    this.#look(person, size, girth);
  }

  /** Fingers in the place of a mitten, as long as they are told. Most people have no guest: nothing is made for them. */
  #handle(hand, turns, size) {
    if (!hand.fingers && turns) {
      hand.fingers = new Fingers(hand.side, this.materials[hand.side.toLowerCase()]);
      this.bones.nodes[BONE[`${hand.side}Hand`]].add(hand.fingers.root);
    }
    const told = hand.fingers?.told(turns) ?? false;
    hand.mitten.visible = !told;
    if (hand.fingers) hand.fingers.root.visible = told;
    if (told) hand.fingers.show(turns, size);
  }

  #look(person, size, girth) {
    const told = hasFace(person);
    if (!this.countenance && told) {
      this.countenance = new Countenance();
      this.bones.nodes[BONE.Head].add(this.countenance.root);
    }
    if (this.countenance) this.countenance.root.visible = told;
    if (!told) return;
    const [centre, axes] = TRUNK_M.Head;
    this.countenance.root.position.set(...centre).multiplyScalar(size);
    this.countenance.root.scale.set(axes[0] * size * girth, axes[1] * size, axes[2] * size * girth);
    this.countenance.show(person);
  }

  #fit(offsets, size, girth) {
    for (const { limb, mesh } of this.limbs) {
      const [begin, end] = limbEndsM(limb, offsets, size).map((point) => new Vector3(...point));
      const way = end.clone().sub(begin);
      mesh.position.copy(begin);
      mesh.scale.set(size * girth, way.length(), size * girth);
      mesh.quaternion.copy(new Quaternion().setFromUnitVectors(UP, way.normalize()));
    }
    for (const { mesh, centre, axes } of this.solids) {
      mesh.position.set(...centre).multiplyScalar(size);
      mesh.scale.set(axes[0] * size * girth, axes[1] * size, axes[2] * size * girth);
    }
  }

  /** Local rotations by bone, as three.js holds them. */
  rotations() {
    const fingers = this.hands.flatMap(({ fingers }) => (fingers?.root.visible ? [...fingers.nodes.values()] : []));
    return Object.fromEntries([...this.bones.nodes, ...fingers].map((node) => [node.name, node.quaternion.toArray()]));
  }

  dispose() {
    this.countenance?.dispose();
    this.root.traverse((node) => node.geometry?.dispose());
    Object.values(this.materials).forEach((material) => material.dispose());
  }
}
