// Starts a plugin in a worker of its own and carries messages; what it may do is what this file does for it.
import { addAction } from "../command/actions";
import { Blocks } from "lucide-react";
import { createElement } from "react";
import { create } from "zustand";
import { submit } from "../command/submit";
import { Plain, messageOf } from "../parts/Failure";
import { complain } from "../parts/Toasts";
import { useApp } from "../state";
import { t } from "../words";
import type { Project } from "../wire/queries";
import { changeProject, client, keys, putProject } from "../wire/queries";
import { guard } from "./guard";
import prelude from "./prelude.js?raw";
import type { FromPlugin, Manifest, Piece, ToPlugin } from "./protocol";
import { readMessage } from "./protocol";

export interface PanelOf { plugin: string; id: string; title: string; pieces: Piece[] }
export interface WidgetOf { plugin: string; id: string; input: string }

interface Running {
  workers: Readonly<Record<string, { post: (message: ToPlugin) => void; stop: () => void }>>;
  panels: readonly PanelOf[];
  widgets: readonly WidgetOf[];
  /** What a widget was last drawn as, and where its value goes. */
  drawn: Readonly<Record<string, Piece[]>>;
  /** What went wrong last, until it is started again. */
  troubles: Readonly<Record<string, string>>;
}

export const usePlugins = create<Running>(() => ({ workers: {}, panels: [], widgets: [], drawn: {}, troubles: {} }));

const takers = new Map<string, (value: string | number | boolean) => void>();

/** The next value of the plugin's widget goes to `take`. */
export function takeValue(key: string, take: (value: string | number | boolean) => void): void {
  takers.set(key, take);
}

function scene(): ToPlugin {
  const id = useApp.getState().preferences.projectId;
  const project = id ? client.getQueryData<Project>(keys.project(id)) : undefined;
  return { type: "scene", commands: project?.commands ?? [], selected: useApp.getState().selected };
}

function obey(plugin: Manifest, message: FromPlugin, post: (message: ToPlugin) => void, undo: (() => void)[]): void {
  const key = `${plugin.id}/${"id" in message ? message.id : ""}`;
  switch (message.type) {
    case "command":
      undo.push(addAction({ id: key, label: message.label, icon: createElement(Blocks, { size: 15 }), run: () => post({ type: "run", id: message.id }) }));
      break;
    case "panel":
      usePlugins.setState((s) => ({ panels: [...s.panels.filter((p) => `${p.plugin}/${p.id}` !== key), { plugin: plugin.id, id: message.id, title: message.title, pieces: [] }] }));
      post({ type: "draw", id: message.id });
      break;
    case "widget":
      usePlugins.setState((s) => ({ widgets: [...s.widgets.filter((w) => `${w.plugin}/${w.id}` !== key), { plugin: plugin.id, id: message.id, input: message.input }] }));
      break;
    case "drawn":
      usePlugins.setState((s) => ({ drawn: { ...s.drawn, [key]: message.pieces }, panels: s.panels.map((p) => (`${p.plugin}/${p.id}` === key ? { ...p, pieces: message.pieces } : p)) }));
      break;
    case "value":
      takers.get(key)?.(message.value);
      break;
    case "say":
      void submit(message.sentence);
      break;
    case "apply":
      changeProject(plugin.name, { commands: message.commands }).then((d) => putProject(d.project)).catch((error: unknown) => trouble(plugin, messageOf(error)));
      break;
  }
}

/** Said once, however often it happens, and kept beside the plugin. */
function trouble(plugin: Manifest, why: string): void {
  if (usePlugins.getState().troubles[plugin.id] === why) return;
  usePlugins.setState((s) => ({ troubles: { ...s.troubles, [plugin.id]: why } }));
  complain(new PluginFailure(t("plugin.failed", { name: plugin.name, why })));
}

class PluginFailure extends Plain {
  override advice = t("plugin.advice");
}

export function start(plugin: Manifest, source: string): () => void {
  const url = URL.createObjectURL(new Blob([prelude.replace("%language%", useApp.getState().preferences.language), "\n", source], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module", name: plugin.id });
  const post = (message: ToPlugin) => worker.postMessage(message), undo: (() => void)[] = [];
  let isStopped = false;
  usePlugins.setState((s) => ({ troubles: Object.fromEntries(Object.entries(s.troubles).filter(([id]) => id !== plugin.id)) }));
  worker.onmessage = (event: MessageEvent<unknown>) => {
    const message = readMessage(event.data);
    watched.heard(message);
    if (message?.type === "failed") trouble(plugin, message.message);
    else if (message && !isStopped) obey(plugin, message, post, undo);
  };
  worker.onerror = (event) => { event.preventDefault(); trouble(plugin, event.message || t("plugin.unreadable")); };
  const watched = guard(() => post({ type: "ping" }), (fault) => { stop(); trouble(plugin, t(`plugin.${fault}`)); });
  const tell = () => post(scene());
  undo.push(client.getQueryCache().subscribe((e) => { if (e.type === "updated" && e.query.queryKey[0] === "projects") tell(); }));
  undo.push(useApp.subscribe((s, before) => { if (s.selected !== before.selected || s.preferences.projectId !== before.preferences.projectId) tell(); }));
  tell();
  const stop = () => {
    if (isStopped) return;
    isStopped = true;
    watched.stop();
    worker.terminate();
    URL.revokeObjectURL(url);
    for (const back of undo) back();
    usePlugins.setState((s) => ({ panels: s.panels.filter((p) => p.plugin !== plugin.id), widgets: s.widgets.filter((w) => w.plugin !== plugin.id), workers: Object.fromEntries(Object.entries(s.workers).filter(([id]) => id !== plugin.id)) }));
  };
  usePlugins.setState((s) => ({ workers: { ...s.workers, [plugin.id]: { post, stop } } }));
  return stop;
}
