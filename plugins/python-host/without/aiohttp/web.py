"""Answers as packs make them."""
import json


class Response:
    def __init__(self, *, body=None, status=200, text=None, headers=None, content_type=None, charset=None, reason=None):
        self.status, self.headers = status, dict(headers or {})
        self.body = text.encode() if text is not None else body
        kind = content_type or ("text/plain" if text is not None else None)
        if kind is not None:
            self.headers["Content-Type"] = kind + ("; charset=utf-8" if text is not None else "")


class FileResponse:
    def __init__(self, path, status=200, headers=None, **_):
        self._path, self.status, self.headers = path, status, dict(headers or {})


class HTTPException(Response, Exception):
    status_code = 500

    def __init__(self, *, text=None, headers=None, **_):
        Response.__init__(self, status=self.status_code, text=text or str(self.status_code), headers=headers)


class HTTPBadRequest(HTTPException):
    status_code = 400


class HTTPForbidden(HTTPException):
    status_code = 403


class HTTPNotFound(HTTPException):
    status_code = 404


class HTTPInternalServerError(HTTPException):
    pass


class Request:
    """For annotations."""


def json_response(data=None, *, text=None, status=200, headers=None, content_type="application/json", dumps=json.dumps):
    return Response(text=text if text is not None else dumps(data), status=status, headers=headers, content_type=content_type)


class RouteTableDef(list):
    """Packs use the server's table."""
