"""peer_aiohttp.py - the route that ComfyUI serves with aiohttp, and nothing else. Prints its port."""
import socket

from aiohttp import web


async def queue(_request):
    return web.json_response({"queue_running": [], "queue_pending": []})

app = web.Application()
app.router.add_get("/queue", queue)
door = socket.create_server(("127.0.0.1", 0), backlog=1024)
print(door.getsockname()[1], flush=True)
web.run_app(app, sock=door, print=None, access_log=None)
