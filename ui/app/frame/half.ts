// Where the scene and its workflow lie side by side, keys are those of the half that was touched last.
import { useEffect } from "react";
import { useApp } from "../state";

/** Keys are the scene's. */
export function isInScene(): boolean {
  const { view, half } = useApp.getState();
  return view === "scene" || (view === "split" && half === "scene");
}

/** By the pointer or by the focus; what is around both changes nothing. */
export function useHalf(): void {
  useEffect(() => {
    const note = ({ target }: Event) => {
      const half = target instanceof Element ? target.closest("[data-half]")?.getAttribute("data-half") : null;
      if (half === "scene" || half === "graph") useApp.getState().set({ half });
    };
    addEventListener("pointerdown", note, true);
    addEventListener("focusin", note, true);
    return () => {
      removeEventListener("pointerdown", note, true);
      removeEventListener("focusin", note, true);
    };
  }, []);
}
