// Things where hands have put them, over the animation that goes on, until the scene comes that has them there.
import { useFrame, useThree } from "@react-three/fiber";
import { useEffect, useLayoutEffect, useRef } from "react";
import type { Object3D } from "three";
import { Quaternion, Vector3 } from "three";
import { currentProject } from "../wire/queries";
import type { Change } from "./hands";
import { settle, useHands } from "./hands";
import { nodesOf } from "./marks";
import type { SceneModel } from "./useSceneModel";

interface Place { position: Vector3; turn: Quaternion; scale: Vector3 }

/** About where it stands, as the bridge will do it. */
function put(node: Object3D, { move, turn, scale }: Change): void {
  node.position.add(move);
  node.quaternion.premultiply(turn);
  node.scale.multiplyScalar(scale);
}

export function Held({ model, name }: { model: SceneModel; name: string }) {
  const held = useHands((s) => s.held), invalidate = useThree((s) => s.invalidate);
  const own = useRef(new Map<Object3D, Place>());
  useLayoutEffect(() => {
    own.current.clear();
    const shown = Number(name.split("/")[1]);
    if (!Number.isNaN(shown)) settle(shown, currentProject()?.version ?? shown); // one that is on its way has no version yet
  }, [model, name]);
  useEffect(() => invalidate(), [held, invalidate]);
  // Before the animation each thing is where it was left by it: what does not change from picture to picture is not set again.
  useFrame(() => {
    for (const [node, { position, turn, scale }] of own.current) {
      node.position.copy(position);
      node.quaternion.copy(turn);
      node.scale.copy(scale);
    }
    own.current.clear();
  }, -2);
  useFrame(() => {
    for (const { id, change } of useHands.getState().held)
      for (const node of nodesOf(model.root, id)) {
        if (!own.current.has(node)) own.current.set(node, { position: node.position.clone(), turn: node.quaternion.clone(), scale: node.scale.clone() });
        put(node, change);
      }
  });
  return null;
}
