// The scene before any rendering: live, from all sides, and in motion.
import { Sparkles } from "lucide-react";
import { useCallback, useDeferredValue, useEffect, useLayoutEffect, useState } from "react";
import { flushSync } from "react-dom";
import { Failure } from "../parts/Failure";
import { useLate } from "../parts/useLate";
import { useApp, usePreference, useProjectId } from "../state";
import { heightOf } from "../timeline/Edge";
import { Timeline } from "../timeline/Timeline";
import { t } from "../words";
import type { Command } from "../wire/queries";
import { useProject } from "../wire/queries";
import { Ahead } from "./Ahead";
import { Aim } from "./Aim";
import { Camera } from "./Camera";
import { useCurtain } from "./curtain";
import { Film } from "./Film";
import { FilmFrame, useFilmFrame } from "./FilmFrame";
import { Gizmo } from "./Gizmo";
import { Held } from "./Held";
import { Highlight } from "./Highlight";
import { Model } from "./Model";
import { isReleased } from "./hands";
import { Readout } from "./Readout";
import { SceneCanvas } from "./SceneCanvas";
import { Shadows } from "./Shadows";
import { Swap } from "./Swap";
import { Tools } from "./Tools";
import { useLiveScene } from "./useLiveScene";
import type { SceneModel } from "./useSceneModel";
import { Welcome } from "./Welcome";

const none: readonly Command[] = [];

/** What is seen, by its name: one that was on its way gets that of its project behind its picture. */
function useTold(drawn: SceneModel | null, model: SceneModel | null, name: string): string {
  const seen = useApp((s) => s.seen);
  useEffect(() => {
    useApp.getState().set({ seen: "" });
    return () => useApp.getState().set({ seen: null });
  }, []);
  useLayoutEffect(() => { if (model && drawn === model) useApp.getState().set({ seen: name }); }, [drawn, model, name]);
  return seen ?? "";
}

/** Behind the curtain, until a scene is there: this one, or another. */
function useWaiting(model: SceneModel | null): SceneModel | null {
  useEffect(() => { if (model) useCurtain.setState({ model: null }); }, [model]);
  useEffect(() => () => useCurtain.setState({ model: null }), []);
  return useCurtain((s) => s.model);
}

/** The same function each time: r3f draws anew for another one. */
function chooseNothing(): void {
  if (!isReleased()) useApp.getState().set({ selected: null });
}

export default function Viewport() {
  const { data: project, isLoading: isOpening } = useProject();
  const { model, name, error, isLoading } = useLiveScene(project), [drawn, setDrawn] = useState<SceneModel | null>(null), seen = useTold(drawn, model, name), waiting = useWaiting(model);
  const tell = useCallback((there: SceneModel | null) => flushSync(() => setDrawn(there)), []); // before the next picture, which would hold it up
  const isLate = useLate(isLoading), { ref: area, film, place, frame } = useFilmFrame();
  const isCovered = useApp((s) => s.isCovered), isFilmShown = useApp((s) => s.isFilmShown);
  const height = usePreference("timelineHeight"), projectId = useProjectId();
  const isWorkable = useDeferredValue(model !== null && (drawn !== null || isCovered)); // what one works with comes behind the first picture of all
  return (
    <div className="relative flex h-full min-h-0 flex-col" data-scene={model ? name : ""} data-seen={seen}>
      <div ref={area} className="@container relative min-h-0 flex-1 overflow-hidden">
        <SceneCanvas isOff={isCovered} isAwaiting={isLoading} isBehind={model === null} onSeen={tell} onPointerMissed={chooseNothing} aria-label={t("viewport.label")} role="img">
          <Ahead commands={(project?.commands ?? none) as Command[]} isEmpty={model === null} />
          <Swap model={model} waiting={waiting} isAwaiting={isLoading}>{(shown) => <><Camera model={shown} project={projectId} isUnderBar /><Model model={shown} /><Held model={shown} name={shown === model ? name : ""} /><Highlight model={shown} /><Gizmo model={shown} /><Shadows model={shown} /><Aim model={shown} /></>}</Swap>
        </SceneCanvas>
        {frame && model && <FilmFrame frame={frame} label={`${film.width} × ${film.height}`} />}
        {model && isWorkable && !isFilmShown && <Tools />}
        <Film project={project} place={place} isThrough={frame !== null} />
        <Readout />
        {isLate && <div className="absolute bottom-[calc(var(--bar,0px)+1.75rem)] left-1/2 flex -translate-x-1/2 items-center gap-2 rounded-full bg-panel/90 px-3 py-1 text-xs text-soft"><Sparkles size={13} className="animate-pulse text-accent" />{t("viewport.building")}</div>}
        {error !== null && <div className="absolute inset-x-0 top-16 mx-auto max-w-md"><Failure error={error} /></div>}
      </div>
      {/* Of one height, with and without a scene: the canvas above it keeps its size, and so its picture. */}
      <div className="shrink-0" style={{ height: heightOf(height) }}>{model && isWorkable && <Timeline model={model} />}</div>
      {!model && !isOpening && !isLoading && !error && <div className="absolute inset-0"><Welcome /></div>}
    </div>
  );
}
