// A GLB of the gallery, turned by hand.
import { useEffect, useState } from "react";
import { Failure } from "../parts/Failure";
import { Camera } from "../viewport/Camera";
import { Model } from "../viewport/Model";
import { SceneCanvas } from "../viewport/SceneCanvas";
import { Stage } from "../viewport/Stage";
import type { SceneModel } from "../viewport/useSceneModel";
import { loadScene } from "../viewport/useSceneModel";

export default function SceneFile({ url }: { url: string }) {
  const [model, setModel] = useState<SceneModel | null>(null), [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const abort = new AbortController();
    loadScene(url, { signal: abort.signal }).then(setModel).catch((e: unknown) => { if (!abort.signal.aborted) setError(e); });
    return () => abort.abort();
  }, [url]);
  if (error) return <Failure error={error} />;
  if (!model) return null;
  return <div className="size-full"><SceneCanvas><Camera model={model} /><Stage sky={model.sky} isLit /><Model model={model} /></SceneCanvas></div>;
}
