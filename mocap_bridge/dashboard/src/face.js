// A face as a guest tells it: expressions by the names that VMC's senders have for them, on whatever the avatar has.
const PRESETS = {
  joy: "happy", sorrow: "sad", fun: "relaxed", a: "aa", i: "ih", u: "ou", e: "ee", o: "oh", blink_l: "blinkleft", blink_r: "blinkright",
};

export class Face {
  /** `manager` is three-vrm's, or none where an avatar has no expressions. */
  constructor(manager) {
    this.manager = manager;
    this.names = new Map((manager?.expressions ?? []).map(({ expressionName: name }) => [name.toLowerCase(), name]));
  }

  /** Shows these expressions, by name 0..1, and no others. Those that the avatar lacks are left out. */
  show(blends) {
    this.manager?.resetValues();
    for (const [told, value] of Object.entries(blends)) {
      const name = this.#named(told.toLowerCase());
      if (name) this.manager.setValue(name, Math.max(value, this.manager.getValue(name))); // Joy and happy are one
    }
  }

  /** The avatar's own name; VRM 1.0's for what VRM 0.x, and so VMC, has called otherwise. */
  #named(told) {
    return this.names.get(told) ?? this.names.get(PRESETS[told]);
  }
}
