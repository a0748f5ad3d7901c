// A change whose answer never came may have been made: the bridge was killed just then. Asked for once more it has the same key,
// so that it is made once.
import { WireError, newKey } from "./client";

let unanswered: { what: string; key: string } | null = null;

/** `what` tells a change from others; any other that was made since makes it a new one. */
export async function once<T>(what: string, send: (key: string) => Promise<T>): Promise<T> {
  const key = unanswered?.what === what ? unanswered.key : newKey();
  unanswered = { what, key };
  try {
    const answer = await send(key);
    unanswered = null;
    return answer;
  } catch (error) {
    if (error instanceof WireError && error.status !== 0) unanswered = null; // it was answered: with no
    throw error;
  }
}
