// The scene of the window: its project's, or that of a sentence which is on its way to it.
import { useMemo } from "react";
import { keyOf, sentName, useAhead } from "../command/ahead";
import { useProjectId } from "../state";
import type { Command, Project } from "../wire/queries";
import { bring, take } from "./aheadModel";
import type { Loaded, Source } from "./useSceneModel";
import { useSceneModel, versionOf } from "./useSceneModel";

function useSource(project: Project | undefined): Source | null {
  const id = useProjectId(), sent = useAhead((s) => s.sent);
  const own = useMemo((): Source | null => {
    if (!project?.commands.length) return null;
    const commands = project.commands as Command[], version = versionOf(project);
    return { key: keyOf(commands), name: version.name, load: (detail, signal) => take(commands, detail)?.catch(() => version.load(detail, signal)) ?? version.load(detail, signal) };
  }, [project]);
  const isOurs = sent !== null && (sent.project === null ? own === null : sent.project === id);
  if (!isOurs || sent.key === own?.key) return own;
  return { key: sent.key, name: sentName, isPassing: true, load: (detail) => { const model = bring(sent, detail); return take(sent.commands, detail) ?? model; } };
}

export const useLiveScene = (project: Project | undefined): Loaded => useSceneModel(useSource(project));
