// Plays a VRMA on a VRM by three-vrm and prints, for each asked time, where every bone of the avatar is in the world.
//
//   node joints.mjs AVATAR.vrm TAKE.vrma 0 0.5 1.0   ->   {"frames": [{"hips": [x, y, z], ...}, ...], "hipsHeight": ...}
import { readFileSync } from "node:fs";
import { Group, AnimationMixer, Vector3 } from "three";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
import { VRMLoaderPlugin, VRMUtils } from "@pixiv/three-vrm";
import { VRMAnimationLoaderPlugin, createVRMAnimationClip } from "@pixiv/three-vrm-animation";

const [avatarFile, takeFile, ...times] = process.argv.slice(2);

// Pictures need a browser; where bones are does not.
class NoTextures {
  constructor() {
    this.name = "NO_TEXTURES";
  }
  loadTexture() {
    return Promise.resolve(null);
  }
}

async function load(file, plugin) {
  const loader = new GLTFLoader();
  loader.register(() => new NoTextures());
  loader.register(plugin);
  const bytes = readFileSync(file);
  return loader.parseAsync(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength), "");
}

globalThis.self ??= globalThis;
const { vrm } = (await load(avatarFile, (parser) => new VRMLoaderPlugin(parser))).userData;
VRMUtils.rotateVRM0(vrm); // 0.x models face away
const [animation] = (await load(takeFile, (parser) => new VRMAnimationLoaderPlugin(parser))).userData.vrmAnimations;
const stage = new Group();
stage.add(vrm.scene);
const mixer = new AnimationMixer(vrm.scene);
mixer.clipAction(createVRMAnimationClip(animation, vrm)).play();

const frames = times.map((time) => {
  mixer.setTime(Number(time));
  vrm.humanoid.update();
  stage.updateMatrixWorld(true);
  const places = {};
  for (const name of Object.keys(vrm.humanoid.humanBones)) {
    places[name] = vrm.humanoid.getRawBoneNode(name).getWorldPosition(new Vector3()).toArray();
  }
  return places;
});
const hipsHeight = vrm.humanoid.normalizedRestPose.hips.position[1];
console.log(JSON.stringify({ frames, hipsHeight, duration: animation.duration }));
