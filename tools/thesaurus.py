"""thesaurus.py OUTPUT.c WORDNET_FOLDER - what English words are and what their kinds are, as the tables of src/language/thesaurus.c.

A word has up to one reading of a sort: a noun that can be seen, with its kind; a noun that cannot; a verb, with its kind; an
adjective; an adverb. Only its first sense counts, which WordNet orders by how often it is meant. Kinds are WordNet's synsets; of
their names only those are kept whose first sense they are, so that going up never ends at a homonym.
"""
import collections
import pathlib
import re
import sys

FILES = """adj.all adj.pert adv.all noun.Tops noun.act noun.animal noun.artifact noun.attribute noun.body noun.cognition
noun.communication noun.event noun.feeling noun.food noun.group noun.location noun.motive noun.object noun.person noun.phenomenon
noun.plant noun.possession noun.process noun.quantity noun.relation noun.shape noun.state noun.substance noun.time verb.body
verb.change verb.cognition verb.communication verb.competition verb.consumption verb.contact verb.creation verb.emotion verb.motion
verb.perception verb.possession verb.social verb.stative verb.weather adj.ppl""".split()  # WordNet's lexicographer files, lexnames(5WN)
# What can be seen or done, and the letter of its class; of one word each class has a first sense of its own.
CLASSES = {"noun.animal": "a", "noun.person": "p", "noun.food": "f", "noun.plant": "f"}
CLASSES |= {f"noun.{kind}": "t" for kind in "Tops artifact body object phenomenon shape substance".split()}
CLASSES |= {f"verb.{kind}": "v" for kind in "body communication consumption contact motion perception".split()}
SAID_BADLY = {"ethnic slur", "disparagement", "obscenity", "vulgarism", "dirty word"}
RARELY = 4  # a reading that is this much rarer than the word's most frequent one is left out
OF_TOPS = {"animal": "a", "person": "p", "food": "f", "plant": "f"}
PHRASE = re.compile(r"[a-z]{3,}( [a-z]{2,}){0,2}")
PLAIN = str.maketrans("_-", "  ")


class Synset:
    def __init__(self, fields):
        n_words = int(fields[3], 16)
        self.words = [re.sub(r"\(.*", "", word).lower().translate(PLAIN) for word in fields[4:4 + 2 * n_words:2]]
        of_file = CLASSES.get(FILES[int(fields[1])])
        self.of_class = OF_TOPS.get(self.words[0], of_file) if FILES[int(fields[1])] == "noun.Tops" else of_file
        pointers = fields[5 + 2 * n_words:]
        self.up, self.usage, self.is_instance = [], [], False
        for k in range(int(fields[4 + 2 * n_words])):
            symbol, offset = pointers[4 * k], int(pointers[4 * k + 1])
            self.up += [offset] if symbol == "@" else []
            self.usage += [offset] if symbol == ";u" else []
            self.is_instance |= symbol == "@i"


def rows_of(path):
    with open(path, encoding="latin-1") as file:
        return [line.split("|")[0].split() for line in file if not line.startswith(" ")]


class WordNet:
    def __init__(self, folder):
        self.synsets = {pos: {int(f[0]): Synset(f) for f in rows_of(folder / f"data.{pos}")} for pos in ("noun", "verb")}
        self.senses = {pos: {} for pos in ("noun", "verb", "adj", "adv")}
        for pos, senses in self.senses.items():
            for f in rows_of(folder / f"index.{pos}"):
                senses.setdefault(f[0].translate(PLAIN), [int(o) for o in f[-int(f[2]):]])
        self.counts = collections.Counter()
        kinds = {"1": "noun", "2": "verb", "3": "adj", "4": "adv", "5": "adj"}
        for key, _, count in rows_of(folder / "cntlist.rev"):
            word, rest = key.split("%")
            self.counts[word.translate(PLAIN), kinds[rest[0]]] += int(count)

    def is_rude(self, synset):
        nouns = self.synsets["noun"]
        return any(SAID_BADLY & set(nouns[offset].words) for offset in synset.usage if offset in nouns)

    def first_of_class(self, pos, word, of_class):
        synsets = self.synsets[pos]
        senses = [o for o in self.senses[pos].get(word, []) if not synsets[o].is_instance]
        return next((o for o in (senses if pos == "noun" else senses[:1]) if synsets[o].of_class == of_class), None)


