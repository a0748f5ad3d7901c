// A wire to a node that stands further left, in the next row: it runs along the lane above that node, and not across others.
import type { EdgeProps } from "@xyflow/react";
import { BaseEdge, getSmoothStepPath, useInternalNode } from "@xyflow/react";
import { memo } from "react";

const lane = 16, bend = 22;

export const BackWire = memo(function BackWire({ target, sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition, style = {}, markerEnd }: EdgeProps) {
  const top = useInternalNode(target)?.internals.positionAbsolute.y ?? targetY;
  const [path] = getSmoothStepPath({ sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition, offset: bend, borderRadius: 12, centerY: top - lane });
  return <BaseEdge path={path} style={style} {...(markerEnd ? { markerEnd } : {})} />;
});
