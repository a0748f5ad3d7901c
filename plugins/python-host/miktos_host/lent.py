"""What the engine keeps for us: models and all else that has no bytes. We hold numbers, and say which we let go."""
import collections
import threading
import weakref

_known = weakref.WeakValueDictionary()  # ticket -> Lent
_lock = threading.Lock()
_let_go = collections.deque()  # tickets and how often they had come; filled by __del__, which may not wait for a lock


class Lent:
    """One value of the engine. All that shows it here shares this; the last to die lets it go."""

    __slots__ = ("ticket", "kind", "n_times", "__weakref__")

    def __init__(self, ticket, kind):
        self.ticket, self.kind, self.n_times = ticket, kind, 0

    def __del__(self):
        _let_go.append((self.ticket, self.n_times))


def take(ticket, kind):
    """The value that came with this ticket: (number, process of the engine)."""
    with _lock:
        found = _known.get(ticket)
        if found is None:
            found = _known[ticket] = Lent(ticket, kind)
        found.n_times += 1
        return found


def take_let_go(client):
    """[[number, times]…] since the last question, of this process of the engine; what others gave died with them."""
    gone = []
    while _let_go:
        (number, owner), n_times = _let_go.popleft()
        if owner == client:
            gone.append([number, n_times])
    return gone
