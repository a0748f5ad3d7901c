"""PromptServer: what packs say to clients goes through the engine, and what clients ask of them comes by it."""
from miktos_host import absent, state, web


class _Routes:
    """The decorators of aiohttp's table of routes."""

    def route(self, method, path, **_):
        def take(handler):
            web.add(method.upper(), path, handler)
            return handler
        return take

    def static(self, prefix, path, **_):
        web.add_folder(prefix, path)


for _method in ("get", "post", "put", "delete", "patch", "head"):
    setattr(_Routes, _method, lambda self, path, _method=_method, **_: self.route(_method, path))
_Routes.view = lambda self, path, **_: self.route("*", path)


class _App:
    """What packs call of aiohttp's application: more ways to add the same."""

    def __init__(self):
        self.router = self
        self.middlewares = []

    def add_route(self, method, path, handler, **_):
        web.add(method.upper(), path, handler)

    def add_static(self, prefix, path, **_):
        web.add_folder(prefix, path)

    def add_routes(self, routes):
        for one in routes:
            if hasattr(one, "prefix"):
                web.add_folder(one.prefix, one.path)
            else:
                web.add(one.method.upper(), one.path, one.handler)


for _method in ("get", "post", "put", "delete", "patch"):
    setattr(_App, "add_" + _method, lambda self, path, handler, _method=_method, **_: web.add(_method.upper(), path, handler))


class _Loop:
    def call_soon_threadsafe(self, function, *arguments):
        function(*arguments)


class PromptServer:
    instance = None

    def __init__(self):
        self.routes = _Routes()
        self.loop = _Loop()
        self.app = _App()
        self.prompt_queue = absent.named("server.PromptServer.instance.prompt_queue")
        self.sockets, self.number, self.user_manager = {}, 0, None
        self.supports = ["custom_nodes_from_web"]
        self.on_prompt_handlers = web.prompt_handlers

    @property
    def client_id(self):
        call = state.current_call()
        return call.client if call else None

    @property
    def last_node_id(self):
        call = state.current_call()
        return call.node if call else None

    @property
    def last_prompt_id(self):
        call = state.current_call()
        return call.prompt if call else None

    def send_sync(self, event, data, sid=None):
        state.tell_clients({"event": event, "data": data, "sid": sid})

    async def send(self, event, data, sid=None):
        self.send_sync(event, data, sid)

    def send_progress_text(self, text, node_id, sid=None):
        self.send_sync("progress_text", {"text": text, "node_id": node_id}, sid)

    def add_on_prompt_handler(self, handler):
        self.on_prompt_handlers.append(handler)

    def add_routes(self):
        pass


PromptServer.instance = PromptServer()
