// Puts a person of a take into an avatar without a browser, and prints what its bones then are.
//
//   node wear.mjs AVATAR.vrm PERSON.json   ->   {"rotations": {"Hips": [x, y, z, w]}, "heads": {"Hips": [x, y, z]}, "expressions": {"happy": 0.5}}
import { readFileSync } from "node:fs";
import { Vector3 } from "three";
import { BONES } from "../src/skeleton.js";

globalThis.self ??= globalThis;
const { wear } = await import("../src/vrm.js");
const [file, person] = process.argv.slice(2);
const bytes = readFileSync(file);
const figure = await wear({ name: file, bytes: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) });
figure.pose(JSON.parse(readFileSync(person, "utf8")));
figure.root.updateMatrixWorld(true);
const nodes = BONES.map((bone) => [bone, figure.vrm.humanoid.getRawBoneNode(bone[0].toLowerCase() + bone.slice(1))]).filter(([, node]) => node);
const heads = Object.fromEntries(nodes.map(([bone, node]) => [bone, node.getWorldPosition(new Vector3()).toArray()]));
const expressions = Object.fromEntries((figure.vrm.expressionManager?.expressions ?? []).map(({ expressionName: name, weight }) => [name, weight]));
console.log(JSON.stringify({ rotations: figure.rotations(), heads, expressions, credit: figure.credit }));
