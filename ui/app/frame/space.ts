// How much room the window has. The one place that says where a form begins; styles read it off the page (`phone:` in theme.css).
import { useSyncExternalStore } from "react";
import { useApp, usePreference } from "../state";

/** A phone, upright or lying down. A window that is zoomed to twice its size on a desk is none. */
const phone = "(max-width: 599px), (pointer: coarse) and (max-height: 480px)";
/** Rooms at the left and what the scene is made of at the right would leave the work less than it needs. */
const tight = "(max-width: 1023px)";

function useQuery(query: string): boolean {
  const watch = (then: () => void) => {
    const media = matchMedia(query);
    media.addEventListener("change", then);
    return () => media.removeEventListener("change", then);
  };
  return useSyncExternalStore(watch, () => matchMedia(query).matches);
}

/** A phone-sized window gets the simple form. */
export const useNarrow = (): boolean => useQuery(phone);

/** Tells the styles which form is drawn, from now on. */
export function paintForm(): void {
  const media = matchMedia(phone), paint = () => { document.documentElement.dataset["form"] = media.matches ? "phone" : "desk"; };
  media.addEventListener("change", paint);
  paint();
}

/** In a tight window a room that is open takes the place of what the scene is made of. */
export function useOutlineShown(): boolean {
  const isWanted = usePreference("isOutlineOpen"), room = usePreference("room"), isTight = useQuery(tight);
  return isWanted && !(isTight && room);
}

export function toggleOutline(): void {
  const { preferences: { isOutlineOpen, room }, prefer } = useApp.getState(), isHidden = matchMedia(tight).matches && room !== null;
  if (isOutlineOpen && !isHidden) prefer({ isOutlineOpen: false });
  else prefer({ isOutlineOpen: true, ...(isHidden ? { room: null } : {}) });
}
