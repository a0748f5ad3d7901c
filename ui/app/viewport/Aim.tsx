// What lies under a point of the window: where something that is dropped there is put.
import { useThree } from "@react-three/fiber";
import { useEffect } from "react";
import type { Camera, Object3D } from "three";
import { Plane, Raycaster, Vector2, Vector3 } from "three";
import { setAim } from "./aiming";
import type { SceneModel } from "./useSceneModel";

const floor = new Plane(new Vector3(0, 1, 0), 0);
/** Farther away a hand does not mean a place, but the horizon. */
const farthestM = 120;

/** On the nearest surface, or on the floor where there is none; `x` and `y` are -1 to 1, to the right and up. Null above the horizon. */
export function pointUnder(root: Object3D, camera: Camera, x: number, y: number): Vector3 | null {
  const ray = new Raycaster();
  ray.setFromCamera(new Vector2(x, y), camera);
  const hit = ray.intersectObject(root, true).find(({ object }) => object.visible)?.point ?? ray.ray.intersectPlane(floor, new Vector3());
  return hit && hit.distanceTo(ray.ray.origin) <= farthestM ? hit : null;
}

export function Aim({ model }: { model: SceneModel }) {
  const camera = useThree((s) => s.camera), gl = useThree((s) => s.gl);
  useEffect(() => setAim((clientX, clientY) => {
    const { left, top, width, height } = gl.domElement.getBoundingClientRect(), x = (clientX - left) / width, y = (clientY - top) / height;
    return x < 0 || x > 1 || y < 0 || y > 1 ? null : pointUnder(model.root, camera, x * 2 - 1, 1 - y * 2)?.toArray() ?? null;
  }), [model, camera, gl]);
  return null;
}
