// Hands normalised rotations to three-vrm's own rig and prints the raw ones that it gives the avatar's nodes.
//
//   node raw.mjs AVATAR.vrm '{"hips": [x, y, z, w], ...}'   ->   {"hips": [x, y, z, w], ...}
import { loadVrm } from "./load.mjs";

const [file, pose] = process.argv.slice(2);
const vrm = await loadVrm(file);
const turns = Object.entries(JSON.parse(pose)).map(([name, rotation]) => [name, { rotation }]);
vrm.humanoid.setNormalizedPose(Object.fromEntries(turns));
vrm.humanoid.update();
const raw = turns.map(([name]) => [name, vrm.humanoid.getRawBoneNode(name).quaternion.toArray()]);
console.log(JSON.stringify(Object.fromEntries(raw)));
