"""listen.py URL - the usual script of people who drive ComfyUI from Python: websocket-client and urllib."""
import json
import struct
import sys
import threading
import time
import urllib.parse
import urllib.request
import uuid

import websocket

URL = sys.argv[1]
HOST = URL.split("//")[1].rstrip("/")
CLIENT = str(uuid.uuid4())


def call(path, body=None):
    request = urllib.request.Request(f"http://{HOST}{path}", data=json.dumps(body).encode() if body is not None else None)
    with urllib.request.urlopen(request) as answer:
        raw = answer.read()
        return json.loads(raw) if raw and "json" in answer.headers["Content-Type"] else raw


def queue(prompt):
    return call("/prompt", {"prompt": prompt, "client_id": CLIENT})["prompt_id"]


def listen(socket, prompt_id):
    """Messages until this prompt ends, and the frames that are no text."""
    messages, frames = [], []
    while True:
        out = socket.recv()
        if isinstance(out, bytes):
            frames.append(out)
            continue
        message = json.loads(out)
        messages.append(message)
        if message["type"] == "executing" and message["data"]["node"] is None and message["data"]["prompt_id"] == prompt_id:
            return messages, frames


def upload(name, data):
    line = uuid.uuid4().hex
    body = f'--{line}\r\nContent-Disposition: form-data; name="image"; filename="{name}"\r\nContent-Type: image/png\r\n\r\n'.encode() + data + f"\r\n--{line}--\r\n".encode()
    request = urllib.request.Request(f"http://{HOST}/upload/image", data=body, headers={"Content-Type": f"multipart/form-data; boundary={line}"})
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())


def picture(n):
    return {"1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64, "batch_size": n, "color": int(time.time()) % 0xFFFFFF}},
            "2": {"class_type": "GetImageSize", "inputs": {"image": ["1", 0]}},
            "3": {"class_type": "PreviewAny", "inputs": {"source": ["2", 0]}},
            "4": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "ComfyUI"}}}


def film():
    return {"1": {"class_type": "SceneNew", "inputs": {"seconds": 60, "fps": 24, "seed": int(time.time()), "style": "realistic"}},
            "2": {"class_type": "SceneAdd", "inputs": {"scene": ["1", 0], "id": "ball-1", "object": "ball"}},
            "3": {"class_type": "SceneRenderVideo", "inputs": {"scene": ["2", 0], "width": 160, "height": 96, "quality": "draft", "seed": 0, "samples": 0, "denoise": False, "format": "mp4"}},
            "4": {"class_type": "SaveVideo", "inputs": {"video": ["3", 0], "filename_prefix": "film", "format": "auto", "codec": "auto"}}}


def pictures_by_socket(socket):
    """As the second of ComfyUI's own examples: pictures come while SaveImageWebsocket is the node, eight bytes before each."""
    prompt = {"1": {"class_type": "EmptyImage", "inputs": {"width": 700, "height": 40, "batch_size": 2, "color": 0x4080C0}},
              "save": {"class_type": "SaveImageWebsocket", "inputs": {"images": ["1", 0]}}}
    for _ in range(2):  # what is known is sent again
        prompt_id, node, found = queue(prompt), "", []
        while True:
            out = socket.recv()
            if isinstance(out, bytes):
                found += [out[8:]] if node == "save" else []
                continue
            message = json.loads(out)
            if message["type"] == "executing" and message["data"].get("prompt_id") == prompt_id:
                node = message["data"]["node"]
                if node is None:
                    break
        assert len(found) == 2 and all(data[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", data[16:24]) == (700, 40) for data in found), [data[:24] for data in found]


def main():
    socket = websocket.WebSocket()
    socket.connect(f"ws://{HOST}/ws?clientId={CLIENT}", timeout=60)
    prompt_id = queue(picture(2))
    messages, frames = listen(socket, prompt_id)
    kinds = [m["type"] for m in messages]
    assert kinds.index("execution_start") < kinds.index("execution_cached") < kinds.index("executing") < kinds.index("executed") < kinds.index("execution_success"), kinds
    assert any(struct.unpack(">I", frame[:4])[0] == 3 and b"width: 64" in frame for frame in frames), "GetImageSize says nothing"
    history = call(f"/history/{prompt_id}")[prompt_id]
    images = history["outputs"]["4"]["images"]
    assert len(images) == 2, images
    data = call("/view?" + urllib.parse.urlencode(images[0]))
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert upload("mine.png", data) == {"name": "mine.png", "subfolder": "", "type": "input"}
    assert upload("mine.png", data)["name"] == "mine.png", "equal bytes keep their name"

    pictures_by_socket(socket)

    prompt_id = queue(film())
    threading.Timer(0.5, lambda: call("/interrupt", {})).start()
    messages, _ = listen(socket, prompt_id)
    assert any(m["type"] == "execution_interrupted" for m in messages), messages[-3:]
    assert call(f"/history/{prompt_id}")[prompt_id]["status"]["status_str"] == "error"
    socket.close()


main()
