/* disk_cache.h - results that outlive the process, found again by content.
 *
 * Purpose   A restart does not lose what was computed. Holds what has `save` and `load`: images, masks, latents, sounds,
 *           scenes, text.
 * Layout    One file per result, named by its key in hexadecimal: value_file.h.
 * Crash     Files are written under another name, synced and renamed: each is whole or absent. What a crash leaves
 *           half-written is removed at the next open; a damaged file counts as absent and is removed when met.
 * Threads   Any thread may call anything. Writing happens on a thread of its own: a node never waits for the disk,
 *           and what comes faster than the disk can take is not kept.
 * Budget    Files beyond `max_bytes` go, least recently used first; the time of use is the file's.
 * Tests     tests/engine/test_disk_cache.c
 */
#pragma once
#include "engine/cache.h"

typedef struct mk_disk_cache mk_disk_cache;

/* Makes the folder. `types` (ends with NULL) are those that values may have; borrowed. `max_bytes` 0 = 4 GB. */
mk_disk_cache *mk_disk_cache_open (const char *folder, size_t max_bytes, const mk_value_type *const *types, GError **error);
/* Writes what waits. */
void           mk_disk_cache_close (mk_disk_cache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_disk_cache, mk_disk_cache_close)

bool        mk_disk_cache_has (mk_disk_cache *cache, const mk_key *key);
/* A new reference, or NULL when absent or damaged. */
mk_outcome *mk_disk_cache_find (mk_disk_cache *cache, const mk_key *key);
/* Keeps a reference until it is written. */
void        mk_disk_cache_add (mk_disk_cache *cache, const mk_key *key, mk_outcome *outcome);
/* Returns when all that was added is on disk or given up. */
void        mk_disk_cache_flush (mk_disk_cache *cache);
size_t      mk_disk_cache_n_bytes (mk_disk_cache *cache);
