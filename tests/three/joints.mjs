// Plays a VRMA on a VRM by three-vrm and prints, for each asked time, where every bone of the avatar is in the world.
//
//   node joints.mjs AVATAR.vrm TAKE.vrma 0 0.5 1.0   ->   {"frames": [{"hips": [x, y, z], ...}, ...]}
import { AnimationMixer, Vector3 } from "three";
import { VRMUtils } from "@pixiv/three-vrm";
import { VRMAnimationLoaderPlugin, createVRMAnimationClip } from "@pixiv/three-vrm-animation";
import { load, loadVrm } from "./load.mjs";

const [avatarFile, takeFile, ...times] = process.argv.slice(2);
const vrm = await loadVrm(avatarFile);
VRMUtils.rotateVRM0(vrm); // 0.x models face away
const [animation] = (await load(takeFile, (parser) => new VRMAnimationLoaderPlugin(parser))).vrmAnimations;
const mixer = new AnimationMixer(vrm.scene);
mixer.clipAction(createVRMAnimationClip(animation, vrm)).play();

const frames = times.map((time) => {
  mixer.setTime(Number(time));
  vrm.humanoid.update();
  vrm.scene.updateMatrixWorld(true);
  const names = Object.keys(vrm.humanoid.humanBones);
  const place = (name) => vrm.humanoid.getRawBoneNode(name).getWorldPosition(new Vector3()).toArray();
  return Object.fromEntries(names.map((name) => [name, place(name)]));
});
console.log(JSON.stringify({ frames }));
