"""Routes of the pack's own: the engine's HTTP server asks, the pack's handlers answer."""
import base64
import email.parser
import email.policy
import json
import mimetypes
import os
import re
import urllib.parse

_LARGEST = 32 << 20  # a frame to the engine holds 64 MB, base64 takes a third more
_routes = []  # (method, path, handler) in the order of adding
_folders = []  # (prefix, folder)
prompt_handlers = []


def plain_path(path):
    """aiohttp's "{name:.*}" is the engine's "{name...}"; other patterns are bound and not checked."""
    return re.sub(r"\{(\w+)(?::([^{}]*))?\}", lambda m: "{" + m[1] + ("..." if m[2] in (".*", ".+") else "") + "}", path)


def add(method, path, handler):
    for one in ("GET", "POST", "PUT", "DELETE", "PATCH") if method == "*" else (method,):
        _routes.append((one, plain_path(path), handler))


def add_folder(prefix, folder):
    _folders.append((prefix.rstrip("/"), os.path.realpath(folder)))
    _routes.append(("GET", prefix.rstrip("/") + "/{file...}", None))


def describe():
    return [[method, path] for method, path, _ in _routes]


class FormFile:
    """A file of a form, as aiohttp gives it."""

    def __init__(self, name, filename, kind, data):
        import io
        self.name, self.filename, self.content_type, self.file = name, filename, kind, io.BytesIO(data)


class Request:
    """What handlers use of aiohttp's request. The whole body is there."""

    def __init__(self, asked):
        self.method, self.path, self.match_info = asked["method"], asked["path"], asked["match"]
        self.query = dict(asked["query"])
        self.query_string = urllib.parse.urlencode(self.query)
        self.path_qs = self.path + ("?" + self.query_string if self.query else "")
        self.rel_url = self.url = _Url(self)
        self.headers = _Headers(asked["headers"])
        self.content_type = self.headers.get("Content-Type", "application/octet-stream").split(";")[0].strip()
        self.remote = asked.get("peer")
        self._body = base64.b64decode(asked["body"])
        self.body_exists = self.can_read_body = bool(self._body)
        self.content_length = len(self._body)

    async def read(self):
        return self._body

    async def text(self):
        return self._body.decode("utf-8")

    async def json(self, *, loads=json.loads):
        return loads(await self.text())

    async def post(self):
        if self.content_type == "application/x-www-form-urlencoded":
            return dict(urllib.parse.parse_qsl(self._body.decode(), keep_blank_values=True))
        head = f"Content-Type: {self.headers.get('Content-Type', '')}\r\n\r\n".encode()
        form = {}
        for part in email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + self._body).iter_parts():
            name, filename = part.get_param("name", header="content-disposition"), part.get_filename()
            data = part.get_payload(decode=True) or b""
            form[name] = FormFile(name, filename, part.get_content_type(), data) if filename is not None else data.decode("utf-8", "replace")
        return form


class _Url:
    def __init__(self, request):
        self.query, self.path, self.query_string = request.query, request.path, request.query_string

    def __str__(self):
        return self.path + ("?" + self.query_string if self.query_string else "")


class _Headers(dict):
    """Names in any case."""

    def __init__(self, pairs):
        super().__init__({name.lower(): value for name, value in pairs.items()})

    def get(self, name, otherwise=None):
        return super().get(name.lower(), otherwise)

    def __getitem__(self, name):
        return super().__getitem__(name.lower())

    def __contains__(self, name):
        return super().__contains__(name.lower())


# --- answers ---

def _bytes_of(answer):
    if hasattr(answer, "_path"):  # a file
        with open(answer._path, "rb") as file:
            return file.read(_LARGEST + 1)
    body = getattr(answer, "body", None)
    if body is None:
        return b""
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    value = getattr(body, "_value", body)  # aiohttp wraps what is no bytes
    return value.read() if hasattr(value, "read") else bytes(value)


def _kind_of(answer):
    given = answer.headers.get("Content-Type")
    return given or (mimetypes.guess_type(str(answer._path))[0] if hasattr(answer, "_path") else None) or "application/octet-stream"


def _reply(answer):
    if not hasattr(answer, "status"):
        raise TypeError(f"a handler gave {type(answer).__name__}, which is no answer")
    body = _bytes_of(answer)
    if len(body) > _LARGEST:
        raise ValueError(f"the answer is larger than {_LARGEST >> 20} MB")
    headers = {name: value for name, value in answer.headers.items() if name.lower() not in ("content-type", "content-length", "transfer-encoding")}
    return {"status": answer.status, "type": _kind_of(answer), "headers": headers, "body": base64.b64encode(body).decode()}


def _from_folder(asked):
    for prefix, folder in _folders:
        if asked["route"] == prefix + "/{file...}":
            path = os.path.realpath(os.path.join(folder, asked["match"].get("file", "")))
            if path.startswith(folder + os.sep) and os.path.isfile(path):
                with open(path, "rb") as file:
                    return {"status": 200, "type": mimetypes.guess_type(path)[0] or "application/octet-stream", "headers": {},
                            "body": base64.b64encode(file.read(_LARGEST)).decode()}
    return {"status": 404, "type": "text/plain; charset=utf-8", "headers": {}, "body": base64.b64encode(b"404: Not Found").decode()}


def answer(asked, call):
    """`call (handler, request)` waits for coroutines."""
    handler = next(h for method, path, h in _routes if (method, path) == (asked["method"] if asked["method"] != "HEAD" else "GET", asked["route"]))
    if handler is None:
        return _from_folder(asked)
    try:
        found = call(handler, Request(asked))
    except Exception as error:
        if not hasattr(error, "status"):  # aiohttp's exceptions are answers
            raise
        found = error
    return _reply(found)


def rewrite_prompt(body):
    """As ComfyUI: each handler gets what the one before it gave; one that fails changes nothing."""
    import traceback
    for handler in prompt_handlers:
        try:
            body = handler(body)
        except Exception:
            traceback.print_exc()
    return body
