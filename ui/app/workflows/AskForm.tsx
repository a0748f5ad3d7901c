// What a workflow asks for, to be answered before it runs or is opened.
import { ChevronLeft, Play } from "lucide-react";
import { useState } from "react";
import type { Answers, Asked } from "../../flow/asked";
import { firstAnswer, given, optionsOf } from "../../flow/asked";
import type { Schemas } from "../../wire/client";
import { call } from "../../wire/client";
import { useNarrow } from "../frame/space";
import { openWorkflow } from "../graph/openWorkflow";
import { Button, Panel } from "../parts/controls";
import { Failure } from "../parts/Failure";
import { complain } from "../parts/Toasts";
import { TaskRow } from "../queue/TaskRow";
import { t } from "../words";
import { templateOf } from "../words/foreign";
import { client, keys, putNewTask, useTasks } from "../wire/queries";
import { AskedField } from "./AskedField";

/** A model or a file that nobody has chosen is the first that there is, as the form shows it. */
function withFirst(asked: readonly Asked[], answers: Answers): Answers {
  const known = { models: client.getQueryData<Schemas["ModelPage"]>(keys.models)?.items, files: client.getQueryData<Schemas["InputPage"]>(keys.inputs)?.items };
  return { ...Object.fromEntries(asked.map((i) => [i.name, firstAnswer(i, optionsOf(i, known) ?? [])])), ...answers };
}

export function AskForm({ workflow, onClose }: { workflow: Schemas["Workflow"]; onClose: () => void }) {
  const asked = workflow.inputs as readonly Asked[], isNarrow = useNarrow();
  const [answers, setAnswers] = useState<Answers>({}), [taskId, setTaskId] = useState<string | null>(null), [error, setError] = useState<unknown>(null);
  const task = useTasks().data?.items.find((i) => i.id === taskId);
  const { name, description } = workflow.is_template ? templateOf(workflow.id, workflow) : workflow;
  const run = () => {
    setError(null);
    call("post", "/workflows/{id}/execute", { path: { id: workflow.id }, body: { inputs: given(asked, withFirst(asked, answers)) as never } }).then((begun) => { putNewTask(begun); setTaskId(begun.id); }).catch(setError);
  };
  const buttons = (
    <div className="flex gap-2 border-t border-line bg-panel p-3">
      <Button kind="primary" className="min-w-0 flex-1" type="submit" form="asked" icon={<Play size={15} />}>{t("graph.run")}</Button>
      {!isNarrow && <Button className="min-w-0 flex-1" onClick={() => openWorkflow(workflow.id, { asked, answers: withFirst(asked, answers) }).catch(complain)}>{t("workflow.takeApart")}</Button>}
    </div>
  );
  return (
    <Panel title={name} foot={buttons} actions={<Button kind="ghost" icon={<ChevronLeft size={15} />} onClick={onClose}>{t("project.all")}</Button>}>
      <p className="px-4 pb-3 text-xs text-soft">{description}</p>
      <form id="asked" onSubmit={(e) => { e.preventDefault(); run(); }}>
        <ul className="flex flex-col gap-3 px-4 pb-4 phone:gap-4">{asked.map((i) => <AskedField key={i.name} asked={i} answer={answers[i.name]} onAnswer={(answer) => setAnswers((a) => ({ ...a, [i.name]: answer }))} />)}</ul>
      </form>
      {error !== null && <Failure error={error} />}
      {task && <div className="border-t border-line px-2 py-2"><TaskRow task={task} /></div>}
    </Panel>
  );
}
