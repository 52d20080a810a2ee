// Files without a browser: no pictures, which do not matter to where bones are.
import { readFileSync } from "node:fs";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
import { VRMLoaderPlugin } from "@pixiv/three-vrm";

globalThis.self ??= globalThis;

class NoTextures {
  name = "NO_TEXTURES";
  loadTexture() {
    return Promise.resolve(null);
  }
}

export async function loadWhole(file, plugin) {
  const loader = new GLTFLoader();
  loader.register(() => new NoTextures());
  if (plugin) loader.register(plugin);
  const bytes = readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  return loader.parseAsync(buffer, "");
}

export async function load(file, plugin) {
  return (await loadWhole(file, plugin)).userData;
}

export async function loadVrm(file) {
  return (await load(file, (parser) => new VRMLoaderPlugin(parser))).vrm;
}
