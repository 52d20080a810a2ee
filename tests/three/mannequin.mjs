// Plays a .glb by three.js alone and prints, for each asked time, where bones and some points of the skin are.
//
//   node mannequin.mjs TAKE.glb 0 0.5   ->   {"points": N, "frames": [{"bones": {"Hips": [x, y, z], ...}, "skin": [...]}]}
import { AnimationMixer, Vector3 } from "three";
import { loadWhole } from "./load.mjs";

const [file, ...times] = process.argv.slice(2);
const { scene, animations } = await loadWhole(file);
const mixer = new AnimationMixer(scene);
mixer.clipAction(animations[0]).play();
let skin;
scene.traverse((node) => (skin = node.isSkinnedMesh ? node : skin));
const points = skin.geometry.attributes.position.count;

const frames = times.map((time) => {
  mixer.setTime(Number(time));
  scene.updateMatrixWorld(true);
  skin.skeleton.update();
  const bones = skin.skeleton.bones.map((bone) => [bone.name, bone.getWorldPosition(new Vector3()).toArray()]);
  const rows = Array.from({ length: 20 }, (_, n) => Math.floor((n * (points - 1)) / 19));
  const at = (row) => skin.localToWorld(skin.getVertexPosition(row, new Vector3())).toArray();
  return { bones: Object.fromEntries(bones), skin: rows.map((row) => [row, at(row)]) };
});
console.log(JSON.stringify({ points, frames }));
