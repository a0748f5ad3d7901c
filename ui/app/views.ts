// The large parts of the window, each loaded by itself. When hands rest after the first drawing all are fetched,
// so that work goes on in any of them while the bridge is away.
import { lazy } from "react";

const load = {
  viewport: () => import("./viewport/Viewport"),
  canvas: () => import("./graph/WorkflowCanvas"),
  gallery: () => import("./gallery/Gallery"),
  projects: () => import("./projects/Projects"),
  workflows: () => import("./workflows/Workflows"),
  queue: () => import("./queue/Queue"),
  settings: () => import("./settings/Settings"),
};

export const Viewport = lazy(load.viewport);
export const WorkflowCanvas = lazy(load.canvas);
export const Gallery = lazy(load.gallery);

const restMs = 1500;

export function fetchViews(): void {
  setTimeout(() => {
    for (const view of Object.values(load)) view().catch(() => {}); // asked for again when it is opened
  }, restMs);
}
