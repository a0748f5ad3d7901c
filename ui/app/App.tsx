// The window: rooms at the left, the work in the middle, what it is made of at the right, how things stand below.
import { LoaderCircle } from "lucide-react";
import { Suspense, lazy } from "react";
import { AICommandBar } from "./command/AICommandBar";
import { Outline } from "./outline/Outline";
import { Boundary } from "./parts/Boundary";
import { Toasts } from "./parts/Toasts";
import { useLate } from "./parts/useLate";
import { Rail } from "./frame/Rail";
import { Sidebar } from "./frame/Sidebar";
import { StatusBar } from "./frame/StatusBar";
import { TopBar } from "./frame/TopBar";
import { useDrops } from "./frame/drops";
import { useKeys } from "./frame/useKeys";
import { useShell } from "./frame/useShell";
import { useNarrow, useOutlineShown } from "./frame/space";
import { useTheme } from "./frame/useTheme";
import { useRoute } from "./route";
import { useApp, usePreference } from "./state";
import { useLive } from "./wire/live";
import { Gallery, Viewport, WorkflowCanvas } from "./views";
import { speak, t } from "./words";
import { useLearned } from "./words/foreign";

const Phone = lazy(() => import("./phone/Phone"));
const Tour = lazy(() => import("./tour/Tour"));
const Shortcuts = lazy(() => import("./settings/Shortcuts"));
const Plugins = lazy(() => import("./plugins/Running"));

/** A view whose code is on its way; that it is takes a moment to say, for it seldom takes longer. */
function Coming() {
  const isLate = useLate(true);
  return <div className="grid h-full place-items-center text-soft" aria-busy="true">{isLate && <p role="status" className="flex items-center gap-2"><LoaderCircle size={16} className="animate-spin text-accent" />{t("view.coming")}</p>}</div>;
}

function Main() {
  const view = useApp((s) => s.view);
  if (view === "gallery") return <Gallery isWide />;
  return (
    <div className="flex h-full min-h-0">
      {view !== "graph" && <div className="min-w-0 flex-1" data-half="scene"><Viewport /></div>}
      {view === "split" && <div className="w-px bg-line" />}
      {view !== "scene" && <div className="min-w-0 flex-1" data-half="graph"><WorkflowCanvas /></div>}
    </div>
  );
}

function Desk() {
  const view = useApp((s) => s.view), isOutlineShown = useOutlineShown();
  return (
    <div className="flex h-full flex-col">
      <TopBar />
      <div className="flex min-h-0 flex-1">
        <Rail />
        <Sidebar />
        <main className="relative min-w-0 flex-1" aria-label={t("main.label")}>
          <Boundary name={view}><Suspense fallback={<Coming />}><Main /></Suspense></Boundary>
          <AICommandBar />
        </main>
        {isOutlineShown && (view === "scene" || view === "split") && <Outline />}
      </div>
      <StatusBar />
    </div>
  );
}

export function App() {
  const language = useLearned(usePreference("language")), hasSeenTour = usePreference("hasSeenTour"), plugins = usePreference("plugins"), isTourOpen = useApp((s) => s.isTourOpen), areKeysShown = useApp((s) => s.areKeysShown);
  speak(language);
  useTheme();
  useRoute();
  useLive();
  useKeys();
  useDrops();
  useShell(language);
  const isNarrow = useNarrow();
  return (
    <div key={language} className="h-full">
      <Suspense fallback={null}>{isNarrow ? <Phone /> : <Desk />}</Suspense>
      <Suspense fallback={null}>{(isTourOpen || !hasSeenTour) && <Tour />}{areKeysShown && <Shortcuts />}{plugins.length > 0 && <Plugins />}</Suspense>
      <Toasts />
    </div>
  );
}
