import { useEffect, useSyncExternalStore } from "react";
import { usePreference } from "../state";

const query = "(prefers-color-scheme: light)";

function watch(then: () => void): () => void {
  const media = matchMedia(query);
  media.addEventListener("change", then);
  return () => media.removeEventListener("change", then);
}

export function useIsLight(): boolean {
  const theme = usePreference("theme");
  const isLightOutside = useSyncExternalStore(watch, () => matchMedia(query).matches);
  return theme === "light" || (theme === "system" && isLightOutside);
}

export function useTheme(): void {
  const isLight = useIsLight();
  useEffect(() => { document.documentElement.dataset["theme"] = isLight ? "light" : "dark"; }, [isLight]);
}
