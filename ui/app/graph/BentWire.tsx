// A wire that runs through bends; it follows them while they are moved.
import type { EdgeProps, ReactFlowState } from "@xyflow/react";
import { BaseEdge, useStore } from "@xyflow/react";
import { memo } from "react";
import { pathThrough } from "../../flow/bends";
import type { BentEdge } from "./toFlow";
import { bendSize } from "./toFlow";

const placeOf = ({ nodeLookup }: ReactFlowState, id: string) => {
  const at = nodeLookup.get(id)?.internals.positionAbsolute;
  return at ? [{ x: at.x + bendSize / 2, y: at.y + bendSize / 2 }] : [];
};

export const BentWire = memo(function BentWire({ data, sourceX, sourceY, targetX, targetY, style, interactionWidth }: EdgeProps<BentEdge>) {
  const path = useStore((s) => pathThrough([{ x: sourceX, y: sourceY }, ...(data?.bends ?? []).flatMap((id) => placeOf(s, id)), { x: targetX, y: targetY }]));
  return <BaseEdge path={path} style={style ?? {}} interactionWidth={interactionWidth ?? 20} />;
});
