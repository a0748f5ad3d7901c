// Actions of the canvas, and those that name what the bridge keeps: workflows to open or run, projects, tasks to end.
import { Blocks, Clapperboard, CircleX, Cpu, Dices, Download, GitBranch, ListX, Play, ShieldCheck, SlidersHorizontal, Trash2, Workflow } from "lucide-react";
import { call } from "../../wire/client";
import type { Schemas } from "../../wire/client";
import { onCanvas } from "../frame/shortcuts";
import { empty, freeEngine, madeAgain } from "../frame/usageDeeds";
import type { Deed } from "../graph/byWords";
import { doOnCanvas } from "../graph/byWords";
import { openWorkflow } from "../graph/openWorkflow";
import { openWorkflowOf, reuseSeedOf } from "../gallery/origin";
import type { Work } from "../gallery/useWorks";
import { saveFrom } from "../parts/menu";
import { complain, say } from "../parts/Toasts";
import { saidIn } from "../plugins/protocol";
import type { Shelved } from "../plugins/shelf";
import { openForm } from "../parts/forms";
import { branchFrom, removeProject } from "../projects/deeds";
import { cancelAll } from "../queue/cancel";
import { clearEnded } from "../queue/clear";
import { go } from "../route";
import { sizes } from "../settings/sizes";
import { askFor } from "../workflows/asking";
import { useApp } from "../state";
import type { Word } from "../words";
import { t } from "../words";
import { client, currentProject, keys, putNewTask } from "../wire/queries";
import type { Action } from "./actions";

const icon = 15;

/** Rooms have actions of their own, and a way out needs no words. */
const left: readonly Word[] = ["room.queue", "room.models", "room.gallery", "graph.templates", "keys.leave", "keys.nudge"];

const unkeyed: readonly [Deed, Word][] = [
  ["export", "graph.exportEditor"], ["export-api", "graph.exportApi"], ["from-scene", "graph.fromScene"], ["align-left", "align.left"], ["align-right", "align.right"],
  ["align-top", "align.top"], ["align-bottom", "align.bottom"], ["spread-x", "align.spreadX"], ["spread-y", "align.spreadY"],
];

export function canvasActions(): Action[] {
  const one = (deed: Deed, word: Word, key?: string): Action => ({ id: `canvas-${deed}`, label: `${t("graph.label")}: ${t(word)}`, icon: <Workflow size={icon} />, ...(key ? { keys: key } : {}), run: () => doOnCanvas(deed) });
  return [...onCanvas.filter((s) => !left.includes(s.word)).map((s) => one(s.keys[0], s.word, s.keys[0])), ...unkeyed.map(([deed, word]) => one(deed, word))];
}

/** What asks for something is answered first. */
async function run(workflow: Schemas["Workflow"]): Promise<void> {
  if (workflow.inputs.length > 0) return askFor(workflow.id);
  putNewTask(await call("post", "/workflows/{id}/execute", { path: { id: workflow.id }, body: { inputs: {} } }));
  useApp.getState().prefer({ room: "queue" });
}

/** What was made last. */
function withNewest(then: (work: Work) => Promise<unknown>): void {
  call("get", "/outputs", { query: { limit: 1 } }).then(({ items: [work] }) => (work ? then(work) : say(t("gallery.empty")))).catch(complain);
}

/** Of the project that is open, or of all there are. */
function saveFilm(): void {
  const project_id = useApp.getState().preferences.projectId;
  call("get", "/outputs", { query: { kind: "film", limit: 1, ...(project_id ? { project_id } : {}) } }).then(({ items: [film] }) => (film ? saveFrom(film.url, film.file) : say(t("action.noFilm")))).catch(complain);
}

function branchHere(): void {
  const project = currentProject();
  if (project) void branchFrom(project, project.version);
  else say(t("action.noProject"));
}

function removeOpen(): void {
  const project = currentProject();
  if (project) removeProject(project);
  else say(t("action.noProject"));
}

/** Of what is known here; two that are called alike are told apart by their number. */
function named<T extends { id: string; name: string }>(items: readonly T[], make: (item: T, name: string) => Action[]): Action[] {
  const count = new Map<string, number>();
  return items.flatMap((item) => {
    const n = (count.get(item.name) ?? 0) + 1;
    count.set(item.name, n);
    return make(item, n > 1 ? `${item.name} (${n})` : item.name);
  });
}

