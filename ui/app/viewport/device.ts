// Whether a graphics card draws, or the processor in its stead: then everything is drawn in a lighter way.
import { create } from "zustand";
import { usePreference } from "../state";

const software = /swiftshader|llvmpipe|softpipe|software|basic render/i;

function hasNoCard(): boolean {
  const context = document.createElement("canvas").getContext("webgl2");
  if (!context) return true;
  const info = context.getExtension("WEBGL_debug_renderer_info");
  const name = String(context.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return software.test(name);
}

/** Also set when frames turn out to take long: some browsers do not say what draws. */
export const useDevice = create(() => ({ isSlow: hasNoCard() }));

export function useIsLight(): boolean {
  const detail = usePreference("detail"), isSlow = useDevice((s) => s.isSlow);
  return detail === "light" || (detail === "auto" && isSlow);
}

/** How much of a scene is asked for: where no card draws, as little as is seen. */
export type Detail = "full" | "light";

export const useDetail = (): Detail => (useIsLight() ? "light" : "full");
