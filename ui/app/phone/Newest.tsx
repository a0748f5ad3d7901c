// The newest film of the project, or its scene while there is none.
import { Suspense, lazy } from "react";
import { urlOf } from "../../wire/client";
import type { Project } from "../wire/queries";
import { useTasks } from "../wire/queries";

const SceneFile = lazy(() => import("../gallery/SceneFile"));

export function Newest({ project }: { project: Project | undefined }) {
  const tasks = useTasks().data?.items ?? [];
  if (!project?.commands.length) return null;
  const film = tasks.find((i) => i.project_id === project.id && i.state === "done" && i.outputs.some((o) => o.kind === "film"))?.outputs.find((o) => o.kind === "film");
  const isNewest = film && tasks.find((i) => i.project_id === project.id)?.outputs.includes(film);
  return (
    <div className="aspect-video overflow-hidden rounded-2xl bg-black">
      {film && isNewest ? <video src={film.url} autoPlay loop muted playsInline controls className="size-full" /> : <Suspense fallback={null}><SceneFile key={project.version} url={urlOf("/projects/{id}/scene.glb", { id: project.id }, { version: project.version })} /></Suspense>}
    </div>
  );
}
