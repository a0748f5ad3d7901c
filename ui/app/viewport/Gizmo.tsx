// Move, turn and scale what is selected by hand, with handles or arrow keys; letting go says it as a scene command.
import { TransformControls } from "@react-three/drei";
import { useFrame } from "@react-three/fiber";
import { useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { Object3D, Vector3 } from "three";
import type { TransformControls as Handles } from "three-stdlib";
import { useApp } from "../state";
import { t } from "../words";
import { useNudge } from "./useNudge";
import { nodesOf } from "./marks";
import type { SceneModel } from "./useSceneModel";
import { release } from "./hands";
import type { Pull } from "./pull";
import { beginPull } from "./pull";
import { ofHands } from "./print";
import { useSnapping } from "./useSnapping";

const snap = { translate: .25, rotate: Math.PI / 12, scale: .1 };

/** A scale is one number: the strongest of the three that were pulled at. */
function evenly(pivot: Object3D): number {
  const strongest = pivot.scale.toArray().reduce((a, b) => (Math.abs(Math.log(Math.abs(b) || 1)) > Math.abs(Math.log(Math.abs(a) || 1)) ? b : a), 1);
  return Math.min(100, Math.max(.01, Math.abs(strongest)));
}

function middleOf(nodes: readonly Object3D[]): Vector3 {
  return nodes.reduce((sum, node) => sum.add(node.position), new Vector3()).divideScalar(Math.max(1, nodes.length));
}

export function Gizmo({ model }: { model: SceneModel }) {
  const selected = useApp((s) => s.selected), mode = useApp((s) => s.gizmo), set = useApp((s) => s.set), isSnapping = useSnapping();
  const nodes = useMemo(() => nodesOf(model.root, selected), [model, selected]);
  const pivot = useMemo(() => new Object3D(), []), handles = useRef<Handles>(null), pull = useRef<Pull | null>(null), from = useRef(new Vector3());
  const isOn = nodes.length > 0 && mode !== "none" && selected !== null;
  // It stands where the things stand, in the frame of what carries them.
  useLayoutEffect(() => {
    nodes[0]?.parent?.add(pivot);
    return () => { pivot.removeFromParent(); };
  }, [nodes, pivot]);
  useFrame(() => {
    if (pull.current) return;
    pivot.position.copy(middleOf(nodes));
    pivot.quaternion.identity();
    pivot.scale.setScalar(1);
  });
  const cancel = useRef(() => {});
  cancel.current = () => {
    if (!pull.current || !handles.current) return;
    pull.current.drop();
    pull.current = null;
    Object.assign(handles.current, { dragging: false, axis: null });
  };
  // Before any other meaning of Escape; and another tool, or another thing, lets go of this one.
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || !pull.current) return;
      event.stopImmediatePropagation();
      event.preventDefault();
      cancel.current();
    };
    addEventListener("keydown", onKey, true);
    return () => removeEventListener("keydown", onKey, true);
  }, []);
  useEffect(() => () => cancel.current(), [selected, mode]);
  useNudge(isOn ? selected : null, mode, nodes);
  if (!isOn) return null;

  const begin = () => {
    set({ isPlaying: false });
    from.current.copy(pivot.position);
    pull.current = beginPull(selected, mode, t("hands.keys"));
  };
  const change = () => {
    if (!pull.current) return;
    if (mode === "scale") pivot.scale.setScalar(evenly(pivot));
    pull.current.change({ move: pivot.position.clone().sub(from.current), turn: pivot.quaternion.clone(), scale: pivot.scale.x });
  };
  const end = () => {
    release();
    void pull.current?.send();
    pull.current = null;
  };
  return <group userData={ofHands}><TransformControls ref={handles} object={pivot} mode={mode} size={.8} translationSnap={isSnapping ? snap.translate : null} rotationSnap={isSnapping ? snap.rotate : null} scaleSnap={isSnapping ? snap.scale : null} onMouseDown={begin} onObjectChange={change} onMouseUp={end} /></group>;
}
