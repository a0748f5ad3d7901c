// Where one looks from: around the scene freely, or through its own camera.
import { OrbitControls, PerspectiveCamera } from "@react-three/drei";
import { useFrame, useThree } from "@react-three/fiber";
import { useEffect, useRef, useState } from "react";
import type { PerspectiveCamera as Eye } from "three";
import { Vector3 } from "three";
import type { OrbitControls as Controls } from "three-stdlib";
import { useApp } from "../state";
import { viewOf } from "./framing";
import type { SceneModel } from "./useSceneModel";

const fov = 32;

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
  const isThrough = useApp((s) => s.isThroughCamera), size = useThree((s) => s.size);
  const [eye, setEye] = useState<Eye | null>(null), [controls, setControls] = useState<Controls | null>(null);
  const framed = useRef<{ project: string | null; eye: Eye | null; isMoved: boolean }>({ project: null, eye: null, isMoved: false });
  const project = model?.key.split("/")[0] ?? null, aspect = size.width / size.height;
  // Every version of the scene is framed anew, until hands have moved the view or work in it.
  useEffect(() => {
    if (!model || isThrough || !eye || !controls) return;
    if (framed.current.project !== project || framed.current.eye !== eye) framed.current = { project, eye, isMoved: false };
    else if (framed.current.isMoved || useApp.getState().selected) return;
    const { position, target } = viewOf(model, fov, aspect);
    eye.position.copy(position);
    controls.target.copy(target);
    controls.update();
  }, [model, isThrough, project, aspect, eye, controls]);
  if (isThrough && model?.camera) return <FilmCamera model={model} />;
  return (
    <>
      <PerspectiveCamera ref={setEye} makeDefault fov={fov} near={.05} far={9000} />
      {eye && <OrbitControls ref={setControls} camera={eye} makeDefault onStart={() => { framed.current.isMoved = true; }} maxPolarAngle={Math.PI * .52} minDistance={.2} maxDistance={400} dampingFactor={.12} />}
    </>
  );
}
