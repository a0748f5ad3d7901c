// When the next picture is drawn, and how fine: pictures must never queue up before a machine that cannot keep pace,
// for then the whole window waits behind them.

export interface Pace {
  /** Milliseconds that a picture of full size takes, as far as is known. */
  costMs: number;
  /** No picture before. */
  restUntil: number;
}

/** A picture that takes longer leaves as long a pause behind it; a quick one none. */
const briefMs = 14;
/** What a picture in motion may take, and how coarse it may become for that. */
const wantedMs = 45, coarsest = .4;

export const newPace = (): Pace => ({ costMs: 0, restUntil: 0 });

/** A picture drawn at `ratio` pixels for each of the window's took `ms`. */
export function learn(pace: Pace, ms: number, ratio: number, now: number): Pace {
  const whole = ms / (ratio * ratio);
  return { costMs: pace.costMs ? pace.costMs * .7 + whole * .3 : whole, restUntil: ms > briefMs ? now + ms : 0 };
}

/** Before a scene that nobody has drawn yet: its first picture is coarse, so that it is there soon. */
export function doubt(pace: Pace): Pace {
  return { ...pace, costMs: Math.max(pace.costMs, wantedMs / (coarsest * coarsest)) };
}

/** `isOccupied`: somebody types, or a new scene is on its way. They come first. */
export function mayDraw(pace: Pace, now: number, isOccupied: boolean): boolean {
  return now >= pace.restUntil && (pace.costMs <= briefMs || !isOccupied);
}

/** Pixels for each of the window's: all of them when nothing moves. In steps, so that it seldom changes. */
export function ratioFor(pace: Pace, most: number, isMoving: boolean): number {
  if (!isMoving || pace.costMs * most * most <= wantedMs) return most;
  return Math.max(coarsest, Math.min(most, Math.round(Math.sqrt(wantedMs / pace.costMs) * 10) / 10));
}

const fadeMs = 350, firstDepth = .15;

/** How far shadows and the like have come so long after the first picture of a scene; null before it. */
export function behindShare(ms: number | null, isStill: boolean): number {
  return ms === null ? 0 : isStill ? 1 : Math.min(1, firstDepth + ms / fadeMs);
}
