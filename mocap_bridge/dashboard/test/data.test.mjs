// What comes over the wire and what is made of it, without a browser.
import { test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Desk, Feed, socketUrl } from "../src/feed.js";
import { EventSpans, History, wholeMs } from "../src/history.js";
import { RecentScenes, pictureFrom, sceneFrom } from "../src/scene.js";
import { Pace } from "../src/pace.js";
import { unpack } from "../src/packed.js";
import { fixOf, marksOf, offsetOf } from "../src/rules.js";
import { Rates, doing, spoken } from "../src/panels.js";
import { short } from "../src/plots.js";
import { tokenIn } from "../src/token.js";
import { particlesM } from "../src/effects.js";
import { Face } from "../src/face.js";

const status = (fps, stages = {}) => ({ fps, latency_ms: 2 * fps, stages_ms: stages });
const moment = (timeS, ...names) => ({ time_s: timeS, events: names.map((name) => ({ name, id: 1, strength: 1, since_s: timeS - 0.1 })) });

test("what is no scene is refused, and a broken person is left out", () => {
  for (const text of ["", "[]", "null", '{"time_s": 1}', '{"time_s": null, "people": [], "camera": {}}']) assert.throws(() => sceneFrom(text));
  const scene = sceneFrom('{"time_s": 1, "camera": {}, "people": [{"id": 3, "rotations_xyzw": [[0, 0, 0, 1]]}], "events": []}');
  assert.deepEqual(scene.people, []);
});

test("a packed scene is the scene that the take's line tells", () => {
  for (const [packed, take] of [["scene.msgpack", "one.take.jsonl"], ["events.msgpack", "events.take.jsonl"], ["guest.msgpack", "guest.take.jsonl"]]) {
    const bytes = readFileSync(new URL(`../../../tests/golden/${packed}`, import.meta.url));
    const found = sceneFrom(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    const lines = readFileSync(new URL(`../../../tests/golden/${take}`, import.meta.url), "utf8").trim().split("\n").slice(1);
    alike(found, lines.map(sceneFrom).find(({ frame }) => frame === found.frame), packed);
  }
});

/** The same keys and texts, and numbers as close as float32 and a take's rounding let them be. */
function alike(found, wanted, path) {
  if (typeof wanted === "number") return assert.ok(Math.abs(found - wanted) < 6e-3 * Math.max(1, Math.abs(wanted) / 100), `${path}: ${found}, not ${wanted}`);
  if (wanted === null || typeof wanted !== "object") return assert.equal(found, wanted, path);
  assert.deepEqual(Object.keys(found).sort(), Object.keys(wanted).sort(), path);
  Object.keys(wanted).forEach((key) => alike(found[key], wanted[key], `${path}.${key}`));
}

test("every kind of MessagePack value is read, and what is cut short is refused", () => {
  const packed = [0x96, 0xcd, 1, 0, 0xff, 0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xa2, 0xc3, 0xa4, 0x81, 0xa1, 0x61, 0xc3, 0xc4, 2, 7, 8];
  const [large, negative, half, text, map, bin] = unpack(Uint8Array.from(packed).buffer);
  assert.deepEqual([large, negative, half, text, map, [...new Uint8Array(bin)]], [256, -1, 1.5, "ä", { a: true }, [7, 8]]);
  for (let length = 0; length < packed.length; length++) assert.throws(() => unpack(Uint8Array.from(packed.slice(0, length)).buffer), RangeError);
  assert.throws(() => unpack(Uint8Array.of(0xc1).buffer), RangeError);
});

test("a late picture finds its scene, and old ones are forgotten", () => {
  const recent = new RecentScenes(3);
  for (let frame = 0; frame < 5; frame++) recent.add({ frame });
  assert.equal(recent.of(3).frame, 3);
  assert.equal(recent.of(0).frame, 2); // forgotten: the nearest stands in
  assert.equal(recent.byFrame.size, 3);
});

test("a picture's head is read little-endian", () => {
  const message = new ArrayBuffer(14);
  const view = new DataView(message);
  view.setUint32(0, 77, true);
  view.setFloat64(4, 1.5, true);
  new Uint8Array(message, 12).set([0xff, 0xd8]);
  assert.deepEqual(pictureFrom(message), { frame: 77, timeS: 1.5, jpeg: new Uint8Array([0xff, 0xd8]) });
});

test("sockets are addressed beside the page, with the token and without its fragment", () => {
  assert.equal(socketUrl("http://127.0.0.1:8900/#x", "./stream", "", { hz: 30 }), "ws://127.0.0.1:8900/stream?hz=30");
  assert.equal(socketUrl("https://studio.local/", "./control", "a b"), "wss://studio.local/control?token=a+b");
});

test("answers find who asked, refusals too, and nobody waits for a lost connection", async () => {
  const sent = [];
  const desk = new Desk({ send: (text) => sent.push(JSON.parse(text)) });
  const [one, two, three] = [desk.ask({ do: "stop" }), desk.ask({ do: "start" }), desk.ask({ do: "start" })];
  assert.deepEqual(sent[1], { id: 2, do: "start" });
  assert.ok(desk.take({ answer: 2, refused: "no" }));
  assert.ok(desk.take({ answer: 1, done: "stopped" }));
  assert.ok(!desk.take({ type: "status" }));
  desk.drop();
  assert.equal(await one, "stopped");
  await assert.rejects(two, /no/);
  await assert.rejects(three, /lost/);
  await assert.rejects(new Desk({ send: () => false }).ask({ do: "stop" }), /no connection/);
});

test("a feed that is lost comes back until it is closed", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const made = [];
  globalThis.WebSocket = class {
    constructor(url) {
      made.push(this);
      this.url = url;
    }
    close() {
      this.onclose?.();
    }
  };
  const states = [];
  const feed = new Feed(() => "ws://x", { onMessage: () => {}, onState: (open, attempts) => states.push([open, attempts]) });
  feed.open();
  feed.open();
  made[0].onopen();
  made[0].onclose();
  t.mock.timers.tick(600);
  made[1].onclose();
  t.mock.timers.tick(600); // the second wait is longer
  assert.equal(made.length, 2);
  t.mock.timers.tick(600);
  assert.equal(made.length, 3);
  feed.close();
  t.mock.timers.tick(60000);
  assert.equal(made.length, 3);
  assert.deepEqual(states, [[true, 0], [false, 1], [false, 2]]);
});

