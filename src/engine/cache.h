/* cache.h - results of finished nodes, found again by content.
 *
 * Purpose   A second run skips what has not changed.
 * Threads   Any thread may call anything; values are immutable.
 * Memory    Holds one reference per value; evicts least recently used by bytes.
 * Tests     tests/engine/test_cache.c
 */
#pragma once
#include "base/hash.h"
#include "graph/value.h"

typedef struct mk_cache mk_cache;

/* What a node made: a list of values per output, and what it shows. Reference counted, immutable. */
typedef struct mk_outcome {
  int n_refs;
  size_t n_outputs;
  GPtrArray **outputs; /* of mk_value */
  mk_json *ui;         /* or NULL */
} mk_outcome;

/* Takes the lists (each may be NULL) and the ui; copies the array. */
mk_outcome *mk_outcome_new (GPtrArray **taken_lists, size_t n_outputs, mk_json *taken_ui);
mk_outcome *mk_outcome_ref (mk_outcome *outcome);
void        mk_outcome_unref (mk_outcome *outcome);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_outcome, mk_outcome_unref)

/* `max_bytes` 0 = a quarter of the machine's memory. */
mk_cache *mk_cache_new (size_t max_bytes);
void      mk_cache_free (mk_cache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_cache, mk_cache_free)

/* Further limits, 0 = none. `max_entries` (ComfyUI's --cache-lru) spares what was used since `begin`; below
 * `min_free_bytes` of free memory (--cache-ram), looked at every few megabytes, the oldest go. */
void      mk_cache_set_limits (mk_cache *cache, size_t max_entries, size_t min_free_bytes);

/* A new reference, or NULL when absent; absence is no error. */
mk_outcome *mk_cache_find (mk_cache *cache, const mk_key *key);
void        mk_cache_add (mk_cache *cache, const mk_key *key, mk_outcome *outcome);
void        mk_cache_clear (mk_cache *cache);
/* Between `begin` and `keep_used` uses are noted; then what was not used is dropped: ComfyUI's classic mode. */
void        mk_cache_begin (mk_cache *cache);
void        mk_cache_keep_used (mk_cache *cache);
size_t      mk_cache_n_bytes (mk_cache *cache);
