/* thesaurus_private.h - the tables that tools/thesaurus.py makes. */
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint32_t above[2]; /* kinds that it is one of; 0 = none */
  uint32_t names_at; /* in the names */
  char of;           /* mk_kind_class */
} mk_thesaurus_kind;

/* Lines of `phrase TAB readings`, in the order of their bytes; readings are parted by "|". */
extern const char mk_thesaurus_words[];
extern const size_t mk_thesaurus_words_n_bytes;
extern const mk_thesaurus_kind mk_thesaurus_kinds[];
/* A line for each kind, its names parted by "|". */
extern const char mk_thesaurus_names[];
extern const size_t mk_thesaurus_names_n_bytes;
