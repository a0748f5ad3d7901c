// The kinds of models in words: those that a person installs, most wanted first; others go by the name of their folder.
import type { Schemas } from "../../wire/client";
import { t } from "../words";

type Kind = Schemas["ModelKind"];

export const kinds = ["checkpoints", "loras", "vae", "text_encoders", "diffusion_models", "controlnet", "upscale_models", "embeddings", "clip_vision"] as const satisfies readonly Kind[];

export function kindName(kind: Kind): string {
  const named = kinds.find((k) => k === kind);
  return named ? t(`models.kind.${named}`) : kind.replaceAll("_", " ");
}

/** Without what it is. */
export const shortNameOf = (kind: Kind): string => kindName(kind).replace(/ \(.*/, "");
