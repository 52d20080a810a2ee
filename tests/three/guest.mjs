// Reads a VRMA by three-vrm and prints which bones turn, and how strong each expression is at each key.
//
//   node guest.mjs TAKE.vrma   ->   {"bones": {"leftThumbDistal": [[x, y, z, w], ...]}, "expressions": {"happy": [0.5, ...]}}
import { VRMAnimationLoaderPlugin } from "@pixiv/three-vrm-animation";
import { load } from "./load.mjs";

const [animation] = (await load(process.argv[2], (parser) => new VRMAnimationLoaderPlugin(parser))).vrmAnimations;
const rows = (values) =>
  Array.from({ length: values.length / 4 }, (_, row) => Array.from(values.slice(4 * row, 4 * row + 4)));
const bones = Object.fromEntries(
  [...animation.humanoidTracks.rotation].map(([name, track]) => [name, rows(track.values)]),
);
const { preset, custom } = animation.expressionTracks;
const expressions = Object.fromEntries([...preset, ...custom].map(([name, track]) => [name, Array.from(track.values)]));
console.log(JSON.stringify({ bones, expressions }));
