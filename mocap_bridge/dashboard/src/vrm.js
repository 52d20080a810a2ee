// The user's own avatar: a .vrm that never leaves the browser, moved through three-vrm's normalised bones.
import { Quaternion } from "three";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
import { VRMLoaderPlugin, VRMUtils } from "@pixiv/three-vrm";
import { BONES, EXTRA_BONES, EXTRA_PARENTS, PARENTS, REST_OFFSETS_M } from "./skeleton.js";
import { Face } from "./face.js";
import { bodySize } from "./rig.js";

const LARGEST_BYTES = 200e6;
const HIPS_HEIGHT_M = REST_OFFSETS_M[0][1];

// With what only a guest tells: eyes, jaw, fingers.
const ALL_BONES = [...BONES, ...EXTRA_BONES];
const ALL_PARENTS = [...PARENTS, ...EXTRA_PARENTS.map((bone) => ALL_BONES.indexOf(bone))];
const REST = [0, 0, 0, 1];
const VRM1_THUMBS = { ThumbProximal: "ThumbMetacarpal", ThumbIntermediate: "ThumbProximal" };

/** What VRM 1.0, and so three-vrm for every avatar, calls a bone. */
function vrmName(bone) {
  const name = bone.replace(/Thumb(Proximal|Intermediate)$/, (part) => VRM1_THUMBS[part]);
  return name[0].toLowerCase() + name.slice(1);
}

/** The bytes of a dropped file; throws what is wrong with it. */
export async function avatarFile(file) {
  if (!/\.vrm$/i.test(file.name)) throw new Error(`${file.name} is no .vrm file`);
  if (file.size > LARGEST_BYTES) throw new Error(`${file.name} is larger than ${LARGEST_BYTES / 1e6} MB`);
  return { name: file.name, bytes: await file.arrayBuffer() };
}

/** One avatar, parsed anew for each person: three-vrm's avatars cannot be copied. */
export async function wear({ name, bytes }) {
  const loader = new GLTFLoader();
  loader.register((parser) => new VRMLoaderPlugin(parser));
  const { userData } = await loader.parseAsync(bytes.slice(0), "").catch((error) => {
    throw new Error(`${name} is no whole glTF file, as a .vrm must be (${error.message})`);
  });
  if (!userData.vrm?.humanoid) throw new Error(`${name} holds no humanoid avatar`);
  return new VrmFigure(userData.vrm);
}

export class VrmFigure {
  constructor(vrm) {
    this.vrm = vrm;
    VRMUtils.rotateVRM0(vrm); // 0.x models face away
    this.root = vrm.scene;
    this.flip = vrm.meta.metaVersion === "0" ? -1 : 1;
    this.nodes = ALL_BONES.map((bone) => vrm.humanoid.getNormalizedBoneNode(vrmName(bone)));
    this.face = new Face(vrm.expressionManager);
    vrm.lookAt?.update(0); // which would turn the eyes ahead once; from here on they are the guest's
    this.hipsHeightM = vrm.humanoid.normalizedRestPose.hips.position[1];
    vrm.scene.traverse((node) => {
      node.frustumCulled = false; // bounds are those of the rest pose
      if (node.isMesh) node.castShadow = true;
    });
  }

  /** Takes on a person's pose, at the person's size, and what a guest tells of fingers, eyes and face. */
  pose(person) {
    const scale = (HIPS_HEIGHT_M * bodySize(person.bone_lengths_m)) / this.hipsHeightM;
    this.vrm.scene.scale.setScalar(scale);
    const carried = []; // a bone that the avatar lacks leaves its turn to its children
    ALL_BONES.forEach((bone, row) => {
      const turn = this.#flipped(new Quaternion().fromArray(person.rotations_xyzw[row] ?? person.extra_rotations_xyzw?.[bone] ?? REST));
      if (carried[ALL_PARENTS[row]]) turn.premultiply(carried[ALL_PARENTS[row]]);
      if (this.nodes[row]) this.nodes[row].quaternion.copy(turn);
      else carried[row] = turn;
    });
    const [x, y, z] = person.hips_world_m;
    this.nodes[0].position.set(this.flip * x, y, this.flip * z).divideScalar(scale);
    this.face.show(person.blends ?? {});
    this.vrm.update(0); // no clock: springs would swing by the screen's rate, not by the performer's time
  }

  /** Local rotations by bone in our axes, as three.js holds them. */
  rotations() {
    const held = ALL_BONES.map((bone, row) => [bone, this.nodes[row]]).filter(([, node]) => node);
    return Object.fromEntries(held.map(([bone, node]) => [bone, this.#flipped(node.quaternion.clone()).toArray()]));
  }

  #flipped(turn) {
    return turn.set(this.flip * turn.x, turn.y, this.flip * turn.z, turn.w);
  }

  /** Who made it, as its licence asks. */
  get credit() {
    const { name, title, authors, author } = this.vrm.meta;
    return [name ?? title, authors?.join(", ") ?? author].filter(Boolean).join(" by ");
  }

  dispose() {
    VRMUtils.deepDispose(this.vrm.scene);
  }
}
