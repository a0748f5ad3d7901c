import { useEffect, useState } from "react";

/** While Ctrl or Cmd is held. */
export function useSnapping(): boolean {
  const [isOn, setOn] = useState(false);
  useEffect(() => {
    const listening = new AbortController(), { signal } = listening;
    for (const name of ["keydown", "keyup"] as const) addEventListener(name, (event) => setOn(event.ctrlKey || event.metaKey), { signal });
    addEventListener("blur", () => setOn(false), { signal });
    return () => listening.abort();
  }, []);
  return isOn;
}
