// Whether a plugin still answers, and does not talk without end: one that loops would hold the window up with it, or its own worker for ever.
import type { FromPlugin } from "./protocol";

export type Fault = "silent" | "flood";

const askMs = 3000;
/** A machine that has much else to do may keep a good plugin waiting. */
const mostSilentMs = 20_000;
const windowMs = 2000, mostCost = 400;

/** What the window has to do for it. */
const costs: Partial<Record<FromPlugin["type"], number>> = { say: 40, apply: 40, pong: 0 };

export interface Guard { heard: (message: FromPlugin | null) => void; stop: () => void }

export function guard(ping: () => void, onFault: (fault: Fault) => void): Guard {
  let askedAt: number | null = null, began = Date.now(), cost = 0, isOver = false;
  const end = (fault: Fault) => {
    if (isOver) return;
    stop();
    onFault(fault);
  };
  const timer = setInterval(() => {
    if (askedAt !== null) return Date.now() - askedAt > mostSilentMs ? end("silent") : undefined;
    askedAt = Date.now();
    ping();
  }, askMs);
  const stop = () => {
    isOver = true;
    clearInterval(timer);
  };
  return {
    stop,
    heard: (message) => {
      if (message?.type === "pong") askedAt = null;
      if (Date.now() - began > windowMs) [began, cost] = [Date.now(), 0];
      cost += message ? costs[message.type] ?? 1 : 1;
      if (cost > mostCost) end("flood");
    },
  };
}
