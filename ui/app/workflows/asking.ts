// Which workflow's questions are open in its room; set by the list and by a slash.
import { create } from "zustand";
import { useApp } from "../state";

export const useAsking = create<{ id: string | null }>(() => ({ id: null }));

export function askFor(id: string | null): void {
  useAsking.setState({ id });
  if (id) useApp.getState().prefer({ room: "workflows" });
}
