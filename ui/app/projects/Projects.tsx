// The open project with its history, or all projects.
import { ChevronLeft } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, Panel, Waiting } from "../parts/controls";
import { useProjectId } from "../state";
import { t } from "../words";
import { useProject } from "../wire/queries";
import AllProjects from "./AllProjects";
import { HistoryList } from "./HistoryList";

export default function Projects() {
  const open = useProjectId(), { data: project, isLoading } = useProject(), [isListing, setListing] = useState(open === null);
  // A project that was opened or made elsewhere is shown with its history.
  useEffect(() => setListing(open === null), [open]);
  if (isLoading && !isListing) return <Panel title={t("history.title")}><Waiting /></Panel>;
  if (!project || isListing) return <AllProjects onOpen={() => setListing(false)} />;
  return (
    <Panel title={t("history.title")} actions={<Button kind="ghost" icon={<ChevronLeft size={15} />} onClick={() => setListing(true)}>{t("project.all")}</Button>}>
      <HistoryList key={project.id} project={project} />
    </Panel>
  );
}
