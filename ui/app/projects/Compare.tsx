// Two versions of a scene, one over the other, with a line between them that can be dragged; both play together.
import { OrbitControls, PerspectiveCamera } from "@react-three/drei";
import { useFrame, useThree } from "@react-three/fiber";
import { Pause, Play } from "lucide-react";
import type { RefObject } from "react";
import { useEffect, useRef, useState } from "react";
import type { PerspectiveCamera as Eye } from "three";
import type { OrbitControls as Controls } from "three-stdlib";
import { Button } from "../parts/controls";
import { Dialog } from "../parts/Dialog";
import { Failure } from "../parts/Failure";
import { cx } from "../parts/format";
import { useApp } from "../state";
import { viewOf } from "../viewport/framing";
import { Model } from "../viewport/Model";
import { SceneCanvas } from "../viewport/SceneCanvas";
import { Stage } from "../viewport/Stage";
import type { Loaded, SceneModel } from "../viewport/useSceneModel";
import { useSceneModel, versionOf } from "../viewport/useSceneModel";
import { t } from "../words";
import type { Project } from "../wire/queries";
import { Divider } from "./Divider";

export interface Version { number: number; title: string }

const fov = 32;

/** Looks at the later version as the viewport would; hands may move it. */
function OwnEye({ framed, onEye, onLook }: { framed: SceneModel; onEye: (eye: Eye | null) => void; onLook: () => void }) {
  const size = useThree((s) => s.size), [eye, setEye] = useState<Eye | null>(null), [controls, setControls] = useState<Controls | null>(null);
  useEffect(() => onEye(eye), [eye, onEye]);
  useEffect(() => {
    if (!eye || !controls) return;
    const { position, target } = viewOf(framed, fov, size.width / size.height);
    eye.position.copy(position);
    controls.target.copy(target);
    controls.update();
  }, [framed, eye, controls]); // eslint-disable-line -- a window that changes its size keeps the view
  return <><PerspectiveCamera ref={setEye} makeDefault fov={fov} near={.05} far={9000} />{eye && <OrbitControls ref={setControls} camera={eye} onChange={onLook} />}</>;
}

/** The camera of the other side; `redraw` is how that side tells this one to draw again while nothing plays. */
function SameEye({ eye, redraw }: { eye: Eye | null; redraw: RefObject<(() => void) | null> }) {
  const invalidate = useThree((s) => s.invalidate);
  useEffect(() => { redraw.current = () => invalidate(); invalidate(); }, [redraw, invalidate, eye]);
  useFrame(({ camera }) => {
    if (!eye) return;
    camera.position.copy(eye.position);
    camera.quaternion.copy(eye.quaternion);
  });
  return <PerspectiveCamera makeDefault fov={fov} near={.05} far={9000} />;
}

function Side({ model, loop, children }: { model: SceneModel; loop: number | null; children: React.ReactNode }) {
  return (
    <SceneCanvas>
      {children}
      <Stage sky={model.sky} isLit />
      <Model model={model} loop={loop} />
    </SceneCanvas>
  );
}

function useVersion({ id }: Project, { number: version }: Version): Loaded {
  const source = versionOf({ id, version });
  return useSceneModel({ ...source, key: source.name });
}

function Name({ version, className }: { version: Version; className: string }) {
  return (
    <p className={cx("pointer-events-none absolute top-3 flex max-w-[44%] items-baseline gap-2 rounded-xl border border-line bg-panel/92 px-3 py-1.5 text-[13px] shadow-lift", className)}>
      <span className="shrink-0 font-semibold">{t("compare.version", { n: version.number })}</span><span className="truncate text-soft">{version.title}</span>
    </p>
  );
}

export default function Compare({ project, versions: [before, after], onClose }: { project: Project; versions: readonly [Version, Version]; onClose: () => void }) {
  const [at, setAt] = useState(.5), [eye, setEye] = useState<Eye | null>(null), { isPlaying, set } = useApp(), redraw = useRef<(() => void) | null>(null);
  const one = useVersion(project, before), two = useVersion(project, after);
  useEffect(() => {
    set({ isPlaying: true, selected: null, isCovered: true });
    return () => set({ isCovered: false });
  }, [set]);
  const error = one.error ?? two.error;
  return (
    <Dialog isFull title={t("compare.title", { name: project.name })} onClose={onClose}>
      <div className="relative h-full overflow-hidden bg-ground" data-compare={one.model && two.model ? "ready" : "loading"}>
        {one.model && two.model && <>
          <div className="absolute inset-0"><Side model={one.model} loop={Math.max(one.model.duration, two.model.duration)}><OwnEye framed={two.model} onEye={setEye} onLook={() => redraw.current?.()} /></Side></div>
          <div className="pointer-events-none absolute inset-0" style={{ clipPath: `inset(0 0 0 ${at * 100}%)` }}><Side model={two.model} loop={null}><SameEye eye={eye} redraw={redraw} /></Side></div>
          <div className="pointer-events-none absolute inset-0" style={{ clipPath: `inset(0 ${(1 - at) * 100}% 0 0)` }}><Name version={before} className="left-3" /></div>
          <div className="pointer-events-none absolute inset-0" style={{ clipPath: `inset(0 0 0 ${at * 100}%)` }}><Name version={after} className="right-3" /></div>
          <div className="absolute bottom-3 left-3 z-10 rounded-xl border border-line bg-panel/92 p-1 shadow-lift"><Button kind="ghost" label={t(isPlaying ? "timeline.pause" : "timeline.play")} icon={isPlaying ? <Pause size={16} /> : <Play size={16} />} onClick={() => set({ isPlaying: !isPlaying })} /></div>
          <Divider at={at} onMove={setAt} />
        </>}
        {error !== null && <div className="mx-auto max-w-md pt-16"><Failure error={error} /></div>}
        {error === null && !(one.model && two.model) && <div className="waiting absolute inset-0" aria-busy="true" />}
      </div>
    </Dialog>
  );
}
