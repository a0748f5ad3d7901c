"""tqdm for packs whose Python lacks it: the loop without the bar, since nobody sees a pack's terminal."""


class tqdm:
    def __init__(self, iterable=None, desc=None, total=None, *_, **__):
        self.iterable, self.desc, self.n = iterable, desc, 0
        self.total = total if total is not None else len(iterable) if hasattr(iterable, "__len__") else None

    def __iter__(self):
        for item in self.iterable:
            yield item
            self.n += 1

    def __len__(self):
        return self.total or 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def update(self, n=1):
        self.n += n

    def close(self):
        pass

    clear = refresh = reset = close

    def set_description(self, desc=None, refresh=True):
        self.desc = desc

    set_description_str = set_postfix = set_postfix_str = lambda self, *_, **__: None

    @staticmethod
    def write(text, *_, **__):
        print(text)


def trange(*arguments, **options):
    return tqdm(range(*arguments), **options)
