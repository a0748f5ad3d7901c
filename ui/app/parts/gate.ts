// Pictures that the bridge may still have to draw come a few at a time: a browser opens six connections to one place, and
// what a person asks for meanwhile must not wait behind a hundred of them.

const atOnce = 3;
let busy = 0;
const waiting: (() => void)[] = [];

function next(): void {
  while (busy < atOnce) {
    const begin = waiting.pop(); // what came into view last is what is looked at
    if (!begin) return;
    busy++;
    begin();
  }
}

/** Calls `begin` when it may load. What it returns is called once it has, or is not wanted any more. */
export function enter(begin: () => void): () => void {
  let state: "waits" | "loads" | "over" = "waits";
  const go = () => { state = "loads"; begin(); };
  waiting.push(go);
  queueMicrotask(next);
  return () => {
    if (state === "waits") waiting.splice(waiting.indexOf(go), 1);
    else if (state === "loads") busy--;
    if (state === "loads") queueMicrotask(next);
    state = "over";
  };
}
