// The world view: floor, camera, everybody; drawn only when something has changed.
import {
  Box3, BufferGeometry, CircleGeometry, Color, DirectionalLight, Float32BufferAttribute, Fog, Group, HemisphereLight, LineBasicMaterial,
  LineSegments, Mesh, PCFSoftShadowMap, PerspectiveCamera, Scene, ShadowMaterial, Vector3, WebGLRenderer,
} from "three";
import { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";
import { frustumLinesM } from "./lens.js";
import { Pace, drawsInSoftware } from "./pace.js";

const FLOOR_M = 12;

export class Stage {
  constructor(canvas, figures) {
    this.canvas = canvas;
    this.figures = figures;
    const plain = drawsInSoftware(document);
    this.mostRatio = plain ? 0.7 : 2;
    this.renderer = new WebGLRenderer({ canvas, antialias: !plain });
    this.pace = new Pace(this.renderer.getContext(), plain ? 3 : 1);
    this.renderer.shadowMap.enabled = !plain;
    this.renderer.shadowMap.type = PCFSoftShadowMap;
    this.scene = new Scene();
    this.camera = new PerspectiveCamera(38, 1, 0.05, 60);
    this.camera.position.set(2.6, 1.9, 1.4);
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.target.set(0, 0.9, -3);
    this.controls.maxDistance = 25;
    this.controls.listenToKeyEvents(canvas);
    canvas.style.touchAction = "pan-y"; // a thumb that scrolls a phone's page must get past the view; aside it turns it
    this.controls.addEventListener("change", () => (this.stale = true));
    this.controls.addEventListener("start", () => (this.steered = true)); // from then on the view is the user's
    this.controls.update();
    this.floor = this.#floor();
    this.frustum = new LineSegments(new BufferGeometry(), new LineBasicMaterial({ color: 0x35c48d }));
    this.frustum.frustumCulled = false;
    this.scene.add(...this.#lights(), this.floor, this.frustum, figures.root);
    this.looked = this.inView = false;
    this.stale = true;
    new IntersectionObserver(([{ isIntersecting }]) => (this.inView = isIntersecting)).observe(canvas);
    new ResizeObserver(() => this.#resize()).observe(canvas);
  }

  #lights() {
    const sun = new DirectionalLight(0xffffff, 2.2);
    sun.position.set(3, 6, 2);
    sun.castShadow = true;
    sun.shadow.mapSize.set(1024, 1024);
    Object.assign(sun.shadow.camera, { left: -5, right: 5, top: 5, bottom: -5, near: 0.5, far: 16 });
    sun.shadow.bias = -0.0005;
    sun.target.position.set(0, 0, -3);
    const back = new DirectionalLight(0x9fc0ff, 0.7);
    back.position.set(-4, 3, -8);
    return [sun, sun.target, back, new HemisphereLight(0xffffff, 0x555a66, 1.15)];
  }

  #floor() {
    const lines = (step, left) => {
      const ends = [];
      for (let at = -FLOOR_M; at <= FLOOR_M; at += step) {
        if (left(at)) continue;
        // In pieces: software rasterisers lose long lines that pass behind the eye.
        for (let from = -FLOOR_M; from < FLOOR_M; from += 2) ends.push(at, 0, from, at, 0, from + 2, from, 0, at, from + 2, 0, at);
      }
      const geometry = new BufferGeometry().setAttribute("position", new Float32BufferAttribute(ends, 3));
      return new LineSegments(geometry, new LineBasicMaterial());
    };
    this.fine = lines(0.5, Number.isInteger);
    this.coarse = lines(1, () => false);
    this.ground = new Mesh(new CircleGeometry(FLOOR_M, 48).rotateX(-Math.PI / 2), new ShadowMaterial({ opacity: 0.28 }));
    this.ground.position.y = 0.002;
    this.ground.receiveShadow = true;
    return new Group().add(this.fine, this.coarse, this.ground);
  }

  /** Colours of the page's theme. */
  paint({ background, grid, gridFine, frustum }) {
    this.scene.background = new Color(background);
    this.scene.fog = new Fog(background, 7, 20);
    this.coarse.material.color.set(grid);
    this.fine.material.color.set(gridFine);
    this.frustum.material.color.set(frustum);
    this.stale = true;
  }

  show(scene) {
    this.newest = scene;
    this.figures.show(scene);
    this.frustum.geometry.setAttribute("position", new Float32BufferAttribute(frustumLinesM(scene.camera).flat(2), 3));
    if (!this.steered && scene.people.length !== this.lookedAt && scene.people.length) this.look();
    this.stale = true;
  }

  /** Turns to the people, from where the view stands now. */
  look() {
    const hips = (this.newest?.people ?? []).filter(({ hips_world_m: at }) => at).map(({ hips_world_m: at }) => new Vector3(...at));
    if (!hips.length) return;
    const box = new Box3().setFromPoints(hips);
    const centre = box.getCenter(new Vector3()).setY(0.9);
    const reach = Math.max(4.4, 1.2 * box.getSize(new Vector3()).length() + 3.6) * Math.max(1, 1 / this.camera.aspect);
    const way = this.looked ? this.camera.position.clone().sub(this.controls.target) : new Vector3(0.55, 0.3, 1);
    this.controls.target.copy(centre);
    this.camera.position.copy(centre).add(way.setLength(reach));
    this.controls.update();
    this.looked = this.stale = true;
    this.lookedAt = this.newest.people.length;
  }

  render(nowMs) {
    if (!this.stale || !this.inView || !this.canvas.clientWidth || !this.pace.ready(nowMs)) return;
    this.stale = false;
    this.renderer.render(this.scene, this.camera);
    this.pace.begun(nowMs);
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    this.renderer.setPixelRatio(Math.min(window.devicePixelRatio, this.mostRatio));
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    this.stale = true;
  }
}
