// Plugins of the interface, which are switched on here, and those of the engine.
import { useQuery } from "@tanstack/react-query";
import { Blocks, FolderPlus, Trash2 } from "lucide-react";
import { useRef } from "react";
import { call } from "../../wire/client";
import { Button, Panel, Waiting } from "../parts/controls";
import { Failure } from "../parts/Failure";
import { removeLater, useIsRemoved } from "../parts/removing";
import { complain, say } from "../parts/Toasts";
import { useApp, usePreference } from "../state";
import { t } from "../words";
import { Pieces } from "./Pieces";
import { saidIn } from "./protocol";
import { usePlugins } from "./run";
import type { Shelved } from "./shelf";
import { addFolder, dropPlugin, useShelf } from "./shelf";

function Card({ plugin }: { plugin: Shelved }) {
  const { manifest } = plugin, said = saidIn(manifest, usePreference("language")), on = usePreference("plugins"), prefer = useApp((s) => s.prefer), isOn = on.includes(manifest.id);
  const panels = usePlugins((s) => s.panels).filter((p) => p.plugin === manifest.id), worker = usePlugins((s) => s.workers[manifest.id]), trouble = usePlugins((s) => s.troubles[manifest.id]);
  return (
    <li className="rounded-xl border border-line bg-raised p-3">
      <div className="flex items-start gap-2.5">
        <Blocks size={18} strokeWidth={1.6} className="mt-0.5 text-accent" />
        <div className="min-w-0 flex-1"><p className="font-medium">{said.name} <span className="text-xs font-normal text-soft">{manifest.version}</span></p><p className="text-xs text-soft">{said.description}</p></div>
        {plugin.isOwn && <Button kind="ghost" label={t("project.remove", { name: manifest.name })} icon={<Trash2 size={14} />} onClick={() => { prefer({ plugins: on.filter((i) => i !== manifest.id) }); removeLater(`plugin ${manifest.id}`, manifest.name, async () => dropPlugin(manifest.id)); }} />}
        <button type="button" role="switch" aria-checked={isOn} aria-label={manifest.name} onClick={() => prefer({ plugins: isOn ? on.filter((i) => i !== manifest.id) : [...on, manifest.id] })} className={`h-5 w-9 shrink-0 rounded-full border p-0.5 ${isOn ? "border-accent bg-accent" : "border-line bg-ground"}`}><span className={`block size-3.5 rounded-full transition-transform ${isOn ? "translate-x-4 bg-on-accent" : "bg-soft"}`} /></button>
      </div>
      {isOn && trouble && <div className="mt-2 rounded-lg bg-bad/10 px-2.5 py-1.5 text-xs break-words"><p>{trouble}</p><p className="text-soft">{t("plugin.advice")}</p></div>}
      {panels.map((p) => <section key={p.id} aria-label={p.title} className="mt-3 border-t border-line pt-3"><h3 className="mb-2 text-xs font-semibold">{p.title}</h3><Pieces pieces={p.pieces} onEvent={(piece, value) => worker?.post({ type: "event", id: p.id, piece, value })} /></section>)}
    </li>
  );
}

export default function Plugins() {
  const { data, error, isPending } = useShelf(), engine = useQuery({ queryKey: ["plugins"], queryFn: ({ signal }) => call("get", "/plugins", { signal }) });
  const isRemoved = useIsRemoved(), picker = useRef<HTMLInputElement>(null);
  const add = (files: FileList | null) => { if (files?.length) addFolder([...files]).then((m) => say(t("plugin.added", { name: m.name }))).catch(complain); };
  return (
    <Panel title={t("room.plugins")} actions={<Button kind="ghost" label={t("plugin.add")} icon={<FolderPlus size={16} />} onClick={() => picker.current?.click()} />}>
      <p className="px-4 pb-3 text-xs text-soft">{t("plugin.text")}</p>
      {isPending && <Waiting rows={2} />}
      {error && <Failure error={error} />}
      <ul className="flex flex-col gap-2 px-4">{data?.filter((p) => !isRemoved(`plugin ${p.manifest.id}`)).map((p) => <Card key={p.manifest.id} plugin={p} />)}</ul>
      <input ref={picker} type="file" hidden multiple {...{ webkitdirectory: "" }} onChange={(e) => add(e.target.files)} />
      {engine.data && engine.data.items.length > 0 && (
        <section aria-label={t("plugin.engine")} className="px-4 py-5"><h3 className="mb-2 text-xs font-semibold text-soft">{t("plugin.engine")}</h3>
          <ul className="flex flex-col gap-2">{engine.data.items.map((p, i) => { const item = p as { name?: string; version?: string; error?: string | null }; return <li key={item.name ?? i} className="rounded-xl border border-line px-3 py-2"><span className="font-medium">{item.name}</span> <span className="text-xs text-soft">{item.version}</span>{item.error && <p className="text-xs text-bad">{item.error}</p>}</li>; })}</ul>
        </section>
      )}
    </Panel>
  );
}