test("a feed with a window tells what was taken, by halves, and begins anew with every connection", () => {
  const made = [];
  globalThis.WebSocket = class {
    static OPEN = 1;
    readyState = 1;
    sent = [];
    constructor() {
      made.push(this);
    }
    send(text) {
      this.sent.push(text);
    }
    close() {}
  };
  const feed = new Feed(() => "ws://x", { onMessage: () => {}, window: 4 });
  feed.open();
  made[0].onopen();
  made[0].onmessage({ data: "1" });
  feed.taken();
  assert.deepEqual(made[0].sent, []);
  for (const data of ["2", "3"]) made[0].onmessage({ data });
  feed.taken();
  feed.taken();
  assert.deepEqual(made[0].sent, ["3"]);
  made[0].onmessage({ data: "4" });
  feed.close();
  feed.open();
  made[1].onmessage({ data: "1" });
  feed.taken();
  assert.deepEqual(made[1].sent, []);
  feed.close();
});

test("the plots keep a minute and end at a round number", () => {
  const history = new History(60);
  for (let second = 0; second <= 100; second++) history.add(second, status(second));
  assert.equal(history.samples.length, 61);
  assert.equal(history.top(({ fps }) => fps, 10), 100);
  assert.equal(new History().top(({ fps }) => fps, 10), 10);
  assert.equal(wholeMs({ stagesMs: { detect: 2, estimate: 3, unheard: 9 } }), 5);
});

test("events begin and end by comparing what is active, and are forgotten in time", () => {
  const spans = new EventSpans(30);
  [moment(1), moment(2, "clap"), moment(2.1, "clap", "jump"), moment(2.2, "jump"), moment(3), moment(4, "clap")].forEach((scene) => spans.add(scene));
  assert.deepEqual(spans.names, ["clap", "jump"]);
  assert.deepEqual(spans.spans.map(({ name, endS, open }) => [name, endS, open]), [["clap", 2.1, false], ["jump", 2.2, false], ["clap", 4, true]]);
  spans.add(moment(32.15));
  assert.deepEqual(spans.names, ["clap", "jump"]);
  spans.add(moment(33));
  assert.deepEqual(spans.names, ["clap"]);
  spans.add(moment(0.5)); // the take began anew
  assert.deepEqual(spans.names, []);
});

test("particles are the same at the same time, around hips and hands", () => {
  const hips = [0, 1, -3];
  const one = particlesM(hips, [[0.5, 1, -3], [-0.5, 1, -3]], 1.2);
  assert.deepEqual(one, particlesM(hips, [[0.5, 1, -3], [-0.5, 1, -3]], 1.2));
  assert.ok(one.every(({ at }) => at.every((value, axis) => Math.abs(value - hips[axis]) < 0.8)));
  const depths = one.filter(({ tone }) => tone < 3).map(({ at }) => at[2] + 3);
  assert.ok(Math.min(...depths) < -0.3 && Math.max(...depths) > 0.3); // before and behind the body
});

