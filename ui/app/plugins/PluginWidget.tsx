// A widget whose look and values come from a plugin.
import { useEffect } from "react";
import type { WidgetProps } from "../graph/widgets/Widget";
import { Pieces } from "./Pieces";
import { takeValue, usePlugins } from "./run";

export function PluginWidget({ plugin, id, input, value, onChange }: WidgetProps & { plugin: string; id: string }) {
  const key = `${plugin}/${id}`, pieces = usePlugins((s) => s.drawn[key]), worker = usePlugins((s) => s.workers[plugin]);
  useEffect(() => worker?.post({ type: "draw", id, value }), [worker, id, value]);
  return (
    <div className="nodrag flex min-w-0 flex-1 flex-col gap-1" aria-label={input.name}>
      <span className="text-soft">{input.name}</span>
      {pieces && <Pieces pieces={pieces} onEvent={(piece, given) => { takeValue(key, onChange); worker?.post({ type: "event", id, piece, value: given }); }} />}
    </div>
  );
}
