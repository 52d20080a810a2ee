// The real camera: where its picture's corners lie in the world, and how three.js looks through it.
import { Matrix4 } from "three";

const FRUSTUM_M = 0.6;

/** The world's point of a pixel at a depth in metres, for a scene's camera. */
export function pointM({ focal_px: focal, center_px: centre, world_from_camera: rows }, [u, v], depthM) {
  const seen = [((u - centre[0]) / focal[0]) * depthM, ((v - centre[1]) / focal[1]) * depthM, depthM];
  return rows.slice(0, 3).map((row) => row[0] * seen[0] + row[1] * seen[1] + row[2] * seen[2] + row[3]);
}

/** Pixel and depth of a point in the world, for a scene's camera. */
export function pixelOf({ focal_px: focal, center_px: centre, world_from_camera: rows }, point) {
  const from = rows.slice(0, 3).map((row, axis) => point[axis] - row[3]);
  const [x, y, z] = [0, 1, 2].map((column) => rows.slice(0, 3).reduce((sum, row, axis) => sum + row[column] * from[axis], 0));
  return [centre[0] + (focal[0] * x) / z, centre[1] + (focal[1] * y) / z, z];
}

/** Ends of the lines of a camera's pyramid, metres. */
export function frustumLinesM(camera) {
  const [w, h] = camera.size_px;
  const eye = camera.world_from_camera.slice(0, 3).map((row) => row[3]);
  const corners = [[0, 0], [w, 0], [w, h], [0, h]].map((pixel) => pointM(camera, pixel, FRUSTUM_M));
  return corners.flatMap((corner, index) => [[eye, corner], [corner, corners[(index + 1) % 4]]]);
}

/** Makes a three.js camera see exactly what the real one sees. */
export function lookThrough(eye, camera, nearM = 0.05, farM = 40) {
  const [w, h] = camera.size_px;
  const [fx, fy] = camera.focal_px;
  const [cx, cy] = camera.center_px;
  eye.projectionMatrix.set(
    (2 * fx) / w, 0, 1 - (2 * cx) / w, 0,
    0, (2 * fy) / h, (2 * cy) / h - 1, 0,
    0, 0, -(farM + nearM) / (farM - nearM), (-2 * farM * nearM) / (farM - nearM),
    0, 0, -1, 0,
  );
  eye.projectionMatrixInverse.copy(eye.projectionMatrix).invert();
  // OpenCV looks along +z with y down, three.js along -z with y up.
  eye.matrixAutoUpdate = false;
  eye.matrix.set(...camera.world_from_camera.flat()).multiply(new Matrix4().makeScale(1, -1, -1));
  eye.matrixWorldNeedsUpdate = true;
  eye.updateMatrixWorld(true);
}
