// The bridge's WebSocket: numbered messages, resumed after a lost connection.

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
  delay?: (ms: number, then: () => void) => () => void;
}

const firstDelayMs = 250;
const longestDelayMs = 8000;

function timer(ms: number, then: () => void): () => void {
  const id = setTimeout(then, ms);
  return () => clearTimeout(id);
}

/** Keeps one connection until `close`; asks for what it missed after each reconnect. */
export function connect(options: SocketOptions): { close: () => void } {
  const open = options.open ?? ((url: string) => new WebSocket(url));
  const delay = options.delay ?? timer;
  let socket: WebSocket | null = null;
  let last = 0;
  let waitMs = firstDelayMs;
  let isClosed = false;
  let cancelDelay = () => {};

  function start() {
    options.onLink("connecting");
    socket = open(last > 0 ? `${options.url}?after=${last}` : options.url);
    socket.onopen = () => { waitMs = firstDelayMs; options.onLink("open"); };
    socket.onmessage = (event: MessageEvent<string>) => {
      const message = JSON.parse(event.data) as Message;
      // A bridge that was restarted counts anew; anything else that is not newer was seen before the break.
      if (message.number <= last && message.type !== "subscribed") return;
      last = message.number;
      options.onMessage(message);
    };
    socket.onclose = () => {
      if (isClosed) return;
      options.onLink("lost");
      cancelDelay = delay(waitMs, start);
      waitMs = Math.min(waitMs * 2, longestDelayMs);
    };
  }

  start();
  return { close: () => { isClosed = true; cancelDelay(); socket?.close(); } };
}
