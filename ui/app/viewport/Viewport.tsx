// The scene before any rendering: live, from all sides, and in motion.
import { Sparkles } from "lucide-react";
import { Failure } from "../parts/Failure";
import { useApp } from "../state";
import { Timeline } from "../timeline/Timeline";
import { t } from "../words";
import { useProject } from "../wire/queries";
import { Camera } from "./Camera";
import { Film } from "./Film";
import { Gizmo } from "./Gizmo";
import { Model } from "./Model";
import { SceneCanvas } from "./SceneCanvas";
import { Stage } from "./Stage";
import { Swap } from "./Swap";
import { Tools } from "./Tools";
import { skyOf } from "./sky";
import { useSceneModel } from "./useSceneModel";
import { Welcome } from "./Welcome";

export default function Viewport() {
  const { data: project, isLoading: isOpening } = useProject();
  const { model, error, isLoading } = useSceneModel(project);
  const isCovered = useApp((s) => s.isCovered), isFilmShown = useApp((s) => s.isFilmShown);
  return (
    <div className="flex h-full min-h-0 flex-col" data-scene={model?.key ?? ""}>
      <div className="relative min-h-0 flex-1 overflow-hidden">
        <SceneCanvas isOff={isCovered} isAwaiting={isLoading} onPointerMissed={() => useApp.getState().set({ selected: null })} aria-label={t("viewport.label")} role="img" className={model ? "" : "invisible"}>
          <Stage sky={model?.sky ?? skyOf()} isLit />
          <Swap model={model}>{(shown) => <><Camera model={shown} /><Model model={shown} /><Gizmo model={shown} /></>}</Swap>
        </SceneCanvas>
        {!model && !isOpening && !isLoading && !error && <div className="absolute inset-0"><Welcome /></div>}
        {model && !isFilmShown && <Tools />}
        <Film project={project} />
        {isLoading && <div className="absolute bottom-3 left-3 flex items-center gap-2 rounded-full bg-panel/90 px-3 py-1 text-xs text-soft"><Sparkles size={13} className="animate-pulse text-accent" />{t("viewport.building")}</div>}
        {error !== null && <div className="absolute inset-x-0 top-16 mx-auto max-w-md"><Failure error={error} /></div>}
      </div>
      {model && <Timeline model={model} />}
    </div>
  );
}
