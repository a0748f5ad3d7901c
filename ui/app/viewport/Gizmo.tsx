// Move, turn and scale what is selected by hand; letting go says it as a scene command.
import { TransformControls } from "@react-three/drei";
import { useMemo, useRef } from "react";
import { Euler, MathUtils, Quaternion, Vector3 } from "three";
import { useApp } from "../state";
import type { Command } from "../wire/queries";
import { useApply } from "../wire/queries";
import { findById } from "./marks";
import type { SceneModel } from "./useSceneModel";

interface Start { position: Vector3; turn: Quaternion; scale: Vector3 }

const round = (n: number) => Math.round(n * 1000) / 1000;

export function Gizmo({ model }: { model: SceneModel }) {
  const selected = useApp((s) => s.selected), mode = useApp((s) => s.gizmo), set = useApp((s) => s.set);
  const target = useMemo(() => findById(model.root, selected), [model, selected]);
  const start = useRef<Start | null>(null);
  const apply = useApply();
  if (!target || mode === "none" || !selected) return null;

  const begin = () => {
    model.root.userData["isHeld"] = true;
    set({ isPlaying: false });
    start.current = { position: target.position.clone(), turn: target.quaternion.clone(), scale: target.scale.clone() };
  };
  const end = () => {
    model.root.userData["isHeld"] = false;
    const from = start.current;
    if (!from) return;
    const command: Command = { op: "transform", targets: [selected] };
    if (mode === "translate") command["move"] = target.position.clone().sub(from.position).toArray().map(round);
    if (mode === "rotate") {
      const turned = new Euler().setFromQuaternion(target.quaternion.clone().multiply(from.turn.clone().invert()));
      command["rotate"] = [turned.x, turned.y, turned.z].map((r) => round(MathUtils.radToDeg(r)));
    }
    if (mode === "scale") {
      const ratios = [target.scale.x / from.scale.x, target.scale.y / from.scale.y, target.scale.z / from.scale.z];
      const strongest = ratios.reduce((a, b) => (Math.abs(Math.log(Math.abs(b) || 1)) > Math.abs(Math.log(Math.abs(a) || 1)) ? b : a), 1);
      command["scale"] = Math.min(100, Math.max(.01, round(Math.abs(strongest))));
    }
    const amounts = [command["move"], command["rotate"]].flat().filter((n): n is number => typeof n === "number");
    if (amounts.some((n) => n !== 0) || (command["scale"] ?? 1) !== 1) apply.mutate([command]);
  };
  return <TransformControls object={target} mode={mode} size={.8} onMouseDown={begin} onMouseUp={end} />;
}
