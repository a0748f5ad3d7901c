// Put before every plugin in its worker: takes away what reaches out, and gives `miktos`. docs/ui.md describes it.
const miktos = (() => {
  const send = self.postMessage.bind(self), listen = self.addEventListener.bind(self);
  const gone = ["fetch", "XMLHttpRequest", "WebSocket", "WebTransport", "EventSource", "indexedDB", "caches", "importScripts", "Worker", "SharedWorker", "BroadcastChannel", "postMessage", "cookieStore"];
  for (let owner = self; owner; owner = Object.getPrototypeOf(owner))
    for (const name of gone) if (Object.hasOwn(owner, name)) Object.defineProperty(owner, name, { value: undefined, writable: false, configurable: false });
  for (const name of ["sendBeacon", "storage", "locks", "serviceWorker"]) Object.defineProperty(Object.getPrototypeOf(navigator), name, { value: undefined, configurable: false });

  const commands = new Map(), panels = new Map(), widgets = new Map(), watchers = [];
  let scene = { commands: [], selected: null };
  const drawn = (id, part, value) => send({ type: "drawn", id, pieces: part.draw(value, scene) });

  listen("message", ({ data }) => {
    if (data.type === "ping") send({ type: "pong" });
    if (data.type === "run") commands.get(data.id)?.run(scene);
    if (data.type === "scene") { scene = data; for (const watch of watchers) watch(scene); for (const [id, panel] of panels) drawn(id, panel); }
    const part = panels.get(data.id) ?? widgets.get(data.id);
    if (data.type === "draw" && part) drawn(data.id, part, data.value);
    if (data.type === "event" && part) {
      const result = part.on?.(data.piece, data.value, scene);
      if (widgets.has(data.id) && result !== undefined) send({ type: "value", id: data.id, value: result });
      if (panels.has(data.id)) drawn(data.id, part);
    }
  });
  const fail = (event, message) => { event.preventDefault(); send({ type: "failed", message: message.slice(0, 500) }); };
  listen("error", (event) => fail(event, event.error === undefined || event.error === null ? event.message : String(event.error)));
  listen("unhandledrejection", (event) => fail(event, String(event.reason)));

  return Object.freeze({
    language: "%language%",
    addCommand(command) { commands.set(command.id, command); send({ type: "command", id: command.id, label: command.label }); },
    addPanel(panel) { panels.set(panel.id, panel); send({ type: "panel", id: panel.id, title: panel.title }); },
    addWidget(widget) { widgets.set(widget.id, widget); send({ type: "widget", id: widget.id, input: widget.input }); },
    onScene(watch) { watchers.push(watch); },
    say(sentence) { send({ type: "say", sentence }); },
    apply(list) { send({ type: "apply", commands: list }); },
  });
})();
