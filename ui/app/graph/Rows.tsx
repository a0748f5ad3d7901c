// A line of a node with its socket: an input with or without a widget, or an output.
import { Handle, Position } from "@xyflow/react";
import { memo } from "react";
import type { GraphNode } from "../../flow/graph";
import { setValue, valueOf } from "../../flow/graph";
import type { InputTable, OutputTable } from "../../flow/nodes";
import { initialValue } from "../../flow/nodes";
import { cx } from "../parts/format";
import { t } from "../words";
import { tipOf } from "../words/foreign";
import { colorOfType } from "./colors";
import { useGraphs } from "./store";
import { Widget } from "./widgets/Widget";

export const InputRow = memo(function InputRow({ id, input, isWired, isShownOutside = false, node }: { id: string; input: InputTable; isWired: boolean; isShownOutside?: boolean; node?: GraphNode }) {
  const edit = useGraphs((s) => s.edit);
  const color = colorOfType(input.type);
  const hasWidget = node !== undefined && !isWired;
  return (
    <div className={cx("group/row relative flex min-h-6 items-center pr-2.5 pl-3.5", hasWidget && "py-[3px]", hasWidget && input.multiline && "flex-1 items-stretch")} title={isShownOutside ? t("node.outside") : input.tooltip && tipOf(node?.type ?? "", input.name, input.tooltip)}>
      {!input.isBare && <Handle type="target" position={Position.Left} id={`in-${input.name}`} role="img" aria-label={`${input.name}: ${input.type}`} className={cx(hasWidget && !isShownOutside && "opacity-0 group-hover/row:opacity-100")} style={{ background: isWired ? color : "var(--panel)", borderColor: color, borderRadius: input.isOptional && !hasWidget ? "3px" : "50%" }} />}
      {hasWidget
        ? <Widget type={node.type} input={input} value={valueOf(node, input.name) ?? initialValue(input)} control={String(valueOf(node, `${input.name}:control`) ?? "fixed")} onChange={(value, name = input.name) => edit((g) => setValue(g, id, name, value), `${id}.${name}`)} />
        : <span className={cx("truncate", input.isOptional && "text-soft")}>{input.name}</span>}
    </div>
  );
});

export const OutputRow = memo(function OutputRow({ output, slot }: { output: OutputTable; slot: number }) {
  const color = colorOfType(output.type);
  return (
    <div className="relative flex min-h-6 items-center justify-end pr-3.5 pl-2">
      <span className="truncate">{output.name}</span>
      <Handle type="source" position={Position.Right} id={`out-${slot}`} role="img" aria-label={`${output.name}: ${output.type}`} style={{ background: color, borderColor: color, borderRadius: output.isList ? "3px" : "50%" }} />
    </div>
  );
});
