"""PromptServer: what packs say to clients goes through the engine. Routes of their own are not served."""
import sys

from miktos_host import state


class _Routes:
    """Takes the decorators of aiohttp's table, so that a pack that has them can be imported."""

    def _ignore(self, path, **_):
        print(f"{state.options.name}: the route {path} is not served: packs cannot add routes to this engine", file=sys.stderr)
        return lambda handler: handler

    get = post = put = delete = patch = head = view = _ignore

    def static(self, prefix, *_, **__):
        self._ignore(prefix)


class _Loop:
    def call_soon_threadsafe(self, function, *arguments):
        function(*arguments)


class PromptServer:
    instance = None

    def __init__(self):
        self.routes = _Routes()
        self.loop = _Loop()
        self.app = None
        self.client_id = None
        self.supports = ["custom_nodes_from_web"]
        self.on_prompt_handlers = []

    @property
    def last_node_id(self):
        call = state.current_call()
        return call.node if call else None

    @property
    def last_prompt_id(self):
        call = state.current_call()
        return call.prompt if call else None

    def send_sync(self, event, data, sid=None):
        state.tell_engine({"event": event, "data": data, "sid": sid})

    async def send(self, event, data, sid=None):
        self.send_sync(event, data, sid)

    def send_progress_text(self, text, node_id, sid=None):
        self.send_sync("progress_text", {"text": text, "node_id": node_id}, sid)

    def add_on_prompt_handler(self, handler):
        print(f"{state.options.name}: prompts are validated before packs see them; its prompt handler is not called", file=sys.stderr)
        self.on_prompt_handlers.append(handler)

    def add_routes(self):
        pass


PromptServer.instance = PromptServer()
