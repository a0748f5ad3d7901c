// The socket: what happens at the bridge changes what panels show, and after a lost connection everything catches up.
import { useEffect } from "react";
import { create } from "zustand";
import type { Schemas } from "../../wire/client";
import { WireError } from "../../wire/client";
import type { Link, Message } from "../../wire/socket";
import { connect } from "../../wire/socket";
import { ask } from "../frame/shell";
import { followRun } from "../graph/runs";
import { wordsOf } from "../parts/Failure";
import { saveFrom } from "../parts/menu";
import { complain, offer, say } from "../parts/Toasts";
import { t } from "../words";
import { client, isLive, keys, putTask, refresh } from "./queries";
import { titleOf } from "./titles";

/** How long a film that is ready offers to be saved. */
const savedMs = 12_000;

export const useLink = create<{ link: Link; since: number }>(() => ({ link: "connecting", since: Date.now() }));

function isTask(data: Record<string, unknown>): data is Schemas["Task"] {
  return typeof data["id"] === "string" && "state" in data && "progress" in data;
}

function progress(data: { task_id: string; progress: Schemas["Progress"] }): void {
  client.setQueryData<Schemas["TaskPage"]>(keys.tasks, (page) => page && {
    ...page, items: page.items.map((i) => (i.id === data.task_id && isLive(i) ? { ...i, state: "running" as const, progress: { ...i.progress, ...data.progress } } : i)),
  });
  followRun(data.task_id, data.progress);
}

function finished(task: Schemas["Task"]): void {
  if (task.kind === "install" || task.kind === "verify") {
    void client.invalidateQueries({ queryKey: keys.models });
    void client.invalidateQueries({ queryKey: keys.nodes });
    const line = t("task.ended", { title: titleOf(task) });
    say(line);
    return notify(line);
  }
  void refresh(keys.outputs);
  const seen = task.outputs.filter((o) => o.kind !== "scene" && !o.is_preview), made = seen.find((o) => o.kind === "film") ?? seen[0];
  if (task.state === "done" && task.error) return notDone(task, "task.partly");
  if (task.state !== "done" || !made) return;
  const line = t("task.finished", { title: titleOf(task) });
  offer(line, { label: t("gallery.download"), run: () => saveFrom(made.url, made.file) }, savedMs);
  notify(line);
}

/** What a person can mend: the file, the address or the workflow, and not the program. */
const ofTheirs = ["prompt_outputs_failed_validation", "download_failed", "no_engine", "invalid_file", "unsupported", "not_found"];

/** Not at all, or without a part of it. */
function notDone(task: Schemas["Task"], words: "task.wentWrong" | "task.partly"): void {
  const line = t(words, { title: titleOf(task), why: wordsOf(task.error, task.error?.message ?? "") });
  complain(new WireError(line, ofTheirs.includes(task.error?.type ?? "") ? 422 : 500, { task: task.id, error: task.error }));
  notify(line);
}

/** For whoever looks elsewhere. */
function notify(line: string): void {
  void ask({ type: "notify", title: "Miktos", body: line.slice(0, 400) });
}

/** By this window or by another: what is older than what is shown is no news. */
function projectChanged(id: string, version: unknown): void {
  void refresh(keys.projects, true);
  if (typeof version !== "number" || client.getQueryData<Schemas["Project"]>(keys.project(id))?.version === version) return;
  void client.invalidateQueries({ queryKey: keys.project(id) });
}

export function receive(message: Message): void {
  if (message.type === "task_progress") return progress(message.data as unknown as { task_id: string; progress: Schemas["Progress"] });
  if (message.type === "subscribed") {
    if (message.data["missed"] === true) void client.invalidateQueries();
    return;
  }
  if ("version" in message.data && typeof message.data["project_id"] === "string") return projectChanged(message.data["project_id"], message.data["version"]);
  if (!isTask(message.data)) {
    void client.invalidateQueries({ queryKey: keys.engines });
    void client.invalidateQueries({ queryKey: keys.nodes });
    void client.invalidateQueries({ queryKey: keys.status });
    return;
  }
  putTask(message.data);
  followRun(message.data.id, message.data.progress, message.data);
  if (message.type === "workflow_complete") finished(message.data);
  if (message.type === "error") notDone(message.data, "task.wentWrong");
}

export function useLive(): void {
  useEffect(() => {
    let wasLost = false;
    const socket = connect({
      url: `${location.origin.replace(/^http/, "ws")}/ws`,
      onMessage: receive,
      onLink: (link) => {
        // A try to come back is no news before it is there.
        useLink.setState((s) => (s.link === link || (s.link === "lost" && link === "connecting") ? s : { link, since: Date.now() }));
        if (link === "lost") wasLost = true;
        if (link === "open" && wasLost) {
          wasLost = false;
          void client.invalidateQueries();
        }
      },
    });
    return socket.close;
  }, []);
}
