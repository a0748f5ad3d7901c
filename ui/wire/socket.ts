// The bridge's WebSocket: numbered messages, resumed after a lost connection. One that is silent is asked whether anybody is there, for a
// connection may hang without breaking.
import type { Delay } from "./patience";
import { timer, wait } from "./patience";

export interface Message {
  number: number;
  type: "status_update" | "task_progress" | "workflow_complete" | "error" | "subscribed";
  data: Record<string, unknown>;
}

export type Link = "connecting" | "open" | "lost";

export interface SocketOptions {
  url: string;
  onMessage: (message: Message) => void;
  onLink: (link: Link) => void;
  /** Injected for tests. */
  open?: (url: string) => WebSocket;
  delay?: Delay;
}

const firstDelayMs = 250;
const longestDelayMs = 8000;
/** Without a word for so long it is asked; without an answer for so long it is lost. */
const quietMs = 2500, answerMs = 2500;

/** Keeps one connection until `close`; asks for what it missed after each reconnect. */
export function connect(options: SocketOptions): { close: () => void } {
  const open = options.open ?? ((url: string) => new WebSocket(url));
  const delay = options.delay ?? timer;
  let socket: WebSocket | null = null;
  let last = 0;
  let waitMs = firstDelayMs;
  let isClosed = false;
  let cancelDelay = () => {}, cancelWatch = () => {};

  const watch = (ms: number, then: () => void) => {
    cancelWatch();
    cancelWatch = wait(ms, then, delay);
  };
  /** What was missed comes with the answer, which comes in any case. */
  const askWhetherThere = () => {
    socket?.send(JSON.stringify({ type: "resume", after: last }));
    watch(answerMs, lose);
  };

  function lose() {
    if (isClosed || !socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null; // one that hangs says much later that it has closed
    socket.close();
    socket = null;
    cancelWatch();
    options.onLink("lost");
    cancelDelay = delay(waitMs, start);
    waitMs = Math.min(waitMs * 2, longestDelayMs);
  }

  function start() {
    options.onLink("connecting");
    socket = open(last > 0 ? `${options.url}?after=${last}` : options.url);
    watch(quietMs + answerMs, lose);
    socket.onopen = () => { waitMs = firstDelayMs; watch(quietMs, askWhetherThere); options.onLink("open"); };
    socket.onmessage = (event: MessageEvent<string>) => {
      watch(quietMs, askWhetherThere);
      const message = JSON.parse(event.data) as Message;
      // A bridge that was restarted counts anew; anything else that is not newer was seen before the break.
      if (message.number <= last && message.type !== "subscribed") return;
      last = message.number;
      options.onMessage(message);
    };
    socket.onclose = lose;
  }

  start();
  return { close: () => { isClosed = true; cancelDelay(); cancelWatch(); socket?.close(); } };
}
