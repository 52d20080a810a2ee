// The body as a tree of bones: sizes, limbs, capsules. Numbers only; three.js hangs its meshes on it elsewhere.
import { BONES, CAPSULE_RADII_M, JOINTS, JOINT_OFFSETS_M, PARENTS, REST_OFFSETS_M } from "./skeleton.js";

export const BONE = Object.fromEntries(BONES.map((name, row) => [name, row]));
const REST_LENGTHS_M = REST_OFFSETS_M.map((offset) => Math.hypot(...offset));

const onBone = (joint) => JOINT_OFFSETS_M[JOINTS.indexOf(joint)];
const times = (vector, factor) => vector.map((value) => value * factor);

/** What stretches from one place of a bone to another: to a child's head, or to a joint that ends the body. */
export const LIMBS = [
  ...PARENTS.map((bone, child) => ({ bone, child })).filter(({ bone }) => bone >= 0),
  { bone: BONE.Head, end: onBone("Head_top") },
  { bone: BONE.LeftHand, end: onBone("L_Hand") },
  { bone: BONE.RightHand, end: onBone("R_Hand") },
  { bone: BONE.LeftFoot, begin: onBone("L_Heel"), end: REST_OFFSETS_M[BONE.LeftToes] },
  { bone: BONE.RightFoot, begin: onBone("R_Heel"), end: REST_OFFSETS_M[BONE.RightToes] },
];

/** A bone's share of its rest length, (22,): 1 for the hips, which have none. */
export function boneSizes(boneLengthsM) {
  return boneLengthsM.map((length, bone) => (length > 0 ? length / REST_LENGTHS_M[bone] : 1));
}

/** How large the whole body is, 1 for the rest pose: as mocap_bridge/wire/mocap.py has it. */
export function bodySize(boneLengthsM) {
  const measured = boneLengthsM.map((length, bone) => bone).filter((bone) => boneLengthsM[bone] > 0);
  const sum = (lengths) => measured.reduce((total, bone) => total + lengths[bone], 0);
  return measured.length ? sum(boneLengthsM) / sum(REST_LENGTHS_M) : 1;
}

/** Radius (22,) of each bone's capsule, metres. */
export function capsuleRadiiM(boneLengthsM, girth = 1) {
  return times(CAPSULE_RADII_M, girth * bodySize(boneLengthsM));
}

/** Where each bone's head lies from its parent's, (22, 3), for these lengths. */
export function offsetsM(boneLengthsM) {
  const sizes = boneSizes(boneLengthsM);
  return REST_OFFSETS_M.map((offset, bone) => times(offset, sizes[bone]));
}

/** Both ends of a limb in the frame of its bone, metres. */
export function limbEndsM(limb, offsets, size) {
  const begin = limb.begin ? times(limb.begin, size) : [0, 0, 0];
  return [begin, limb.child === undefined ? times(limb.end, size) : offsets[limb.child]];
}

/** "left", "right" or "middle", by a bone's or a joint's name. */
export function sideOf(name) {
  if (name.startsWith("L_") || name.startsWith("Left")) return "left";
  return name.startsWith("R_") || name.startsWith("Right") ? "right" : "middle";
}
