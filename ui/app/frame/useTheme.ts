// Dark or light, as was chosen or as the system says; set before the first drawing, so that nothing flashes.
import { useEffect, useSyncExternalStore } from "react";
import { useApp, usePreference } from "../state";

const query = "(prefers-color-scheme: light)";

function watch(then: () => void): () => void {
  const media = matchMedia(query);
  media.addEventListener("change", then);
  return () => media.removeEventListener("change", then);
}

export function isLightNow(): boolean {
  const { theme } = useApp.getState().preferences;
  return theme === "light" || (theme === "system" && matchMedia(query).matches);
}

export function paintTheme(isLight: boolean): void {
  document.documentElement.dataset["theme"] = isLight ? "light" : "dark";
}

export function useIsLight(): boolean {
  usePreference("theme");
  return useSyncExternalStore(watch, isLightNow);
}

export function useTheme(): void {
  const isLight = useIsLight();
  useEffect(() => paintTheme(isLight), [isLight]);
}