export function keptActions(): Action[] {
  const workflows = client.getQueryData<Schemas["WorkflowPage"]>(keys.workflows)?.items ?? [], projects = client.getQueryData<Schemas["ProjectPage"]>(keys.projects)?.items ?? [];
  const { preferences, prefer } = useApp.getState(), shelved = client.getQueryData<Shelved[]>(["shelf"]) ?? [];
  return [
    { id: "clear-ended", label: t("queue.clear"), icon: <ListX size={icon} />, run: () => clearEnded(client.getQueryData<Schemas["TaskPage"]>(keys.tasks)?.items ?? []) },
    { id: "save-film", label: t("action.saveFilm"), icon: <Download size={icon} />, run: saveFilm },
    { id: "newest-workflow", label: t("action.newestWorkflow"), icon: <Workflow size={icon} />, run: () => withNewest((work) => openWorkflowOf(work).then(() => go("graph"))) },
    { id: "newest-seed", label: t("action.newestSeed"), icon: <Dices size={icon} />, run: () => withNewest((work) => reuseSeedOf(work).then((seed) => say(t("gallery.seed", { seed: String(seed) })))) },
    { id: "branch", label: t("action.branch"), icon: <GitBranch size={icon} />, run: branchHere },
    { id: "remove-project", label: t("action.removeProject"), icon: <Trash2 size={icon} />, run: removeOpen },
    { id: "cancel-all", label: t("action.cancelAll"), icon: <CircleX size={icon} />, run: () => void cancelAll().catch(complain) },
    { id: "verify", label: t("models.verify"), icon: <ShieldCheck size={icon} />, run: () => void call("post", "/models/verify").then(putNewTask).catch(complain) },
    { id: "after", label: t(preferences.renderAfterCommand ? "action.filmLater" : "action.filmAtOnce"), icon: <Clapperboard size={icon} />, run: () => prefer({ renderAfterCommand: !preferences.renderAfterCommand }) },
    ...(["auto", "full", "light"] as const).map((detail) => ({ id: `detail-${detail}`, label: `${t("setting.detail")}: ${t(`detail.${detail}`)}`, icon: <SlidersHorizontal size={icon} />, run: () => prefer({ detail }) })),
    ...sizes.map(([width, height]) => ({ id: `size-${width}-${height}`, label: `${t("setting.size")}: ${width} × ${height}`, icon: <SlidersHorizontal size={icon} />, run: () => prefer({ width, height }) })),
    { id: "free", label: `${t("engine.own")}: ${t("usage.free")} (${t("status.memory")})`, icon: <Trash2 size={icon} />, run: () => void freeEngine().catch(complain) },
    ...madeAgain.map((name) => ({ id: `empty-${name}`, label: `${t("usage.empty")}: ${t(`usage.${name}`)}`, icon: <Trash2 size={icon} />, run: () => void empty(name).catch(complain) })),
    { id: "turns", label: `${t("setting.turns")}: ${t(preferences.seedTurns === "after" ? "turns.before" : "turns.after")}`, icon: <SlidersHorizontal size={icon} />, run: () => prefer({ seedTurns: preferences.seedTurns === "after" ? "before" : "after" }) },
    { id: "theme-system", label: `${t("setting.theme")}: ${t("setting.system")}`, icon: <SlidersHorizontal size={icon} />, run: () => prefer({ theme: "system" }) },
    { id: "add-engine", label: t("engine.add"), icon: <Cpu size={icon} />, run: () => openForm("engines") },
    { id: "install-model", label: t("models.byAddress"), icon: <Download size={icon} />, run: () => openForm("models") },
    ...shelved.map(({ manifest }) => {
      const isOn = preferences.plugins.includes(manifest.id), name = saidIn(manifest, preferences.language).name;
      return { id: `plugin-switch-${manifest.id}`, label: t(isOn ? "plugin.turnOff" : "plugin.turnOn", { name }), icon: <Blocks size={icon} />, run: () => prefer({ plugins: isOn ? preferences.plugins.filter((i) => i !== manifest.id) : [...preferences.plugins, manifest.id] }) };
    }),
    ...named(workflows, (w, name) => [
      { id: `run-${w.id}`, label: t("action.run", { what: name }), icon: <Play size={icon} />, run: () => void run(w).catch(complain) },
      { id: `workflow-${w.id}`, label: t("action.openWorkflow", { what: name }), icon: <Workflow size={icon} />, run: () => void openWorkflow(w.id).catch(complain) },
    ]),
    ...named(projects, (p, name) => [{ id: `project-${p.id}`, label: t("action.openProject", { what: name }), icon: <Clapperboard size={icon} />, run: () => { prefer({ projectId: p.id }); go("scene", "projects"); } }]),
  ];
}
