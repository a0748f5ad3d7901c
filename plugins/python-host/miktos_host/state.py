"""What all of a pack's process shares: the folders, the way to the engine, the interrupt, and objects kept for it."""
import contextvars
import os
import threading

from miktos_host import lent, wire

options = None  # folders and names, as the engine gave them
_control = None
_control_lock = threading.Lock()
_interrupted = threading.Event()


class Interrupted(Exception):
    """Somebody wants the prompt to stop."""


class Call:
    """One run of a node: who it is, and where progress and previews go."""

    def __init__(self, connection, request):
        self.connection, self.node, self.class_type, self.index = connection, request["node"], request["class"], request["call"]
        self.prompt, self.client, self.client_process = request.get("prompt_id"), request.get("client_id"), request.get("client")
        self.lock, self.asking, self.is_over = threading.Lock(), threading.Lock(), False

    def send(self, message, descriptor=None):
        gone = lent.take_let_go(self.client_process)
        if gone:
            message["let_go"] = gone
        with self.lock:
            wire.send(self.connection, message, descriptor)

    def ask(self, message, descriptor):
        """A question to the engine and its answer: nobody else reads this connection while the call lasts."""
        with self.asking:
            try:
                self.send(message, descriptor)
            finally:
                os.close(descriptor)
            return wire.receive(self.connection)


_current = contextvars.ContextVar("call", default=None)
_latest = None  # for threads that a node starts by itself: they have no context


def current_call():
    return _current.get() or _latest


def enter_call(call):
    global _latest
    _latest = call
    return _current.set(call)


def leave_call(token):
    _current.get().is_over = True
    _current.reset(token)


def begin(given, control):
    global options, _control
    options, _control = given, control


def tell_clients(message):
    """On the way of the call that runs, so that it stays behind what the engine said of the node before."""
    call = current_call()
    if call is None or call.is_over:
        tell_engine(message)
    else:
        call.send(message)


def tell_engine(message):
    with _control_lock:
        wire.send(_control, message)


def interrupt():
    _interrupted.set()


def clear_interrupt():
    _interrupted.clear()


def raise_if_interrupted():
    if _interrupted.is_set():
        _interrupted.clear()
        raise Interrupted()


class Objects:
    """Values that only Python can hold. The engine knows them by number; what it lets go is dropped, and so is all that
    a worker held when it is gone."""

    def __init__(self):
        self._lock = threading.Lock()
        self._held, self._next, self._connections = {}, 1, {}

    def keep(self, value):
        with self._lock:
            number = self._next
            self._next += 1
            self._held[number] = value
            return number

    def find(self, number):
        return self._held[number]

    def drop(self, numbers):
        with self._lock:
            for number in numbers:
                self._held.pop(number, None)

    def meet(self, client):
        with self._lock:
            self._connections[client] = self._connections.get(client, 0) + 1

    def leave(self, client):
        with self._lock:
            self._connections[client] -= 1
            if self._connections[client] == 0:
                del self._connections[client]
                if not self._connections:
                    self._held.clear()


objects = Objects()
