// A template as somebody meets it who has none of their own yet: what comes out of it, what it does, and what it lacks here.
import type { Schemas } from "../../wire/client";
import { useModels } from "../wire/queries";
import { t } from "../words";
import { templateOf } from "../words/foreign";
import { openOrAsk } from "./asking";
import { Sketch } from "./Sketch";

const pictures = import.meta.glob<string>("./pictures/*.webp", { eager: true, import: "default", query: "?url" });

/** Kinds of models that it asks for and of which there is none; not known is not missing. */
function missingOf({ inputs }: Schemas["Workflow"], models: readonly { kind: string }[] | undefined): boolean {
  return models !== undefined && inputs.some((i) => i.type === "model" && !models.some((m) => m.kind === i.kind));
}

export function TemplateCard({ workflow }: { workflow: Schemas["Workflow"] }) {
  const { name, description } = templateOf(workflow.id, workflow), picture = pictures[`./pictures/${workflow.id}.webp`], isMissing = missingOf(workflow, useModels().data?.items);
  return (
    <li>
      <button type="button" onClick={() => openOrAsk(workflow)} className="block w-full overflow-hidden rounded-xl border border-line bg-raised text-left transition-colors hover:border-accent">
        {picture ? <img src={picture} alt="" className="aspect-video w-full object-cover" /> : <Sketch id={workflow.id} version={workflow.version} className="h-24 w-full rounded-none p-4" />}
        <span className="block px-3 pt-2 pb-2.5"><span className="block leading-snug font-medium">{name}</span><span className="mt-0.5 line-clamp-2 text-xs text-soft">{description}</span>{isMissing && <span className="mt-1 block text-xs font-medium text-warn">{t("workflow.needsModel")}</span>}</span>
      </button>
    </li>
  );
}
