import { useEffect, useRef } from "react";

/** Brings what was selected elsewhere into sight. */
export function useShown<T extends HTMLElement>(isOn: boolean) {
  const row = useRef<T>(null);
  useEffect(() => { if (isOn) row.current?.scrollIntoView({ block: "nearest" }); }, [isOn]);
  return row;
}
