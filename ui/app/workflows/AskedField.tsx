// One of the things that a workflow asks for, with the control that suits it.
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import type { Asked } from "../../flow/asked";
import { firstAnswer, optionsOf, tableOf } from "../../flow/asked";
import type { Constant } from "../../flow/nodes";
import { call } from "../../wire/client";
import { Widget } from "../graph/widgets/Widget";
import { t } from "../words";
import { choiceName, shownName, translated } from "../words/foreign";
import { keys, useModels, useObjects } from "../wire/queries";

/** What there is to choose from, here and now. */
function useOptions(asked: Asked): readonly string[] | undefined {
  const objects = useObjects("", asked.type === "object").data;
  const models = useModels(asked.type === "model").data;
  const files = useQuery({ queryKey: keys.inputs, enabled: asked.type === "file", queryFn: ({ signal }) => call("get", "/inputs", { signal, query: { limit: 200 } }) }).data;
  return optionsOf(asked, { objects: objects?.items, models: models?.items, files: files?.items });
}

export function AskedField({ asked, answer, onAnswer }: { asked: Asked; answer: Constant | undefined; onAnswer: (answer: Constant) => void }) {
  const options = useOptions(asked), hint = useId();
  const said = asked.type === "object" ? shownName : choiceName, isListed = asked.type === "choice" || asked.type === "object";
  const label = translated("asked", asked.label ?? asked.name, asked.label ?? asked.name), table = tableOf(asked, options ?? [], { label, said: isListed ? said : (o) => o });
  const value = answer ?? firstAnswer(asked, options ?? []), isMissing = asked.type === "model" && options?.length === 0;
  return (
    <li className="flex flex-col gap-1 text-[12px]" aria-describedby={asked.help ? hint : undefined}>
      {asked.multiline && <p className="text-soft" aria-hidden>{label}</p>}
      <Widget type="" input={table} value={isListed ? said(String(value)) : value} control="" onChange={onAnswer} />
      {isMissing && <p className="text-xs text-bad">{t("workflow.noModel")}</p>}
      {asked.help && <p id={hint} className="text-xs text-soft">{translated("asked", asked.help, asked.help)}</p>}
    </li>
  );
}
