// Everything the app can do by a slash: one list for the command bar, menus and keys.
import { Activity, Blocks, Box, ChevronDown, ChevronUp, CircleX, Clapperboard, Columns2, Cpu, Download, Eye, EyeOff, FilePlus2, Film, Focus, FolderOpen, Image, Keyboard, Languages, ListVideo, Maximize, MessageSquare, Moon, MousePointer2, Move, Package, PanelRight, PencilLine, Play, Redo2, Rotate3d, Scaling, Settings, Shapes, SkipBack, SkipForward, SlidersHorizontal, Sparkles, Trash2, Undo2, Video, Workflow, ZoomIn } from "lucide-react";
import type { ReactNode } from "react";
import { score } from "../../flow/search";
import { ask, isInShell } from "../frame/shell";
import { toggleOutline } from "../frame/space";
import { complain, goToMessages, say } from "../parts/Toasts";
import { go } from "../route";
import type { GizmoMode, Preferences, Room } from "../state";
import { looks, toggleAnyDetail, useApp } from "../state";
import type { Word } from "../words";
import { t } from "../words";
import { call, fetchWhole, urlOf } from "../../wire/client";
import { pend } from "../../wire/pending";
import { save } from "../parts/menu";
import { currentProject, putProject } from "../wire/queries";
import { goByFrames, goTo } from "../timeline/go";
import { zoomStep, zoomTime } from "../timeline/useZoom";
import { canvasActions, keptActions } from "./moreActions";
import { frameIt, removeThing, selectBy, selectNothing, toggleAlone, toggleHidden, withSelected } from "./selection";
import { renderProject, stopOlder, submit } from "./submit";

export interface Action { id: string; label: string; icon: ReactNode; keys?: string; run: () => void }

const icon = 15;

function withProject(then: (id: string) => Promise<unknown>): void {
  const id = useApp.getState().preferences.projectId;
  if (id) then(id).catch(complain);
  else say(t("action.noProject"));
}