class Kinds:
    """The synsets that readings lead to, numbered from 1; 0 is above all."""

    def __init__(self, net):
        self.net, self.numbers, self.rows = net, {}, [(0, 0, "-", "")]

    def add(self, pos, offset):
        if (pos, offset) in self.numbers:
            return self.numbers[pos, offset]
        synset = self.net.synsets[pos][offset]
        self.numbers[pos, offset] = number = len(self.rows)
        self.rows.append(None)
        above = [self.add(pos, up) for up in synset.up if self.net.synsets[pos][up].of_class][:2]
        names = [word for word in synset.words if PHRASE.fullmatch(word) and self.net.first_of_class(pos, word, synset.of_class) == offset]
        self.rows[number] = (*(above + [0, 0])[:2], synset.of_class, "|".join(names))
        return number


def read_noun(net, kinds, word):
    offset = net.senses["noun"][word][0]
    synset = net.synsets["noun"][offset]
    if synset.is_instance or net.is_rude(synset):
        return None
    return f"n{kinds.add('noun', offset)}" if synset.of_class else "t"


def read_verb(net, kinds, word):
    offset = net.senses["verb"][word][0]
    return f"v{kinds.add('verb', offset)}" if net.synsets["verb"][offset].of_class else "v0"


def read_word(net, kinds, word):
    counts = {pos: net.counts[word, pos] for pos in net.senses if word in net.senses[pos]}
    often = max(counts.values())
    readings = []
    for pos, count in sorted(counts.items(), key=lambda item: -item[1]):
        if count * RARELY < often:
            continue
        if pos == "noun":
            readings.append(read_noun(net, kinds, word))
        elif pos == "verb":
            readings.append(read_verb(net, kinds, word))
        else:
            readings.append("a" if pos == "adj" else "r")
    return [reading for reading in readings if reading]


def write_bytes(file, name, text):
    data = text.encode("ascii")
    file.write(f"const size_t {name}_n_bytes = {len(data)};\nconst char {name}[] = {{\n")
    for start in range(0, len(data), 64):
        file.write(",".join(map(str, data[start:start + 64])) + ",\n")
    file.write("};\n")


def main():
    output, folder = sys.argv[1:]
    net = WordNet(pathlib.Path(folder))
    kinds, table = Kinds(net), {}
    for word in sorted({word for senses in net.senses.values() for word in senses}):
        readings = read_word(net, kinds, word) if PHRASE.fullmatch(word) else []
        if " " not in word or any(len(reading) > 1 for reading in readings): # phrases are worth a row where they have a look
            table[word] = "|".join(readings)
    with open(output, "w", encoding="ascii") as file:
        file.write('/* Made by tools/thesaurus.py out of WordNet 3.0, Copyright 2006 by Princeton University. */\n#include "language/thesaurus_private.h"\n\n')
        write_bytes(file, "mk_thesaurus_words", "".join(f"{word}\t{readings}\n" for word, readings in sorted(table.items()) if readings))
        names, at = [], 0
        file.write("const mk_thesaurus_kind mk_thesaurus_kinds[] = {\n")
        for a, b, of_class, text in kinds.rows:
            file.write(f"{{{{{a},{b}}},{at},'{of_class}'}},\n")
            names.append(text + "\n")
            at += len(names[-1])
        file.write("};\n")
        write_bytes(file, "mk_thesaurus_names", "".join(names))


if __name__ == "__main__":
    main()
