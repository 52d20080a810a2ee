// Effects over the camera's picture, behind and before the body: capsules that fill only the depth hide what lies behind.
import {
  BufferGeometry, Camera, Color, CustomBlending, Float32BufferAttribute, Group, MeshBasicMaterial, OneFactor, OneMinusSrcAlphaFactor, Points,
  Scene, ShaderMaterial, WebGLRenderer,
} from "three";
import { BONE } from "./rig.js";
import { Capsules } from "./capsules.js";
import { lookThrough } from "./lens.js";
import { Pace, drawsInSoftware } from "./pace.js";
import { isPose } from "./scene.js";

const RING = 72;
const SPARKS = 22;

/** Where a person's particles are at a moment: three rings about the hips, sparks about the hands. Pure. */
export function particlesM(hips, hands, timeS) {
  const points = [];
  for (let index = 0; index < RING; index++) {
    const [ring, turn] = [index % 3, index / RING];
    const angle = 2 * Math.PI * turn + timeS * (1.3 + 0.35 * ring) * (ring === 1 ? -1 : 1);
    const radius = 0.34 + 0.05 * ring;
    const lift = 0.07 * Math.sin(2 * angle + timeS) + 0.1 * (ring - 1);
    points.push({ at: [hips[0] + radius * Math.cos(angle), hips[1] + lift, hips[2] + radius * Math.sin(angle)], tone: ring });
  }
  for (const [hand, [x, y, z]] of hands.entries()) {
    for (let index = 0; index < SPARKS; index++) {
      const age = (timeS * 0.9 + index / SPARKS) % 1;
      const angle = index * 2.4 + timeS * 2;
      const radius = 0.03 + 0.16 * age;
      points.push({ at: [x + radius * Math.cos(angle), y + 0.25 * age - 0.02, z + radius * Math.sin(angle)], tone: 3 + hand, age });
    }
  }
  return points;
}

const TONES = [0x7ef0c2, 0x58b7ff, 0xc59bff, 0xff9a3c, 0x409cff].map((tone) => new Color(tone));

const GLOW = {
  transparent: true,
  depthWrite: false,
  blending: CustomBlending, // premultiplied: glows on a dark picture, shows on a bright one
  blendSrc: OneFactor,
  blendDst: OneMinusSrcAlphaFactor,
  uniforms: { sizePx: { value: 12 } },
  vertexShader: `
    attribute vec4 glow;
    varying vec4 vGlow;
    uniform float sizePx;
    void main() {
      vGlow = glow;
      gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
      gl_PointSize = clamp(sizePx / gl_Position.w, 2.0, 64.0);
    }`,
  fragmentShader: `
    varying vec4 vGlow;
    void main() {
      float far = length(gl_PointCoord - 0.5) * 2.0;
      float halo = pow(smoothstep(1.0, 0.0, far), 2.0);
      float core = smoothstep(0.5, 0.3, far);
      vec3 light = vGlow.rgb * max(halo, core) + vec3(0.55) * smoothstep(0.3, 0.0, far);
      gl_FragColor = vec4(light, max(0.5 * halo, core)) * vGlow.a;
    }`,
};

export class Effects {
  constructor(canvas) {
    this.canvas = canvas;
    this.renderer = new WebGLRenderer({ canvas, alpha: true, premultipliedAlpha: true });
    this.renderer.setClearColor(0x000000, 0);
    this.pace = new Pace(this.renderer.getContext(), drawsInSoftware(document) ? 3 : 1);
    this.scene = new Scene();
    this.eye = new Camera();
    this.depthOnly = new MeshBasicMaterial({ colorWrite: false });
    this.bodies = new Map();
    this.bodyRoot = new Group();
    this.bodyRoot.renderOrder = -1;
    this.points = new Points(new BufferGeometry(), new ShaderMaterial(GLOW));
    this.points.frustumCulled = false;
    this.scene.add(this.bodyRoot, this.points);
  }

  /** Draws one scene, if the last one is done. */
  show(scene, nowMs) {
    if (!this.pace.ready(nowMs)) return;
    this.draw(scene);
    this.pace.begun(nowMs);
  }

  /** Draws one scene; `probe` replaces the particles by given points, each {at, tone}. */
  draw(scene, probe = null) {
    this.#resize();
    lookThrough(this.eye, scene.camera);
    const posed = scene.people.filter(isPose);
    this.#hide(posed);
    this.#place(probe ?? posed.flatMap((person) => this.#around(person, scene.time_s)));
    this.renderer.render(this.scene, this.eye);
  }

  #hide(posed) {
    const present = new Set(posed.map(({ id }) => id));
    for (const [id, body] of this.bodies) {
      if (present.has(id)) continue;
      this.bodyRoot.remove(body.root);
      body.dispose();
      this.bodies.delete(id);
    }
    for (const person of posed) {
      if (!this.bodies.has(person.id)) {
        const body = new Capsules(this.depthOnly);
        body.meshes.forEach((mesh) => (mesh.renderOrder = -1)); // depth first, then what it may hide
        this.bodies.set(person.id, body);
        this.bodyRoot.add(body.root);
      }
      this.bodies.get(person.id).show(person);
    }
  }

  #around(person, timeS) {
    const { nodes } = this.bodies.get(person.id).bones;
    const place = (bone) => nodes[BONE[bone]].matrixWorld.elements.slice(12, 15);
    return particlesM(person.hips_world_m, [place("LeftHand"), place("RightHand")], timeS);
  }

  #place(points) {
    const geometry = this.points.geometry;
    geometry.setAttribute("position", new Float32BufferAttribute(points.flatMap(({ at }) => at), 3));
    const glow = points.flatMap(({ tone, age = 0 }) => [...TONES[tone].toArray(), 1 - age]);
    geometry.setAttribute("glow", new Float32BufferAttribute(glow, 4));
    this.points.material.uniforms.sizePx.value = 0.055 * this.canvas.height * 1.2;
  }

  #resize() {
    const ratio = Math.min(window.devicePixelRatio, 2);
    const [width, height] = [Math.round(this.canvas.clientWidth * ratio), Math.round(this.canvas.clientHeight * ratio)];
    if (width && (this.canvas.width !== width || this.canvas.height !== height)) this.renderer.setSize(width, height, false);
  }
}
