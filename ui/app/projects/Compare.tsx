// Two versions of a scene, one over the other, with a line between them that can be dragged; both play together.
import { Canvas, useFrame } from "@react-three/fiber";
import { OrbitControls } from "@react-three/drei";
import { useEffect, useMemo, useState } from "react";
import type { OrthographicCamera, PerspectiveCamera } from "three";
import { Dialog } from "../parts/Dialog";
import { useApp } from "../state";
import { t } from "../words";
import type { Project } from "../wire/queries";
import { Model } from "../viewport/Model";
import { Stage } from "../viewport/Stage";
import { skyOf } from "../viewport/sky";
import { useSceneModel } from "../viewport/useSceneModel";

type Eye = PerspectiveCamera | OrthographicCamera;

function Side({ project, version, onEye, follow, isLeading }: { project: Project; version: number; onEye: (eye: Eye) => void; follow: Eye | null; isLeading: boolean }) {
  const shown = useMemo(() => ({ ...project, version }), [project, version]);
  const { model } = useSceneModel(shown);
  const sky = useMemo(() => skyOf(model?.commands ?? []), [model]);
  if (!model) return null;
  return (
    <Canvas shadows camera={{ position: [3.6, 2.2, 5.6], fov: 38, near: .05, far: 9000 }} onCreated={({ camera }) => { if (isLeading) onEye(camera as Eye); }}>
      <Stage sky={sky} isLit />
      <Model model={model} sun={sky.sun} />
      {isLeading ? <OrbitControls target={[0, .5, 0]} /> : follow && <Follow eye={follow} />}
    </Canvas>
  );
}

/** The camera of the other side. */
function Follow({ eye }: { eye: Eye }) {
  useFrame(({ camera }) => {
    camera.position.copy(eye.position);
    camera.quaternion.copy(eye.quaternion);
  });
  return null;
}

export default function Compare({ project, versions, onClose }: { project: Project; versions: readonly [number, number]; onClose: () => void }) {
  const [at, setAt] = useState(.5), [eye, setEye] = useState<Eye | null>(null);
  const set = useApp((s) => s.set);
  useEffect(() => { set({ isPlaying: true, selected: null }); }, [set]);
  return (
    <Dialog isFull title={t("compare.title", { name: project.name })} onClose={onClose}>
      <div className="relative h-full bg-ground">
        <div className="absolute inset-0"><Side project={project} version={versions[0]} isLeading onEye={setEye} follow={null} /></div>
        <div className="pointer-events-none absolute inset-0" style={{ clipPath: `inset(0 0 0 ${at * 100}%)` }}><Side project={project} version={versions[1]} isLeading={false} onEye={() => {}} follow={eye} /></div>
        <div className="pointer-events-none absolute inset-y-0 w-0.5 bg-accent" style={{ left: `${at * 100}%` }} />
        <span className="absolute top-3 left-3 rounded-full bg-panel/90 px-3 py-1 text-xs font-medium">{t("compare.version", { n: versions[0] })}</span>
        <span className="absolute top-3 right-3 rounded-full bg-panel/90 px-3 py-1 text-xs font-medium">{t("compare.version", { n: versions[1] })}</span>
        <input type="range" min={0} max={1} step={.005} value={at} onChange={(e) => setAt(Number(e.target.value))} aria-label={t("compare.slider")} className="absolute inset-x-4 bottom-4" />
      </div>
    </Dialog>
  );
}
