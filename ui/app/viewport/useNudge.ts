// Arrow keys do what handles do, in small steps; when they rest it is said as one scene command.
import { useThree } from "@react-three/fiber";
import { useEffect, useRef } from "react";
import type { Object3D } from "three";
import { Quaternion, Vector3 } from "three";
import { isTyping } from "../frame/useKeys";
import type { GizmoMode } from "../state";
import { useApp } from "../state";
import { t } from "../words";
import type { Change } from "./hands";
import type { Pull } from "./pull";
import { beginPull } from "./pull";

const restMs = 600;
/** Of one press; with Shift it is the larger one. */
const steps = { translate: [.1, 1], rotate: [5, 45], scale: [1.05, 1.5] } as const;
const up = new Vector3(0, 1, 0);

/** That of the ground's axes which looks most alike, so that a press goes where the arrow points. */
export function alongAxis(way: Vector3): Vector3 {
  return Math.abs(way.x) > Math.abs(way.z) ? new Vector3(Math.sign(way.x), 0, 0) : new Vector3(0, 0, Math.sign(way.z) || 1);
}

/** What a key adds; null when it means nothing here. `right` and `away` are those of who looks. */
export function stepOf(key: string, isLarge: boolean, mode: GizmoMode, right: Vector3, away: Vector3): Change | null {
  if (mode === "none") return null;
  const size = steps[mode][isLarge ? 1 : 0];
  const way = ({ ArrowRight: [1, 0, 0], ArrowLeft: [-1, 0, 0], ArrowUp: [0, 0, 1], ArrowDown: [0, 0, -1], PageUp: [0, 1, 0], PageDown: [0, -1, 0] } as Record<string, [number, number, number]>)[key];
  if (!way) return null;
  const [x, y, z] = way, still: Change = { move: new Vector3(), turn: new Quaternion(), scale: 1 }, angle = (size * Math.PI) / 180;
  if (mode === "scale") return { ...still, scale: x + y + z > 0 ? size : 1 / size };
  if (mode === "translate") return { ...still, move: alongAxis(right).multiplyScalar(x).addScaledVector(alongAxis(away), z).addScaledVector(up, y).multiplyScalar(size) };
  const [axis, sign] = x !== 0 ? [up, x] : z !== 0 ? [alongAxis(right), -z] : [alongAxis(away), y];
  return { ...still, turn: new Quaternion().setFromAxisAngle(axis, sign * angle) };
}

const joined = (a: Change, b: Change): Change => ({ move: a.move.clone().add(b.move), turn: b.turn.clone().multiply(a.turn), scale: a.scale * b.scale });

/** `id` null: arrows have no meaning here. */
export function useNudge(id: string | null, mode: GizmoMode, nodes: readonly Object3D[]): void {
  const camera = useThree((s) => s.camera), going = useRef<{ pull: Pull; change: Change } | null>(null);
  useEffect(() => {
    if (id === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = () => {
      clearTimeout(timer);
      void going.current?.pull.send();
      going.current = null;
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target) || document.querySelector("[role=dialog]")) return;
      if (event.key === "Escape" && going.current) {
        clearTimeout(timer);
        going.current.pull.drop();
        going.current = null;
        event.preventDefault();
        return event.stopImmediatePropagation();
      }
      const step = stepOf(event.key, event.shiftKey, mode, new Vector3().setFromMatrixColumn(camera.matrixWorld, 0), new Vector3().setFromMatrixColumn(camera.matrixWorld, 2).negate());
      if (!step) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!going.current) useApp.getState().set({ isPlaying: false });
      const { pull, change } = going.current ?? { pull: beginPull(id, mode, t("hands.arrows")), change: { move: new Vector3(), turn: new Quaternion(), scale: 1 } };
      going.current = { pull, change: joined(change, step) };
      pull.change(going.current.change);
      clearTimeout(timer);
      timer = setTimeout(end, restMs);
    };
    // Before the keys of the window, after those of what has the focus.
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
      end();
    };
  }, [id, mode, camera, nodes]); // another scene, thing or tool: what was begun is sent
}
