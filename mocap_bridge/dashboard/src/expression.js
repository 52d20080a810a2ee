// What a face does, from the names that programs have for it: VRM 0.x and 1.0, and the 52 of ARKit. Numbers only.
const BLINKS = { left: ["blink_l", "blinkleft", "eyeblinkleft"], right: ["blink_r", "blinkright", "eyeblinkright"] };
const SPEAKS = { a: [1, 0], i: [0.25, 0.5], u: [0.3, -0.8], e: [0.45, 0.3], o: [0.65, -0.6] }; // how open, how wide
const VRM1 = { aa: "a", ih: "i", ou: "u", ee: "e", oh: "o" };

const within = (low, value, high) => Math.min(high, Math.max(low, value));

/** An expression by its name: blinks, `open` and `joy` 0..1; `wide`, `smile`, `brow` (up) and `frown` -1..1; looks -1..1, +x to the left of whoever looks. */
export function expressionOf(blends = {}) {
  const told = Object.fromEntries(Object.entries(blends).map(([name, value]) => [VRM1[name.toLowerCase()] ?? name.toLowerCase(), value]));
  const most = (...names) => Math.max(0, ...names.map((name) => told[name] ?? 0));
  const mean = (name) => (most(`${name}left`) + most(`${name}right`)) / 2;
  const joy = most("joy", "happy", "fun", "relaxed");
  const [sorrow, angry] = [most("sorrow", "sad"), most("angry")];
  const spoken = (part) => Object.entries(SPEAKS).reduce((sum, [vowel, shape]) => sum + shape[part] * most(vowel), 0);
  const both = most("blink", "eyeblink");
  const blink = (side) => within(0, Math.max(both, most(...BLINKS[side])), 1);
  const look = (side, inwards) => most("lookleft") - most("lookright") + inwards * (most(`eyelookin${side}`) - most(`eyelookout${side}`));
  const up = (side) => most("lookup") - most("lookdown") + most(`eyelookup${side}`) - most(`eyelookdown${side}`);
  const brow = most("surprised", "browinnerup") + 0.5 * joy + 0.5 * mean("browouterup") - mean("browdown") - angry;
  return {
    left: { shut: blink("left"), look: [within(-1, look("left", -1), 1), within(-1, up("left"), 1)] },
    right: { shut: blink("right"), look: [within(-1, look("right", 1), 1), within(-1, up("right"), 1)] },
    open: within(0, Math.max(most("jawopen"), spoken(0), 0.6 * most("surprised")), 1),
    wide: within(-1, spoken(1) + 0.4 * joy + mean("mouthstretch") - most("mouthpucker", "mouthfunnel"), 1),
    smile: within(-1, Math.max(joy, mean("mouthsmile")) - Math.max(sorrow, 0.6 * angry, mean("mouthfrown")), 1),
    brow: within(-1, brow, 1),
    frown: within(-1, Math.max(angry, mean("browdown")) - Math.max(sorrow, most("browinnerup")), 1),
  };
}
