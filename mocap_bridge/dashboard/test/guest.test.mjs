// What a guest tells of fingers and face, on the mannequin.
import { test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Quaternion, Vector3 } from "three";
import { expressionOf } from "../src/expression.js";
import { Mannequin } from "../src/mannequin.js";
import { sceneFrom } from "../src/scene.js";
import { EXTRA_BONES } from "../src/skeleton.js";

const lines = readFileSync(new URL("../../../tests/golden/guest.take.jsonl", import.meta.url), "utf8").trim().split("\n").slice(1);
const person = lines.map(sceneFrom).flatMap(({ people }) => people).find(({ extra_rotations_xyzw: turns }) => turns);
const alone = { ...person, extra_rotations_xyzw: undefined, blends: undefined };
const mittens = ({ hands }) => hands.map(({ mitten }) => mitten.visible);

test("the mannequin's fingers hold what a guest tells, and its mittens come back when the guest goes", () => {
  const mannequin = new Mannequin();
  mannequin.pose(alone);
  assert.deepEqual([mittens(mannequin), mannequin.countenance], [[true, true], undefined]);
  mannequin.pose(person);
  const held = mannequin.rotations();
  const told = EXTRA_BONES.filter((bone) => person.extra_rotations_xyzw[bone] && !/Eye|Jaw/.test(bone));
  assert.ok(told.length > 5);
  for (const bone of told) assert.deepEqual(held[bone], person.extra_rotations_xyzw[bone], bone);
  const by = ["Left", "Right"].map((side) => !told.some((bone) => bone.startsWith(side)));
  assert.deepEqual([mittens(mannequin), mannequin.countenance.root.visible], [by, true]);
  mannequin.pose(alone);
  assert.deepEqual([mittens(mannequin), mannequin.countenance.root.visible], [[true, true], false]);
  assert.ok(!Object.keys(mannequin.rotations()).some((bone) => EXTRA_BONES.includes(bone)));
  mannequin.dispose();
});

test("a fist brings the fingertips to the palm, on both hands alike", () => {
  const bent = (side, radians) => new Quaternion().setFromAxisAngle(new Vector3(0, 0, 1), side === "Left" ? -radians : radians).toArray();
  const turns = Object.fromEntries(EXTRA_BONES.filter((bone) => /Index|Middle|Ring|Little/.test(bone)).map((bone) => [bone, bent(bone.startsWith("Left") ? "Left" : "Right", 1.4)]));
  const mannequin = new Mannequin();
  const rest = { ...alone, rotations_xyzw: alone.rotations_xyzw.map(() => [0, 0, 0, 1]) };
  mannequin.pose({ ...rest, extra_rotations_xyzw: turns });
  mannequin.root.updateMatrixWorld(true);
  for (const { side, fingers } of mannequin.hands) {
    const tip = fingers.root.worldToLocal(fingers.nodes.get(`${side}MiddleDistal`).children[0].getWorldPosition(new Vector3()));
    const across = side === "Left" ? tip.x : -tip.x;
    assert.ok(across > 0.04 && across < 0.1 && tip.y < -0.005 && tip.y > -0.06, `${side}: ${tip.toArray()}`);
  }
});

test("an expression is understood by the names of VRM 0.x, VRM 1.0 and ARKit", () => {
  for (const blends of [{ Blink_L: 1 }, { blinkLeft: 1 }, { eyeBlinkLeft: 1 }]) {
    const { left, right } = expressionOf(blends);
    assert.deepEqual([left.shut, right.shut], [1, 0]);
  }
  for (const blends of [{ A: 1 }, { aa: 1 }, { jawOpen: 1 }]) assert.equal(expressionOf(blends).open, 1);
  for (const blends of [{ Joy: 1 }, { happy: 1 }, { mouthSmileLeft: 1, mouthSmileRight: 1 }]) assert.equal(expressionOf(blends).smile, 1);
  for (const blends of [{ Sorrow: 1 }, { sad: 1 }, { mouthFrownLeft: 1, mouthFrownRight: 1 }]) assert.equal(expressionOf(blends).smile, -1);
  for (const blends of [{ LookLeft: 1 }, { lookLeft: 1 }, { eyeLookOutLeft: 1, eyeLookInRight: 1 }]) {
    const { left, right } = expressionOf(blends);
    assert.deepEqual([left.look, right.look], [[1, 0], [1, 0]]);
  }
});

test("whatever is told, a face stays within its limits, and nothing told is a face at rest", () => {
  const rest = expressionOf();
  const numbers = (face) => [face.left.shut, face.right.shut, ...face.left.look, ...face.right.look, face.open, face.wide, face.smile, face.brow, face.frown];
  assert.ok(numbers(rest).every((value) => value === 0));
  const names = ["Joy", "Angry", "A", "O", "Blink", "LookUp", "LookLeft", "jawOpen", "browDownLeft", "mouthPucker", "Surprised", "eyeLookInLeft", "unheard of"];
  for (const name of names) {
    for (const value of [-3, 0.5, 7]) {
      assert.ok(numbers(expressionOf({ [name]: value, Fun: value })).every((number) => number >= -1 && number <= 1), `${name} ${value}`);
    }
  }
});

test("an eye that shuts is a line, a jaw that opens parts the lips", () => {
  const mannequin = new Mannequin();
  const lips = () => {
    const { array } = mannequin.countenance.mouth.geometry.attributes.position;
    return Math.max(...Array.from({ length: array.length / 9 }, (_, at) => array[9 * at + 1] - array[9 * at + 7]));
  };
  mannequin.pose({ ...alone, blends: { Blink_R: 1 } });
  const { left, right } = mannequin.countenance.eyes;
  assert.ok(right.scale.y < 0.2 * left.scale.y);
  const shut = lips();
  mannequin.pose({ ...alone, extra_rotations_xyzw: { Jaw: [Math.sin(0.2), 0, 0, Math.cos(0.2)] } });
  assert.ok(lips() > 2 * shut);
  assert.deepEqual(mittens(mannequin), [true, true]); // of fingers nothing was told
});
