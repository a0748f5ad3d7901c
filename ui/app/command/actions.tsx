// Everything the app can do by a slash: one list for the command bar, menus and keys.
import { Blocks, Box, Clapperboard, Columns2, Cpu, FilePlus2, Focus, Image, Keyboard, Languages, ListVideo, Moon, Package, Play, Redo2, Settings, Shapes, Sparkles, Undo2, Video, Workflow } from "lucide-react";
import type { ReactNode } from "react";
import { complain } from "../parts/Toasts";
import { go } from "../route";
import type { Preferences, Room } from "../state";
import { useApp } from "../state";
import type { Word } from "../words";
import { t } from "../words";
import { call } from "../../wire/client";
import { putProject } from "../wire/queries";
import { renderProject, submit } from "./submit";

export interface Action { id: string; label: string; icon: ReactNode; keys?: string; run: () => void }

const icon = 15;

function withProject(then: (id: string) => Promise<unknown>): void {
  const id = useApp.getState().preferences.projectId;
  if (id) then(id).catch(complain);
}

export function newProject(): void {
  useApp.getState().prefer({ projectId: null });
  useApp.getState().set({ selected: null, seconds: 0, isFilmShown: false, view: "scene" });
}

const roomIcons: Record<Room, ReactNode> = {
  projects: <Clapperboard size={icon} />, workflows: <Workflow size={icon} />, objects: <Shapes size={icon} />, gallery: <Image size={icon} />,
  models: <Package size={icon} />,
  queue: <ListVideo size={icon} />, engines: <Cpu size={icon} />, plugins: <Blocks size={icon} />, settings: <Settings size={icon} />,
};

let before: Pick<Preferences, "room" | "isOutlineOpen"> | null = null;

/** Nothing but the work, until it is asked for again. */
export function focusOnWork(): void {
  const { preferences: { room, isOutlineOpen }, prefer } = useApp.getState();
  if (room || isOutlineOpen) {
    before = { room, isOutlineOpen };
    prefer({ room: null, isOutlineOpen: false });
  } else prefer(before ?? { room: "projects", isOutlineOpen: true });
}

const extra = new Map<string, Action>();

/** Plugins add their own. */
export function addAction(action: Action): () => void {
  extra.set(action.id, action);
  return () => extra.delete(action.id);
}

export function allActions(): Action[] {
  const { set, prefer, preferences } = useApp.getState();
  const step = (direction: "undo" | "redo") => withProject((id) => call("post", direction === "undo" ? "/projects/{id}/undo" : "/projects/{id}/redo", { path: { id } }).then(putProject));
  return [
    { id: "render", label: t("action.render"), icon: <Clapperboard size={icon} />, keys: "Ctrl+Enter", run: () => withProject(renderProject) },
    { id: "still", label: t("action.still"), icon: <Image size={icon} />, run: () => withProject((id) => renderProject(id, { still: true, outputs: ["png"] })) },
    { id: "new", label: t("action.new"), icon: <FilePlus2 size={icon} />, run: newProject },
    { id: "undo", label: t("action.undo"), icon: <Undo2 size={icon} />, keys: "Ctrl+Z", run: () => step("undo") },
    { id: "redo", label: t("action.redo"), icon: <Redo2 size={icon} />, keys: "Ctrl+Shift+Z", run: () => step("redo") },
    { id: "clear", label: t("action.clear"), icon: <Sparkles size={icon} />, run: () => void submit("clear the scene") },
    { id: "play", label: t("action.play"), icon: <Play size={icon} />, keys: "Space", run: () => set({ isPlaying: !useApp.getState().isPlaying }) },
    { id: "camera", label: t("action.camera"), icon: <Video size={icon} />, run: () => set({ isThroughCamera: !useApp.getState().isThroughCamera }) },
    { id: "wireframe", label: t("action.wireframe"), icon: <Box size={icon} />, run: () => set({ look: useApp.getState().look === "wireframe" ? "shaded" : "wireframe" }) },
    { id: "scene", label: t("view.scene"), icon: <Box size={icon} />, keys: "Alt+1", run: () => go("scene") },
    { id: "graph", label: t("view.graph"), icon: <Workflow size={icon} />, keys: "Alt+2", run: () => go("graph") },
    { id: "split", label: t("view.split"), icon: <Columns2 size={icon} />, keys: "Alt+3", run: () => go("split") },
    { id: "films", label: t("view.gallery"), icon: <Image size={icon} />, keys: "Alt+4", run: () => go("gallery") },
    ...(Object.keys(roomIcons) as Room[]).map((room) => ({ id: `room-${room}`, label: t("action.open", { what: t(`room.${room}` as Word) }), icon: roomIcons[room], run: () => prefer({ room }) })),
    { id: "theme", label: t("action.theme"), icon: <Moon size={icon} />, run: () => prefer({ theme: document.documentElement.dataset["theme"] === "light" ? "dark" : "light" }) },
    { id: "language", label: t("action.language"), icon: <Languages size={icon} />, run: () => prefer({ language: preferences.language === "en" ? "de" : "en" }) },
    { id: "focus", label: t("keys.focus"), icon: <Focus size={icon} />, keys: "F", run: focusOnWork },
    { id: "keys", label: t("keys.title"), icon: <Keyboard size={icon} />, keys: "Ctrl+Shift+K", run: () => set({ areKeysShown: true }) },
    { id: "tour", label: t("action.tour"), icon: <Sparkles size={icon} />, run: () => set({ isTourOpen: true }) },
    ...extra.values(),
  ];
}
