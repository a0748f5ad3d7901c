// The room that is open, loaded when it is opened first; its edge can be dragged.
import type { ComponentType, PointerEvent } from "react";
import { Suspense, lazy, useState } from "react";
import { Boundary } from "../parts/Boundary";
import { Waiting } from "../parts/controls";
import type { Room } from "../state";
import { usePreference } from "../state";
import { t } from "../words";

const panels: Record<Room, ComponentType> = {
  projects: lazy(() => import("../projects/Projects")),
  workflows: lazy(() => import("../workflows/Workflows")),
  objects: lazy(() => import("../objects/Objects")),
  gallery: lazy(() => import("../gallery/Gallery")),
  models: lazy(() => import("../models/Models")),
  queue: lazy(() => import("../queue/Queue")),
  engines: lazy(() => import("../engines/Engines")),
  plugins: lazy(() => import("../plugins/Plugins")),
  settings: lazy(() => import("../settings/Settings")),
};

const narrowest = 240, widest = 560;

export function Sidebar() {
  const room = usePreference("room");
  const [width, setWidth] = useState(300);
  if (!room) return null;
  const Open = panels[room];
  const resize = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setWidth((w) => Math.min(widest, Math.max(narrowest, w + event.movementX)));
  };
  return (
    <aside aria-label={t("sidebar.label")} className="relative max-w-[36vw] min-w-60 shrink-0 border-r border-line bg-panel" style={{ width }}>
      <Boundary name={room}><Suspense fallback={<Waiting />}><Open /></Suspense></Boundary>
      <div role="separator" aria-orientation="vertical" aria-label={t("sidebar.resize")} aria-valuenow={width} aria-valuemin={narrowest} aria-valuemax={widest} tabIndex={0} onPointerDown={resize} onPointerMove={resize}
        onKeyDown={(e) => { if (e.key === "ArrowLeft") setWidth((w) => Math.max(narrowest, w - 16)); if (e.key === "ArrowRight") setWidth((w) => Math.min(widest, w + 16)); }}
        className="absolute inset-y-0 -right-1 z-10 w-2 cursor-col-resize touch-none hover:bg-accent/30" />
    </aside>
  );
}
