// A file of the engine's input folder, or a new one from this machine.
import { Upload } from "lucide-react";
import { useRef, useState } from "react";
import { previewOf } from "../../../flow/nodes";
import { urlOf } from "../../../wire/client";
import { complain } from "../../parts/Toasts";
import { t } from "../../words";
import { client, keys } from "../../wire/queries";
import { upload } from "../../wire/upload";
import { ChoiceWidget } from "./ChoiceWidget";
import type { WidgetProps } from "./Widget";

/** What is chosen, when it is there and can be shown or heard. */
function Chosen({ name }: { name: string }) {
  const [missing, setMissing] = useState(""), Kind = previewOf(name);
  if (!Kind || missing === name) return null;
  const src = urlOf("/inputs/{name}", { name }), onError = () => setMissing(name), seen = "mt-1.5 max-h-56 w-full rounded-lg bg-ground object-contain";
  if (Kind === "img") return <img src={src} alt={name} draggable={false} onError={onError} className={seen} />;
  if (Kind === "video") return <video src={src} aria-label={name} controls loop muted playsInline preload="metadata" onError={onError} className={seen} />;
  return <audio src={src} aria-label={name} controls preload="metadata" onError={onError} className="mt-1.5 h-9 w-full" />;
}

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
    <div className="nodrag min-w-0 flex-1" onDragOver={(e) => { if (e.dataTransfer.types.includes("Files")) e.preventDefault(); }} onDrop={(e) => { e.preventDefault(); e.stopPropagation(); take(e.dataTransfer.files[0]); }}>
      <div className="flex items-center gap-1">
        <ChoiceWidget {...props} />
        <button type="button" aria-label={t("file.upload")} title={t("file.upload")} onClick={() => picker.current?.click()} className="shrink-0 rounded-md p-1 text-soft hover:bg-raised hover:text-ink"><Upload size={14} /></button>
      </div>
      <Chosen key={String(props.value)} name={String(props.value)} />
      <input ref={picker} type="file" hidden accept={props.input.accept} onChange={(e) => take(e.target.files?.[0])} />
    </div>
  );
}
