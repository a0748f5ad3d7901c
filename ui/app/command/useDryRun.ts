// What would be understood of a sentence, asked again with each key; an answer that comes late is thrown away.
import { useEffect, useState } from "react";
import { call } from "../../wire/client";
import { useProjectId } from "../state";
import type { Understanding } from "../wire/queries";

export interface DryRun { sentence: string; understanding: Understanding }

const pauseMs = 25;

export function useDryRun(sentence: string): DryRun | null {
  const project = useProjectId();
  const [result, setResult] = useState<DryRun | null>(null);
  useEffect(() => {
    if (!sentence.trim() || sentence.startsWith("/")) {
      setResult(null);
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      call("post", "/execute-command", { body: { command: sentence, dry_run: true, ...(project ? { project_id: project } : {}) }, signal: abort.signal })
        .then((data) => setResult({ sentence, understanding: data as unknown as Understanding }))
        .catch(() => {}); // offline: the sentence is simply not coloured
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [sentence, project]);
  return result;
}
