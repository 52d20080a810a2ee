// The mannequin's fingers, while a guest tells them: three capsules each, on a palm.
import { CapsuleGeometry, Group, Mesh, Quaternion, SphereGeometry, Vector3 } from "three";
import { EXTRA_BONES, EXTRA_OFFSETS_M, EXTRA_PARENTS } from "./skeleton.js";

const UP = new Vector3(0, 1, 0);
const REST = [0, 0, 0, 1];
const RADII_M = { Thumb: 0.0115, Index: 0.0095, Middle: 0.01, Ring: 0.0095, Little: 0.008 };
const TIP = 0.8; // a finger ends this far beyond its last bone's head, as a share of the bone before
const PALM_M = { centre: [0.05, 0, 0.001], axes: [0.062, 0.0155, 0.043] }; // of the left hand

/** One hand's: "Left" or "Right". `root` hangs on the hand's bone and is scaled to the person. */
export class Fingers {
  constructor(side, material) {
    this.side = side;
    this.root = new Group();
    this.nodes = new Map();
    this.material = material;
    for (const [row, bone] of EXTRA_BONES.entries()) {
      if (!bone.startsWith(side) || bone.endsWith("Eye")) continue;
      const node = Object.assign(new Group(), { name: bone });
      node.position.fromArray(EXTRA_OFFSETS_M[row]);
      (this.nodes.get(EXTRA_PARENTS[row]) ?? this.root).add(node);
      this.nodes.set(bone, node);
    }
    for (const [bone, node] of this.nodes) node.add(this.#segment(bone, node));
    this.root.add(this.#palm());
  }

  #segment(bone, node) {
    const next = node.children[0]?.position ?? node.position.clone().multiplyScalar(TIP);
    const part = bone.endsWith("Proximal") ? 1 : bone.endsWith("Intermediate") ? 0.92 : 0.84;
    const radius = part * RADII_M[Object.keys(RADII_M).find((finger) => bone.includes(finger))];
    const mesh = this.#mesh(new CapsuleGeometry(radius, next.length(), 3, 10));
    mesh.position.copy(next).divideScalar(2);
    mesh.quaternion.setFromUnitVectors(UP, next.clone().normalize());
    return mesh;
  }

  #palm() {
    const palm = this.#mesh(new SphereGeometry(1, 20, 14));
    const [x, y, z] = PALM_M.centre;
    palm.position.set(this.side === "Left" ? x : -x, y, z);
    palm.scale.fromArray(PALM_M.axes);
    return palm;
  }

  #mesh(geometry) {
    const mesh = new Mesh(geometry, this.material);
    mesh.castShadow = mesh.receiveShadow = true;
    return mesh;
  }

  /** Whether anything is told of them. */
  told(turns) {
    return Boolean(turns) && [...this.nodes.keys()].some((bone) => turns[bone]);
  }

  /** Bends them; those that nobody tells stay straight. */
  show(turns, size) {
    this.root.scale.setScalar(size);
    for (const [bone, node] of this.nodes) node.quaternion.fromArray(turns[bone] ?? REST);
  }
}
