// Where one looks from: around the scene freely, or through its own camera.
import { OrbitControls, PerspectiveCamera } from "@react-three/drei";
import { useFrame, useThree } from "@react-three/fiber";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { PerspectiveCamera as Eye } from "three";
import { Vector3 } from "three";
import type { OrbitControls as Controls } from "three-stdlib";
import { useApp } from "../state";
import { frameIn, useFilmSize } from "./filmFrame";
import { roomUnderBar, viewOf, viewOfThing } from "./framing";
import type { Part } from "./print";
import type { SceneModel } from "./useSceneModel";

const fov = 32;

/** Follows the scene's camera; the film's picture lies in its frame, and more is seen around it. */
function FilmCamera({ model }: { model: SceneModel }) {
  const eye = useRef<Eye>(null), size = useThree((s) => s.size), film = useFilmSize(), invalidate = useThree((s) => s.invalidate);
  const { x, y, width, height } = frameIn(size, film);
  useEffect(() => invalidate(), [invalidate, width, height]);
  useFrame(() => {
    const own = model.camera, mine = eye.current;
    if (!own || !mine) return;
    own.updateWorldMatrix(true, false);
    own.matrixWorld.decompose(mine.position, mine.quaternion, new Vector3());
    mine.fov = (Math.atan((Math.tan((own.fov * Math.PI) / 360) * size.height) / height) * 360) / Math.PI;
    mine.setViewOffset(size.width, size.height, size.width / 2 - x - width / 2, size.height / 2 - y - height / 2, size.width, size.height);
    mine.updateProjectionMatrix();
    mine.userData["part"] = { x: x / size.width, y: 1 - (y + height) / size.height, width: width / size.width, height: height / size.height } satisfies Part;
  }, -1);
  return <PerspectiveCamera ref={eye} makeDefault near={.05} far={9000} />;
}

/** `shape`: width by height of the window that it was framed for. */
interface Stand { project: string | null; eye: Eye | null; isMoved: boolean; shape: number; position: Vector3; target: Vector3 }

/** `project`: whose scene it is, null as long as it has none; `isUnderBar`: tools and the command bar lie over it. */
export function Camera({ model, project = null, isUnderBar = false }: { model: SceneModel; project?: string | null; isUnderBar?: boolean }) {
  const isThrough = useApp((s) => s.isThroughCamera), framings = useApp((s) => s.framings), size = useThree((s) => s.size), invalidate = useThree((s) => s.invalidate);
  const [eye, setEye] = useState<Eye | null>(null), [controls, setControls] = useState<Controls | null>(null);
  const stand = useRef<Stand>({ project: null, eye: null, isMoved: false, shape: 0, position: new Vector3(), target: new Vector3() }), asked = useRef(framings);
  const aspect = size.width / size.height, { width, height } = size;
  const keep = () => {
    if (eye) stand.current.position.copy(eye.position);
    if (controls) stand.current.target.copy(controls.target);
  };
  // Every version of the scene is framed anew, until hands have moved the view or work in it; so is a window of another shape, in which what they work at would be out of sight; who comes back from the camera stands where they stood.
  useLayoutEffect(() => {
    const last = stand.current;
    if (isThrough || !eye || !controls) return;
    const go = ({ position, target }: { position: Vector3; target: Vector3 }) => {
      eye.position.copy(position);
      controls.target.copy(target);
      controls.update();
      keep();
      invalidate();
    };
    const all = () => viewOf(model, fov, aspect, isUnderBar ? roomUnderBar({ width, height }) : undefined), isBack = last.project === project && last.eye !== eye && last.eye !== null;
    if (last.project !== null && last.project !== project) last.isMoved = false;
    const isReshaped = Math.abs(aspect - last.shape) > .01;
    Object.assign(last, { project, eye, shape: aspect });
    if (isBack) go({ position: last.position.clone(), target: last.target.clone() });
    if (asked.current !== framings) {
      asked.current = framings;
      last.isMoved = true;
      const { selected } = useApp.getState();
      return go(selected ? viewOfThing(model, selected, eye, fov, aspect) ?? all() : all());
    }
    if (!isBack && !last.isMoved && (isReshaped || !useApp.getState().selected)) go(all());
  }, [model, isThrough, project, width, height, isUnderBar, eye, controls, framings, invalidate]); // eslint-disable-line -- what is kept is no reason to move
  if (isThrough && model.camera) return <FilmCamera model={model} />;
  return (
    <>
      <PerspectiveCamera ref={setEye} makeDefault fov={fov} near={.05} far={9000} />
      {eye && <OrbitControls ref={setControls} camera={eye} makeDefault onStart={() => { stand.current.isMoved = true; }} onEnd={keep} maxPolarAngle={Math.PI * .52} minDistance={.2} maxDistance={400} dampingFactor={.12} />}
    </>
  );
}
