// A wire from the end of a line of nodes to the beginning of the next: along the gap between both.
import type { EdgeProps } from "@xyflow/react";
import { BaseEdge, getSmoothStepPath } from "@xyflow/react";
import { memo } from "react";
import { lineGap } from "../../flow/fold";
import type { TurnEdge } from "./toFlow";

const round = 16, out = 26;

export const TurnWire = memo(function TurnWire({ data, style, interactionWidth, ...ends }: EdgeProps<TurnEdge>) {
  const centerY = Math.max(ends.sourceY + round, (data?.top ?? ends.targetY) - lineGap / 2);
  const [path] = getSmoothStepPath({ ...ends, borderRadius: round, offset: out, centerY });
  return <BaseEdge path={path} style={style ?? {}} interactionWidth={interactionWidth ?? 20} />;
});