function withScene(then: (id: string) => Promise<unknown>): void {
  if (currentProject()?.commands.length === 0) say(t("outline.empty"));
  else withProject(then);
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

const qualities = ["draft", "standard", "final"] as const;
const tools: Record<GizmoMode, [ReactNode, string]> = {
  none: [<MousePointer2 size={icon} />, "Q"], translate: [<Move size={icon} />, "G"], rotate: [<Rotate3d size={icon} />, "R"], scale: [<Scaling size={icon} />, "S"],
};

/** As a file of its own, with its animation; a large scene takes the bridge seconds. */
async function saveScene(): Promise<void> {
  const project = currentProject();
  if (!project?.commands.length) return say(t("outline.empty"));
  const url = urlOf("/projects/{id}/scene.glb", { id: project.id }, { version: project.version });
  save(`${project.name}.glb`, await pend(async (signal) => (await fetchWhole(url, { signal })).blob()));
}

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
  const step = (direction: "undo" | "redo") => currentProject()?.[`can_${direction}`] === false ? say(t(`action.${direction}None`)) : withProject((id) => call("post", direction === "undo" ? "/projects/{id}/undo" : "/projects/{id}/redo", { path: { id } }).then(putProject));
  return [
    { id: "render", label: t("action.render"), icon: <Clapperboard size={icon} />, keys: "Ctrl+Enter", run: () => withScene(renderProject) },
    { id: "still", label: t("action.still"), icon: <Image size={icon} />, run: () => withScene((id) => renderProject(id, { still: true, outputs: ["png"] })) },
    { id: "new", label: t("action.new"), icon: <FilePlus2 size={icon} />, run: newProject },
    { id: "undo", label: t("action.undo"), icon: <Undo2 size={icon} />, keys: "Ctrl+Z", run: () => step("undo") },
    { id: "redo", label: t("action.redo"), icon: <Redo2 size={icon} />, keys: "Ctrl+Shift+Z", run: () => step("redo") },
    { id: "clear", label: t("action.clear"), icon: <Sparkles size={icon} />, run: () => void submit("clear the scene") },
    { id: "play", label: t("action.play"), icon: <Play size={icon} />, keys: "Space", run: () => set({ isPlaying: !useApp.getState().isPlaying }) },
    { id: "camera", label: t("action.camera"), icon: <Video size={icon} />, keys: "C", run: () => set({ isThroughCamera: !useApp.getState().isThroughCamera }) },
    { id: "wireframe", label: t("action.wireframe"), icon: <Box size={icon} />, keys: "W", run: () => set({ look: useApp.getState().look === "wireframe" ? "shaded" : "wireframe" }) },
    ...looks.filter((look) => look !== "wireframe").map((look) => ({ id: `look-${look}`, label: t("action.look", { what: t(`look.${look}` as Word) }), icon: <Eye size={icon} />, keys: String(looks.indexOf(look) + 1), run: () => set({ look }) })),
    ...Object.entries(tools).map(([mode, [shown, keys]]) => ({ id: `tool-${mode}`, label: t(`tool.${mode}` as Word), icon: shown, keys, run: () => set({ gizmo: mode as GizmoMode }) })),
    { id: "start", label: t("timeline.start"), icon: <SkipBack size={icon} />, keys: "Home", run: () => goTo(0) },
    { id: "end", label: t("timeline.end"), icon: <SkipForward size={icon} />, keys: "End", run: () => goTo(useApp.getState().duration) },
    { id: "back", label: t("timeline.back"), icon: <SkipBack size={icon} />, keys: "ArrowLeft", run: () => goByFrames(-1) },
    { id: "forward", label: t("timeline.forward"), icon: <SkipForward size={icon} />, keys: "ArrowRight", run: () => goByFrames(1) },
    ...([["zoomIn", zoomStep], ["zoomOut", 1 / zoomStep], ["zoomAll", 0]] as const).map(([name, by]) => ({ id: `time-${name}`, label: `${t("timeline.label")}: ${t(`timeline.${name}`)}`, icon: <ZoomIn size={icon} />, run: () => zoomTime(by) })),
    { id: "nothing", label: t("keys.nothing"), icon: <MousePointer2 size={icon} />, keys: "Escape", run: selectNothing },
    { id: "frame", label: t("keys.fit"), icon: <Maximize size={icon} />, keys: ".", run: frameIt },
    { id: "next", label: t("keys.next"), icon: <ChevronDown size={icon} />, keys: "N", run: () => selectBy(1) },
    { id: "previous", label: t("keys.previous"), icon: <ChevronUp size={icon} />, keys: "Shift+N", run: () => selectBy(-1) },
    { id: "hide", label: t("keys.hide"), icon: <EyeOff size={icon} />, keys: "H", run: () => withSelected(toggleHidden) },
    { id: "alone", label: t("keys.alone"), icon: <Focus size={icon} />, keys: "Shift+H", run: () => withSelected(toggleAlone) },
    { id: "remove", label: t("keys.remove"), icon: <Trash2 size={icon} />, keys: "Delete", run: () => withSelected(removeThing) },
    { id: "film", label: t(useApp.getState().isFilmShown ? "film.hide" : "film.show"), icon: <Film size={icon} />, run: () => set({ isFilmShown: !useApp.getState().isFilmShown }) },
    { id: "stop", label: t("action.stop"), icon: <CircleX size={icon} />, run: () => withProject(stopOlder) },
    { id: "save-scene", label: t("action.saveScene"), icon: <Download size={icon} />, run: () => void saveScene().catch(complain) },
    ...(isInShell() ? [{ id: "folder", label: t("action.folder"), icon: <FolderOpen size={icon} />, keys: "Ctrl+Shift+O", run: () => void ask({ type: "show-folder" }).catch(complain) }] : []),
    { id: "outline", label: t("outline.toggle"), icon: <PanelRight size={icon} />, run: toggleOutline },
    { id: "log", label: t("keys.log"), icon: <Activity size={icon} />, keys: "Ctrl+`", run: toggleAnyDetail },
    ...qualities.map((quality) => ({ id: `quality-${quality}`, label: `${t("setting.quality")}: ${t(`quality.${quality}`)}`, icon: <SlidersHorizontal size={icon} />, run: () => prefer({ quality }) })),
    { id: "scene", label: t("view.scene"), icon: <Box size={icon} />, keys: "Alt+1", run: () => go("scene") },
    { id: "graph", label: t("view.graph"), icon: <Workflow size={icon} />, keys: "Alt+2", run: () => go("graph") },
    { id: "split", label: t("view.split"), icon: <Columns2 size={icon} />, keys: "Alt+3", run: () => go("split") },
    { id: "films", label: t("view.gallery"), icon: <Image size={icon} />, keys: "Alt+4", run: () => go("gallery") },
    ...(Object.keys(roomIcons) as Room[]).map((room) => ({ id: `room-${room}`, label: t("action.open", { what: t(`room.${room}` as Word) }), icon: roomIcons[room], run: () => prefer({ room }) })),
    { id: "theme", label: t("action.theme"), icon: <Moon size={icon} />, run: () => prefer({ theme: document.documentElement.dataset["theme"] === "light" ? "dark" : "light" }) },
    { id: "language", label: t("action.language"), icon: <Languages size={icon} />, run: () => prefer({ language: preferences.language === "en" ? "de" : "en" }) },
    { id: "focus", label: t("keys.focus"), icon: <Focus size={icon} />, keys: "F", run: focusOnWork },
    { id: "messages", label: t("keys.messages"), icon: <MessageSquare size={icon} />, keys: "F8", run: goToMessages },
    { id: "keys", label: t("keys.title"), icon: <Keyboard size={icon} />, keys: "Ctrl+Shift+K", run: () => set({ areKeysShown: true }) },
    { id: "tour", label: t("action.tour"), icon: <Sparkles size={icon} />, run: () => set({ isTourOpen: true }) },
    { id: "rename", label: t("action.rename"), icon: <PencilLine size={icon} />, run: () => dispatchEvent(new Event("miktos:rename")) },
    ...canvasActions(),
    ...keptActions(),
    ...extra.values(),
  ];
}

/** Less than a word of what it is called. */
const mostById = 40;

/** By what they are called, or by their name in the program; the best first. */
export function findActions(words: string): Action[] {
  const points = ({ id, label }: Action) => Math.max(score(words, label) ?? -Infinity, Math.min(score(words, id) ?? -Infinity, mostById));
  return allActions().map((action) => ({ action, points: points(action) })).filter((a) => a.points > -Infinity).sort((a, b) => b.points - a.points).map((a) => a.action);
}