test("a problem's line and column are found in the text, also past its end", () => {
  const text = "ab\ncdef\n";
  assert.deepEqual([[1, 1], [2, 3], [2, 99], [9, 1]].map(([line, column]) => offsetOf(text, line, column)), [0, 5, 7, 8]);
});

test("drawing rests as long as it took, and never has two frames under way", () => {
  let done = false;
  const gl = { SYNC_STATUS: 1, SIGNALED: 2, fenceSync: () => ({}), flush() {}, deleteSync() {}, getSyncParameter: () => (done ? 2 : 0) };
  const pace = new Pace(gl);
  assert.ok(pace.ready(0));
  pace.begun(0);
  assert.ok(!pace.ready(50)); // still under way
  done = true;
  assert.ok(!pace.ready(100)); // done, after 100 ms: rests until 200
  assert.ok(!pace.ready(199));
  assert.ok(pace.ready(200));
  pace.begun(200);
  assert.ok(pace.ready(216)); // a quick one needs no rest
});

test("what is wrong is underlined to the end of its word, and nothing twice", () => {
  const text = 'when = "y(Haed_top) > speeed"\nhold_s = -1\n';
  const marks = marksOf(text, [{ line: 2, column: 1 }, { line: 1, column: 11 }, { line: 1, column: 13 }, { line: 9, column: 9 }]);
  assert.deepEqual(marks.map(([from, to]) => text.slice(from, to)), ["Haed_top", "hold_s", ""]);
});

test("a complaint's better word is offered for the one that stands there, and for no other", () => {
  const text = 'when = "y(Haed_top)"';
  const message = 'nothing is called "Haed_top"; did you mean "Head_top"?';
  assert.deepEqual(fixOf(text, { line: 1, column: 11, message }), { wrong: "Haed_top", right: "Head_top", from: 10 });
  assert.equal(fixOf(text, { line: 1, column: 1, message }), null);
  assert.equal(fixOf(text, { line: 1, column: 11, message: "this is no expression" }), null);
});

test("an event says how often, with whom and which way, as Python has written it", () => {
  const events = readFileSync(new URL("../../../tests/golden/events.take.jsonl", import.meta.url), "utf8").trim().split("\n").slice(1).flatMap((line) => sceneFrom(line).events);
  assert.deepEqual(events.map(doing), ["hands_up", "high_five ×3 with 7", "high_five ×1 with 9", "pointing →", "party"]);
  const spans = new EventSpans();
  spans.add({ time_s: 1, events });
  assert.deepEqual(spans.spans.map(({ said }) => said), ["4", "4+7 ×3", "4+9 ×1", "7", ""]);
  assert.equal(doing({ name: "point", direction_world: [-0.6, 0.6, 0.5] }), "point ↖");
  assert.equal(doing({ name: "point", direction_world: [0.1, 0.1, 0.99] }), "point at the camera");
});

test("rates are those of the last seconds, and a counter may begin anew", () => {
  const rates = new Rates(2);
  assert.equal(rates.add(1, 0, 100), null);
  assert.equal(rates.add(1, 1, 130), 30);
  assert.equal(rates.add(1, 4, 400), null); // nothing was heard for longer
  assert.equal(rates.add(1, 5, 460), 60);
  assert.equal(rates.add(1, 6, 0), null);
});

test("long latencies and long axes are told in few characters", () => {
  assert.deepEqual([27.4, 999, 5872].map(spoken), [["27", "ms"], ["999", "ms"], ["5.9", "s"]]);
  assert.deepEqual([0, 2.5, 50, 5000, 10000].map(short), ["0", "2.5", "50", "5k", "10k"]);
});

test("a token may be pasted with the whole address", () => {
  assert.equal(tokenIn(" abc "), "abc");
  assert.equal(tokenIn("http://127.0.0.1:8900/#token=abc\n"), "abc");
});

test("a face shows what is told now and nothing else, by old names and new ones, large and small letters alike", () => {
  const weights = new Map(["happy", "Wink", "blinkLeft"].map((name) => [name, 0.9]));
  const face = new Face({
    expressions: [...weights.keys()].map((expressionName) => ({ expressionName })),
    resetValues: () => weights.forEach((_, name) => weights.set(name, 0)),
    getValue: (name) => weights.get(name),
    setValue: (name, value) => weights.set(name, value),
  });
  face.show({ Joy: 0.5, happy: 0.3, wink: 0.2, tongueOut: 1 });
  assert.deepEqual(Object.fromEntries(weights), { happy: 0.5, Wink: 0.2, blinkLeft: 0 });
  face.show({ Blink_L: 1 });
  assert.deepEqual(Object.fromEntries(weights), { happy: 0, Wink: 0, blinkLeft: 1 });
  new Face(undefined).show({ Joy: 1 }); // an avatar without a face
});
