// What the bridge knows, cached and kept fresh; one hook for each thing that panels show.
import { QueryClient, keepPreviousData, queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { readNodeTables } from "../../flow/nodes";
import { shortened } from "../../flow/sentence";
import type { Schemas } from "../../wire/client";
import { WireError, call } from "../../wire/client";
import { wait } from "../../wire/patience";
import { complain } from "../parts/Toasts";
import { useApp, useProjectId } from "../state";

export const client = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 10_000, refetchOnWindowFocus: false, networkMode: "always", retry: (count, error) => error instanceof WireError && error.status >= 400 && error.status < 500 ? false : count < 2 },
    mutations: { networkMode: "always", onError: complain },
  },
});

export type Task = Schemas["Task"];
export type Project = Schemas["Project"];
export type Output = Schemas["Output"];
export type Understanding = Schemas["Understanding"];
export type Command = { op: string } & Record<string, unknown>;

export const keys = {
  status: ["status"], projects: ["projects"], project: (id: string) => ["projects", id], history: (id: string) => ["projects", id, "history"], next: (id: string, version: number) => ["projects", id, "next", String(version)],
  tasks: ["tasks"], nodes: ["nodes"], workflows: ["workflows"], engines: ["engines"], objects: (q: string) => ["objects", q], outputs: ["outputs"], inputs: ["inputs"], models: ["models"], settings: ["settings"], processes: ["processes"], folders: ["folders"],
} as const;

/** One that takes so long to say how it is does not answer: a connection may hang without breaking. */
const longestAnswerMs = 5000;

async function status(signal: AbortSignal): Promise<Schemas["Status"]> {
  const abort = new AbortController(), end = () => abort.abort();
  const leave = wait(longestAnswerMs, end);
  signal.addEventListener("abort", end);
  try {
    return await call("get", "/status", { signal: abort.signal });
  } finally {
    leave();
    signal.removeEventListener("abort", end);
  }
}

interface Page<T> { items: T[]; next_cursor: string | null; total: number }
const largestPage = 200, mostPages = 50;

/** All of a list that is shown as one. */
async function whole<T>(page: (query: { limit: number; cursor?: string }) => Promise<Page<T>>): Promise<Page<T>> {
  const items: T[] = [];
  let next: Page<T> = { items, next_cursor: null, total: 0 };
  for (let n = 0; n < mostPages; n++) {
    next = await page({ limit: largestPage, ...(next.next_cursor ? { cursor: next.next_cursor } : {}) });
    items.push(...next.items);
    if (next.next_cursor === null) break;
  }
  return { items, next_cursor: next.next_cursor, total: next.total };
}

export const useStatus = () => useQuery({ queryKey: keys.status, queryFn: ({ signal }) => status(signal), refetchInterval: 2000, retry: false });
/** The last two lists, for what was done in between. */
export const useProcesses = () => useQuery({
  queryKey: keys.processes, refetchInterval: 2000, retry: false,
  queryFn: async ({ signal }) => [...(client.getQueryData<Schemas["ProcessList"][]>(keys.processes) ?? []).slice(-1), await call("get", "/processes", { signal })],
});
export const useFolders = () => useQuery({ queryKey: keys.folders, queryFn: ({ signal }) => call("get", "/folders", { signal }), refetchInterval: 30_000 });
export const useProjects = (isWanted = true) => useQuery({ queryKey: keys.projects, enabled: isWanted, queryFn: ({ signal }) => whole((query) => call("get", "/projects", { signal, query })) });
export const useEngines = () => useQuery({ queryKey: keys.engines, queryFn: ({ signal }) => call("get", "/engines", { signal }), refetchInterval: 5000 });
export const useWorkflows = (isWanted = true) => useQuery({ queryKey: keys.workflows, enabled: isWanted, queryFn: ({ signal }) => whole((query) => call("get", "/workflows", { signal, query })) });
export const useModels = (isWanted = true) => useQuery({ queryKey: keys.models, enabled: isWanted, queryFn: ({ signal }) => call("get", "/models", { signal, query: { limit: 200 } }) });
export const useTasks = () => useQuery({ queryKey: keys.tasks, queryFn: ({ signal }) => call("get", "/tasks", { signal, query: { limit: 100 } }), staleTime: 60_000 });
export const useObjects = (q: string, isWanted = true) => useQuery({ queryKey: keys.objects(q), enabled: isWanted, queryFn: ({ signal }) => whole((page) => call("get", "/objects", { signal, query: { ...page, ...(q ? { q } : {}) } })), placeholderData: keepPreviousData, staleTime: 600_000 });
const nodeTables = queryOptions({ queryKey: keys.nodes, queryFn: async ({ signal }) => readNodeTables(await call("get", "/nodes", { signal })), staleTime: 300_000 });
export const useNodeTables = () => useQuery(nodeTables);
export const fetchNodeTables = () => client.fetchQuery(nodeTables);

export function useProject() {
  const id = useProjectId();
  return useQuery({ queryKey: keys.project(id ?? ""), enabled: id !== null, queryFn: ({ signal }) => call("get", "/projects/{id}", { path: { id: id ?? "" }, signal }) });
}

