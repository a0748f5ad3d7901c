// One of what the engine offers when it is asked, and asks it again.
import { useQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { inFolder } from "../../../flow/nodes";
import { call } from "../../../wire/client";
import { messageOf } from "../../parts/Failure";
import { cx } from "../../parts/format";
import { t } from "../../words";
import { ChoiceWidget } from "./ChoiceWidget";
import type { WidgetProps } from "./Widget";

export function RemoteWidget(props: WidgetProps) {
  const { type, input, onChange } = props, folder = input.remote?.folder ?? "";
  const { data = [], error, isFetching, refetch } = useQuery({
    queryKey: ["node options", type, input.name],
    queryFn: async ({ signal }) => (await call("get", "/nodes/{node}/inputs/{input}/options", { path: { node: type, input: input.name }, signal })).options.map((o) => (typeof o === "string" ? inFolder(o, folder) : o)),
  });
  /** The newest is wanted, most likely: the table says which end that is. */
  const reload = async () => {
    const found = (await refetch()).data, taken = input.remote?.onReload === "last" ? found?.at(-1) : found?.[0];
    if (input.remote?.onReload && taken !== undefined) onChange(taken);
  };
  return (
    <div className="nodrag min-w-0 flex-1">
      <div className="flex items-center gap-1">
        <ChoiceWidget {...props} input={{ ...input, options: data.map(String), values: data }} />
        <button type="button" aria-label={t("widget.reload", { name: input.name })} title={t("widget.reload", { name: input.name })} disabled={isFetching} onClick={() => void reload()} className="shrink-0 rounded-md p-1 text-soft hover:bg-raised hover:text-ink"><RotateCw size={14} className={cx(isFetching && "animate-spin")} /></button>
      </div>
      {error && <p role="alert" className="mt-1 text-[11px] text-bad">{messageOf(error)}</p>}
    </div>
  );
}
