// A file of the engine's input folder, or a new one from this machine.
import { Upload } from "lucide-react";
import { useRef } from "react";
import { complain } from "../../parts/Toasts";
import { t } from "../../words";
import { client, keys } from "../../wire/queries";
import { upload } from "../../wire/upload";
import { ChoiceWidget } from "./ChoiceWidget";
import type { WidgetProps } from "./Widget";

export function FileWidget(props: WidgetProps) {
  const picker = useRef<HTMLInputElement>(null);
  const take = (file: File | undefined) => {
    if (!file) return;
    upload(file).then((name) => {
      props.onChange(name);
      return client.invalidateQueries({ queryKey: keys.nodes });
    }).catch(complain);
  };
  return (
    <div className="nodrag flex min-w-0 flex-1 items-center gap-1" onDragOver={(e) => { if (e.dataTransfer.types.includes("Files")) e.preventDefault(); }} onDrop={(e) => { e.preventDefault(); e.stopPropagation(); take(e.dataTransfer.files[0]); }}>
      <ChoiceWidget {...props} />
      <button type="button" aria-label={t("file.upload")} title={t("file.upload")} onClick={() => picker.current?.click()} className="shrink-0 rounded-md p-1 text-soft hover:bg-raised hover:text-ink"><Upload size={14} /></button>
      <input ref={picker} type="file" hidden onChange={(e) => take(e.target.files?.[0])} />
    </div>
  );
}