export function currentProject(): Project | undefined {
  return client.getQueryData<Project>(keys.project(useApp.getState().preferences.projectId ?? ""));
}

const nothing: string[] = [];

/** What may be said next of the project as it is; nothing while there is no scene or nobody to ask. */
export function useNext(): string[] {
  const project = useProject().data, id = project?.id ?? "", version = project?.version ?? 0;
  const query = useQuery({ queryKey: keys.next(id, version), enabled: (project?.commands.length ?? 0) > 0, staleTime: Infinity, queryFn: ({ signal }) => call("get", "/projects/{id}/next", { path: { id }, query: { version }, signal }) });
  return query.data?.sentences ?? nothing;
}

export function useHistory(id: string | null) {
  return useQuery({ queryKey: keys.history(id ?? ""), enabled: id !== null, queryFn: ({ signal }) => whole((query) => call("get", "/projects/{id}/history", { path: { id: id ?? "" }, query, signal })) });
}

/** Asked again, also where the first answer is still under way: it may be from before the change. */
export async function refresh(queryKey: readonly string[], exact = false): Promise<void> {
  await client.cancelQueries({ queryKey, exact });
  await client.invalidateQueries({ queryKey, exact });
}

export function putProject(project: Project): void {
  client.setQueryData(keys.project(project.id), project);
  void refresh(keys.history(project.id));
  void refresh(keys.projects, true);
}

/** The project one works in; made on the first need, named after the first sentence. */
async function projectForWork(name: string): Promise<string> {
  const { preferences, prefer } = useApp.getState();
  if (preferences.projectId) return preferences.projectId;
  const project = await call("post", "/projects", { body: { name: shortened(name, 60) } });
  putProject(project);
  prefer({ projectId: project.id });
  return project.id;
}

/** Sentences and commands for the project one works in, or for `project`. One that was removed elsewhere, or is another bridge's, does not hold them up: they begin a new one. */
export async function changeProject(name: string, body: Schemas["ProjectCommand"], { idempotencyKey, project }: { idempotencyKey?: string; project?: string | null } = {}) {
  const post = async (id = project) => call("post", "/projects/{id}/commands", { path: { id: id ?? await projectForWork(name) }, body, ...(idempotencyKey ? { idempotencyKey } : {}) });
  try {
    return await post();
  } catch (error) {
    if (!(error instanceof WireError) || error.status !== 404 || (project && project !== useApp.getState().preferences.projectId)) throw error;
    useApp.getState().prefer({ projectId: null });
    return post(null);
  }
}

export function useStep(direction: "undo" | "redo") {
  return useMutation({
    mutationFn: (id: string) => call("post", direction === "undo" ? "/projects/{id}/undo" : "/projects/{id}/redo", { path: { id } }),
    onSuccess: putProject,
  });
}

export function putTask(task: Task): void {
  client.setQueryData<Schemas["TaskPage"]>(keys.tasks, (page) => {
    const items = page?.items ?? [];
    const known = items.some((i) => i.id === task.id);
    return { next_cursor: page?.next_cursor ?? null, total: (page?.total ?? 0) + (known ? 0 : 1), items: known ? items.map((i) => (i.id === task.id ? task : i)) : [task, ...items] };
  });
}

/** One that was just ordered; when the socket was faster than the answer, what it told stays. */
export function putNewTask(task: Task): void {
  const known = client.getQueryData<Schemas["TaskPage"]>(keys.tasks)?.items.some((i) => i.id === task.id);
  if (!known) putTask(task);
}

/** Places in the queue, shown at once, so that the next step begins from there; the bridge has the last word. */
export async function reorder(changes: readonly { id: string; priority: number }[]): Promise<void> {
  client.setQueryData<Schemas["TaskPage"]>(keys.tasks, (page) => page && { ...page, items: page.items.map((i) => ({ ...i, priority: changes.find((c) => c.id === i.id)?.priority ?? i.priority })) });
  try {
    await Promise.all(changes.map(({ id, priority }) => call("patch", "/task/{id}", { path: { id }, body: { priority } })));
  } finally {
    await client.invalidateQueries({ queryKey: keys.tasks });
  }
}

/** What waits, as it is known now. */
export const waitingTasks = (): Task[] => client.getQueryData<Schemas["TaskPage"]>(keys.tasks)?.items.filter((i) => i.state === "queued") ?? [];
export const knownTask = (id: string) => client.getQueryData<Schemas["TaskPage"]>(keys.tasks)?.items.find((i) => i.id === id);

/** The answer to a request about a task that was known as `before`; when the socket has told more since, that stays. */
export function putAnswer(task: Task, before: Task | undefined): void {
  if (knownTask(task.id) === before) putTask(task);
}

const step = (path: "/task/{id}/cancel" | "/task/{id}/retry") => ({ mutationFn: (id: string) => call("post", path, { path: { id } }), onMutate: knownTask, onSuccess: (task: Task, _: string, before: Task | undefined) => putAnswer(task, before) });
export const useCancel = () => useMutation(step("/task/{id}/cancel"));
export const useRetry = () => useMutation(step("/task/{id}/retry"));

export function isLive(task: Task): boolean {
  return task.state === "queued" || task.state === "leased" || task.state === "running";
}
