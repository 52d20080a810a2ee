// Scenes as MessagePack, the way ZeroMQ's topic `scene` has them: they cost the program a third of what text does.
import { CONTACTS, EXTRA_BONES } from "./skeleton.js";

const TEXT = new TextDecoder();

/** The value in a MessagePack message; `bin` becomes an ArrayBuffer. Throws RangeError for bytes that are none. */
export function unpack(buffer) {
  const view = new DataView(buffer);
  let at = 0;
  const number = (kind, size) => ((at += size), view[`get${kind}`](at - size));
  const bytes = (count) => {
    if (at + count > buffer.byteLength) throw new RangeError("the message is cut short");
    return buffer.slice(at, (at += count));
  };
  const text = (count) => TEXT.decode(bytes(count));
  const list = (count) => {
    const values = [];
    while (values.length < count) values.push(value());
    return values;
  };
  const map = (count) => {
    const entries = [];
    while (entries.length < count) entries.push([value(), value()]);
    return Object.fromEntries(entries);
  };
  const KINDS = {
    0xc0: () => null, 0xc2: () => false, 0xc3: () => true,
    0xc4: () => bytes(number("Uint8", 1)), 0xc5: () => bytes(number("Uint16", 2)), 0xc6: () => bytes(number("Uint32", 4)),
    0xca: () => number("Float32", 4), 0xcb: () => number("Float64", 8),
    0xcc: () => number("Uint8", 1), 0xcd: () => number("Uint16", 2), 0xce: () => number("Uint32", 4), 0xcf: () => Number(number("BigUint64", 8)),
    0xd0: () => number("Int8", 1), 0xd1: () => number("Int16", 2), 0xd2: () => number("Int32", 4), 0xd3: () => Number(number("BigInt64", 8)),
    0xd9: () => text(number("Uint8", 1)), 0xda: () => text(number("Uint16", 2)), 0xdb: () => text(number("Uint32", 4)),
    0xdc: () => list(number("Uint16", 2)), 0xdd: () => list(number("Uint32", 4)),
    0xde: () => map(number("Uint16", 2)), 0xdf: () => map(number("Uint32", 4)),
  };
  function value() {
    const kind = number("Uint8", 1);
    if (kind < 0x80) return kind;
    if (kind < 0x90) return map(kind & 0x0f);
    if (kind < 0xa0) return list(kind & 0x0f);
    if (kind < 0xc0) return text(kind & 0x1f);
    if (kind >= 0xe0) return kind - 0x100;
    if (!KINDS[kind]) throw new RangeError(`0x${kind.toString(16)} begins nothing that a scene has`);
    return KINDS[kind]();
  }
  return value();
}

const values = (raw) => Array.from(new Float32Array(raw)); // little-endian, as every browser's machine is
const rows = (raw, width) => {
  const all = values(raw);
  return Array.from({ length: all.length / width }, (_, row) => all.slice(row * width, (row + 1) * width));
};

const bodyOf = (body) => ({
  box_px: values(body.box_px), joints_px: rows(body.joints_px, 2), joints_world_m: rows(body.joints_world_m, 3), visibility: values(body.visibility),
});

const poseOf = (pose) => ({
  hips_world_m: values(pose.hips_world_m), rotations_xyzw: rows(pose.rotations_xyzw, 4), bone_visibility: values(pose.visibility),
  bone_lengths_m: values(pose.bone_lengths_m), contacts: Object.fromEntries(values(pose.contacts).map((share, index) => [CONTACTS[index], share])),
  ...((pose.girth ?? 1) === 1 ? {} : { girth: pose.girth }),
  ...(pose.extra_rotations_xyzw ? { extra_rotations_xyzw: toldOf(pose.extra_rotations_xyzw) } : {}),
  ...(pose.blends ? { blends: pose.blends } : {}),
});

/** By bone, those that a guest tells: zeros stand for the others. */
const toldOf = (raw) => Object.fromEntries(rows(raw, 4).map((turn, row) => [EXTRA_BONES[row], turn]).filter(([, turn]) => turn.some(Boolean)));

const eventOf = ({ person_id: id, anchor_world_m: anchor, direction_world: way, ...said }) => ({
  id, ...said, anchor_world_m: values(anchor), ...(way ? { direction_world: values(way) } : {}),
});

/** What a line of a take has, from a packed scene: a body and a pose of one person share an entry. */
export function sceneFromPacked(buffer) {
  const { frame_index: frame, time_s: timeS, camera, bodies, poses, events } = unpack(buffer);
  const people = new Map();
  const put = (id, facts) => people.set(id, { ...(people.get(id) ?? { id }), ...facts });
  bodies.forEach((body) => put(body.person_id, bodyOf(body)));
  poses.forEach((pose) => put(pose.person_id, poseOf(pose)));
  return {
    frame, time_s: timeS, people: [...people.values()], events: events.map(eventOf),
    camera: {
      size_px: values(camera.size_px), focal_px: values(camera.focal_px), center_px: values(camera.center_px),
      world_from_camera: rows(camera.world_from_camera, 4),
    },
  };
}
