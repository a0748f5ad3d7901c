// The address after # says where one is: #/scene/projects. Back and forward work; a reload stays.
import { useEffect } from "react";
import type { Room, View } from "./state";
import { rooms, useApp, views } from "./state";

export function readRoute(hash: string): { view: View; room: Room | null } | null {
  const [, view, room] = hash.split("/");
  if (!views.includes(view as View)) return null;
  return { view: view as View, room: rooms.includes(room as Room) ? room as Room : null };
}

export function writeRoute(view: View, room: Room | null): string {
  return `#/${view}${room ? `/${room}` : ""}`;
}

/** Also called before the first drawing, so that the address wins over what is remembered. */
export function followAddress(): void {
  const route = readRoute(location.hash);
  if (!route) return;
  useApp.getState().set({ view: route.view });
  useApp.getState().prefer({ room: route.room });
}

export function useRoute(): void {
  const view = useApp((s) => s.view), room = useApp((s) => s.preferences.room);
  useEffect(() => {
    addEventListener("hashchange", followAddress);
    addEventListener("popstate", followAddress);
    return () => {
      removeEventListener("hashchange", followAddress);
      removeEventListener("popstate", followAddress);
    };
  }, []);
  useEffect(() => {
    const wanted = writeRoute(view, room);
    if (location.hash !== wanted) history.pushState(null, "", wanted);
  }, [view, room]);
}

export function go(view: View, room?: Room | null): void {
  useApp.getState().set({ view });
  if (room !== undefined) useApp.getState().prefer({ room });
}
