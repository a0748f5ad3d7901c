import { useSyncExternalStore } from "react";

const query = "(max-width: 720px)";

function watch(then: () => void): () => void {
  const media = matchMedia(query);
  media.addEventListener("change", then);
  return () => media.removeEventListener("change", then);
}

/** A phone-sized window gets the simple form. */
export function useNarrow(): boolean {
  return useSyncExternalStore(watch, () => matchMedia(query).matches);
}
