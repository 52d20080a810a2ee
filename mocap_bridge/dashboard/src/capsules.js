// Everybody's thickness: what effects hide behind, and what the world view shows as wires.
import { BufferGeometry, CapsuleGeometry, Group, Mesh, Quaternion, Vector3 } from "three";
import { Bones } from "./bones.js";
import { LIMBS, bodySize, capsuleRadiiM, limbEndsM } from "./rig.js";

const UP = new Vector3(0, 1, 0);

/** What of a body hides things: one capsule per limb, as the wire's radii have it. */
export class Capsules {
  constructor(material) {
    this.material = material;
    this.root = new Group();
    this.bones = new Bones();
    this.meshes = LIMBS.map(() => new Mesh(new BufferGeometry(), material));
    this.root.add(...this.meshes);
  }

  show(person) {
    const offsets = this.bones.pose(person);
    this.bones.root.updateMatrixWorld(true);
    const size = bodySize(person.bone_lengths_m);
    const radii = capsuleRadiiM(person.bone_lengths_m, person.girth);
    LIMBS.forEach((limb, index) => {
      const node = this.bones.nodes[limb.bone];
      const [begin, end] = limbEndsM(limb, offsets, size).map((point) => node.localToWorld(new Vector3(...point)));
      const way = end.clone().sub(begin);
      this.#shape(this.meshes[index], radii[limb.bone], way.length());
      this.meshes[index].position.copy(begin).add(end).divideScalar(2);
      this.meshes[index].quaternion.copy(new Quaternion().setFromUnitVectors(UP, way.normalize()));
    });
  }

  /** A capsule's caps must stay round, so a new length needs a new shape; lengths settle within seconds. */
  #shape(mesh, radius, length) {
    const key = `${radius.toFixed(3)} ${length.toFixed(3)}`;
    if (mesh.userData.key === key) return;
    mesh.userData.key = key;
    mesh.geometry.dispose();
    mesh.geometry = new CapsuleGeometry(radius, length, 4, 10);
  }

  dispose() {
    this.meshes.forEach((mesh) => mesh.geometry.dispose());
  }
}
