// A person's bones in three.js: one node per bone, a parent's child.
import { Group } from "three";
import { BONES, PARENTS } from "./skeleton.js";
import { offsetsM } from "./rig.js";

export class Bones {
  constructor() {
    this.root = new Group();
    this.nodes = BONES.map((name) => Object.assign(new Group(), { name }));
    PARENTS.forEach((parent, bone) => (parent < 0 ? this.root : this.nodes[parent]).add(this.nodes[bone]));
  }

  /** Takes on a person's size and pose. The places of bones from their parents, metres. */
  pose(person) {
    const offsets = offsetsM(person.bone_lengths_m);
    this.nodes.forEach((node, bone) => {
      node.position.fromArray(bone ? offsets[bone] : person.hips_world_m);
      node.quaternion.fromArray(person.rotations_xyzw[bone]);
    });
    return offsets;
  }
}
