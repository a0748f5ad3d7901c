// Where one looks from: around the scene freely, or through its own camera.
import { OrbitControls, PerspectiveCamera } from "@react-three/drei";
import { useFrame, useThree } from "@react-three/fiber";
import { useEffect, useRef } from "react";
import type { PerspectiveCamera as Eye } from "three";
import { Vector3 } from "three";
import type { OrbitControls as Controls } from "three-stdlib";
import { useApp } from "../state";
import { boxOf } from "./Model";
import type { SceneModel } from "./useSceneModel";

/** Follows the scene's camera; its lens is kept upright for the window's shape. */
function FilmCamera({ model }: { model: SceneModel }) {
  const eye = useRef<Eye>(null), size = useThree((s) => s.size);
  useFrame(() => {
    const own = model.camera, mine = eye.current;
    if (!own || !mine) return;
    own.updateWorldMatrix(true, false);
    own.matrixWorld.decompose(mine.position, mine.quaternion, new Vector3());
    const filmAspect = 16 / 9, aspect = size.width / size.height;
    const half = Math.tan((own.fov * Math.PI) / 360);
    mine.fov = aspect < filmAspect ? (Math.atan((half * filmAspect) / aspect) * 360) / Math.PI : own.fov;
    mine.updateProjectionMatrix();
  }, -1);
  return <PerspectiveCamera ref={eye} makeDefault near={.05} far={9000} />;
}

export function Camera({ model }: { model: SceneModel | null }) {
  const isThrough = useApp((s) => s.isThroughCamera);
  const controls = useRef<Controls>(null);
  const hasFramed = useRef<string | null>(null);
  const project = model?.key.split("/")[0] ?? null;
  useEffect(() => {
    if (!model || isThrough || !controls.current || hasFramed.current === project) return;
    hasFramed.current = project;
    const box = boxOf(model.root), center = box.getCenter(new Vector3()), reach = Math.max(1, box.getSize(new Vector3()).length());
    const own = model.camera;
    own?.updateWorldMatrix(true, false);
    const from = own ? new Vector3().setFromMatrixPosition(own.matrixWorld).sub(center).normalize() : new Vector3(.5, .35, 1).normalize();
    controls.current.target.copy(center);
    controls.current.object.position.copy(center).addScaledVector(from, Math.min(60, reach * 1.75));
    controls.current.update();
  }, [model, isThrough, project]);
  if (isThrough && model?.camera) return <FilmCamera model={model} />;
  return (
    <>
      <PerspectiveCamera makeDefault fov={38} near={.05} far={9000} position={[3.4, 2.2, 5.4]} />
      <OrbitControls ref={controls} makeDefault target={[0, .5, 0]} maxPolarAngle={Math.PI * .52} minDistance={.2} maxDistance={400} dampingFactor={.12} />
    </>
  );
}
