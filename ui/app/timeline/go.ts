// The playhead, moved by hand: what plays stops there.
import { useApp } from "../state";

export function goTo(seconds: number): void {
  const { duration, set } = useApp.getState();
  set({ isPlaying: false, seconds: Math.min(duration, Math.max(0, seconds)) });
}

export const goBy = (seconds: number): void => goTo(useApp.getState().seconds + seconds);

export const goByFrames = (n: number): void => goBy(n / (useApp.getState().fps || 24));
