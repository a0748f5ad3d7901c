"""main.py - runs one pack of nodes written for ComfyUI, in a process of its own.

The engine starts it with two sockets: --control, over which it asks what nodes there are and whether inputs are valid,
and --listen, to which its worker connects for each call. The pack sees ComfyUI's modules in comfyui/ beside this file.
"""
import argparse
import os
import resource
import socket
import sys
import threading
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "comfyui"), HERE]
sys.path.append(os.path.join(HERE, "without"))  # found last: only what there is none of

from miktos_host import absent, calls, missing, pack, state, wire  # noqa: E402


def parse():
    parser = argparse.ArgumentParser()
    for name in ("name", "path", "input", "output", "temp", "models", "user"):
        parser.add_argument("--" + name, required=True)
    for name in ("listen", "control", "generation"):
        parser.add_argument("--" + name, required=True, type=int)
    parser.add_argument("--catalogue", type=int)
    parser.add_argument("--models-of", nargs=2, action="append", default=[], metavar=("KIND", "FOLDER"))
    return parser.parse_args()


def limit_memory():
    """A pack that takes memory without end gets an error before the machine has none left; should it come to that, the pack goes first."""
    most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 3 // 4
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("800")
    except OSError:
        pass


def serve_connection(connection):
    client = None
    try:
        while True:
            request, memory = wire.receive(connection)
            if client is None and "client" in request:
                client = request["client"]
                state.objects.meet(client)
            calls.answer(connection, request, memory)
    except (EOFError, OSError):
        pass
    finally:
        if client is not None:
            state.objects.leave(client)
        connection.close()


def accept_all(listener):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve_connection, args=(connection,), daemon=True).start()


def answer_control(request):
    state.tell_engine({**calls.answer_control(request), "id": request.get("id")})


def serve_control(control):
    """Until the engine closes its end: then there is nobody left to work for."""
    while True:
        try:
            request, _ = wire.receive(control)
        except (EOFError, OSError):
            os._exit(0)
        if request["op"] in calls.SLOW:
            threading.Thread(target=answer_control, args=(request,), daemon=True).start()
        else:
            answer_control(request)


def main():
    options = parse()
    control = socket.socket(fileno=options.control)
    listener = socket.socket(fileno=options.listen)
    os.set_inheritable(options.control, False)
    os.set_inheritable(options.listen, False)
    if options.catalogue is not None:
        os.set_inheritable(options.catalogue, False)
    limit_memory()
    state.begin(options, control)
    absent.begin()
    try:
        pack.load(options)
        description = pack.describe()
    except BaseException as error:  # whatever a pack raises while it is imported
        traceback.print_exc()
        advice = missing.advise(error.name, options.path) if isinstance(error, ModuleNotFoundError) and error.name else ""
        state.tell_engine({"failed": f"it cannot be imported: {type(error).__name__}: {error}{advice}"})
        sys.exit(1)
    state.tell_engine(description)
    threading.Thread(target=accept_all, args=(listener,), daemon=True).start()
    serve_control(control)


main()
