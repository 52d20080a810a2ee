// The body that Python computes is the body that three.js shows: one golden take, one golden answer.
import { test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Camera, Vector3 } from "three";
import { Bones } from "../src/bones.js";
import { Mannequin } from "../src/mannequin.js";
import { Capsules } from "../src/capsules.js";
import { LIMBS, capsuleRadiiM, sideOf } from "../src/rig.js";
import { frustumLinesM, lookThrough, pixelOf, pointM } from "../src/lens.js";
import { sceneFrom } from "../src/scene.js";

const golden = (name) => new URL(`../../../tests/golden/${name}`, import.meta.url);
const answer = JSON.parse(readFileSync(golden("rig.json"), "utf8"));
const [header, ...lines] = readFileSync(golden("one.take.jsonl"), "utf8").trim().split("\n");
const scene = lines.map(sceneFrom).find(({ frame }) => frame === answer.frame);
const person = scene.people.find(({ id }) => id === answer.person);

const near = (found, wanted, tolerance, what) =>
  found.forEach((value, index) => assert.ok(Math.abs(value - wanted[index]) < tolerance, `${what} ${index}: ${value} is not ${wanted[index]}`));

test("bones lie where Python has them", () => {
  const bones = new Bones();
  bones.pose(person);
  bones.root.updateMatrixWorld(true);
  bones.nodes.forEach((node, bone) => near(node.getWorldPosition(new Vector3()).toArray(), answer.bone_heads_m[bone], 2e-5, node.name));
});

test("capsules are as thick as those on the wire", () => near(capsuleRadiiM(person.bone_lengths_m, person.girth), answer.capsule_radii_m, 2e-6, "radius"));

test("the lens projects as Python does, and back", () => {
  near(pixelOf(scene.camera, person.hips_world_m), answer.hips_px_and_depth_m, 1e-2, "hips");
  const [u, v, depth] = pixelOf(scene.camera, person.hips_world_m);
  near(pointM(scene.camera, [u, v], depth), person.hips_world_m, 1e-9, "world");
});

test("three.js looks through the same lens", () => {
  const eye = new Camera();
  lookThrough(eye, scene.camera);
  const [w, h] = scene.camera.size_px;
  for (const point of answer.bone_heads_m) {
    const seen = new Vector3(...point).project(eye);
    const [u, v] = pixelOf(scene.camera, point);
    near([((seen.x + 1) / 2) * w, ((1 - seen.y) / 2) * h], [u, v], 1e-3, "pixel");
  }
});

test("a camera's pyramid begins at the lens and reaches the picture's corners", () => {
  const lines = frustumLinesM(scene.camera);
  assert.equal(lines.length, 8);
  near(lines[0][0], scene.camera.world_from_camera.slice(0, 3).map((row) => row[3]), 1e-9, "eye");
  near(pixelOf(scene.camera, lines[0][1]).slice(0, 2), [0, 0], 1e-6, "corner");
});

test("the mannequin holds the rotations of the stream, and a limb ends where the next bone begins", () => {
  const mannequin = new Mannequin();
  mannequin.pose(person);
  const held = mannequin.rotations();
  near(held.LeftUpperArm, person.rotations_xyzw[Object.keys(held).indexOf("LeftUpperArm")], 1e-12, "rotation");
  mannequin.root.updateMatrixWorld(true);
  const { limb, mesh } = mannequin.limbs.find(({ limb }) => limb.child !== undefined);
  near(mesh.localToWorld(new Vector3(0, 1, 0)).toArray(), answer.bone_heads_m[limb.child], 2e-5, "end");
  mannequin.dispose();
});

test("every limb has its capsule, around both of its ends", () => {
  const capsules = new Capsules(null);
  capsules.show(person);
  assert.equal(capsules.meshes.length, LIMBS.length);
  LIMBS.forEach((limb, index) => {
    if (limb.child === undefined) return;
    const { geometry, position } = capsules.meshes[index];
    const middle = answer.bone_heads_m[limb.bone].map((value, axis) => (value + answer.bone_heads_m[limb.child][axis]) / 2);
    near(position.toArray(), middle, 2e-5, "middle");
    assert.ok(Math.abs(geometry.parameters.radius - answer.capsule_radii_m[limb.bone]) < 1e-6);
  });
  capsules.dispose();
});

test("left is told from right by bones and joints alike", () => {
  assert.deepEqual(["LeftFoot", "R_Toe", "Spine"].map(sideOf), ["left", "right", "middle"]);
  assert.equal(JSON.parse(header).format, "mocap-bridge-take");
});
