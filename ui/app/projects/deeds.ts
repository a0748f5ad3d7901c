// What is done to a project as a whole, from its list and by a slash.
import { call } from "../../wire/client";
import { removeLater } from "../parts/removing";
import { complain, say } from "../parts/Toasts";
import { useApp } from "../state";
import { t } from "../words";
import type { Project } from "../wire/queries";
import { client, keys, putProject } from "../wire/queries";

/** A project of its own goes on from there, and is the one that is open. */
export function branchFrom(project: Project, version: number): Promise<void> {
  return call("post", "/projects", { body: { name: `${project.name.slice(0, 180)} (${version})`, from_project: project.id, from_version: version } })
    .then((made) => { putProject(made); useApp.getState().prefer({ projectId: made.id }); say(t("history.branched")); }).catch(complain);
}

export function removeProject(project: Project): void {
  const { preferences, prefer, set } = useApp.getState();
  if (preferences.projectId === project.id) {
    prefer({ projectId: null });
    set({ selected: null, seconds: 0, isFilmShown: false });
  }
  removeLater(project.id, project.name, () => call("delete", "/projects/{id}", { path: { id: project.id } }).then(() => client.invalidateQueries({ queryKey: keys.projects })));
}
