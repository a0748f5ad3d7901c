// Asks the scene that is shown what lies under a point of the window; known without the scene's code.
export type Place = [number, number, number];
type Aim = (clientX: number, clientY: number) => Place | null;

let current: Aim | null = null;

/** Gives back how it ends. */
export function setAim(aim: Aim): () => void {
  current = aim;
  return () => { if (current === aim) current = null; };
}

/** Null where there is no scene, or nothing of it. */
export const aimAt: Aim = (clientX, clientY) => current?.(clientX, clientY) ?? null;
