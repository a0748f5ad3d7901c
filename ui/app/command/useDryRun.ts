// What would be understood of a sentence, asked again with each key and when the bridge is back; an answer that comes late is thrown away.
import { useLayoutEffect, useRef, useState } from "react";
import { call } from "../../wire/client";
import { useProjectId } from "../state";
import { useLink } from "../wire/live";
import { useAnswer } from "./submit";
import type { Understanding } from "../wire/queries";

export interface DryRun { sentence: string; understanding: Understanding }

export function useDryRun(sentence: string): DryRun | null {
  const project = useProjectId(), isSent = useAnswer((s) => s.isBusy), isLost = useLink((s) => s.link === "lost");
  const [result, setResult] = useState<DryRun | null>(null), wasSent = useRef(false);
  // Before the letter itself is painted, which takes longer than the answer where no graphics card helps.
  useLayoutEffect(() => {
    if (!sentence.trim() || sentence.startsWith("/")) {
      setResult(null);
      return;
    }
    const isDone = wasSent.current && !isSent && !useAnswer.getState().answer?.error;
    wasSent.current = isSent;
    if (isSent || isDone) return; // it makes a project, perhaps, but says nothing else by that; and then it goes
    const abort = new AbortController();
    call("post", "/execute-command", { body: { command: sentence, dry_run: true, ...(project ? { project_id: project } : {}) }, signal: abort.signal })
      .then((data) => setResult({ sentence, understanding: data as unknown as Understanding }))
      .catch(() => {}); // offline: the sentence is simply not coloured
    return () => abort.abort();
  }, [sentence, project, isSent, isLost]);
  return result;
}
