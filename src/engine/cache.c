#include "engine/cache.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

typedef struct entry {
  mk_key key;
  mk_outcome *outcome;
  size_t n_bytes;
  uint64_t generation; /* of its last use */
  struct entry *newer, *older;
} entry;

struct mk_cache {
  pthread_mutex_t lock; /* guards all below */
  GHashTable *entries;
  entry *newest, *oldest;
  size_t n_bytes, max_bytes;
  size_t max_entries, min_free_bytes; /* 0 = no limit */
  size_t n_unweighed;                 /* bytes added since free memory was looked at */
  uint64_t generation;
};

mk_outcome *
mk_outcome_new (GPtrArray **taken_lists, size_t n_outputs, mk_json *taken_ui)
{
  mk_outcome *outcome = g_new (mk_outcome, 1);
  *outcome = (mk_outcome){ .n_refs = 1, .n_outputs = n_outputs, .ui = taken_ui };
  outcome->outputs = g_memdup2 (taken_lists, n_outputs * sizeof *taken_lists);
  return outcome;
}

mk_outcome *
mk_outcome_ref (mk_outcome *outcome)
{
  __atomic_fetch_add (&outcome->n_refs, 1, __ATOMIC_RELAXED);
  return outcome;
}

void
mk_outcome_unref (mk_outcome *outcome)
{
  if (outcome == NULL || __atomic_fetch_sub (&outcome->n_refs, 1, __ATOMIC_ACQ_REL) > 1)
    return;
  for (size_t i = 0; i < outcome->n_outputs; i++)
    g_clear_pointer (&outcome->outputs[i], g_ptr_array_unref);
  g_free (outcome->outputs);
  mk_json_unref (outcome->ui);
  g_free (outcome);
}

static size_t
count_bytes (const mk_outcome *outcome)
{
  size_t n = sizeof (entry) + sizeof *outcome;
  for (size_t i = 0; i < outcome->n_outputs; i++)
    for (guint k = 0; outcome->outputs[i] != NULL && k < outcome->outputs[i]->len; k++)
      n += mk_value_n_bytes (outcome->outputs[i]->pdata[k]);
  return n;
}

static unsigned
hash_entry (const void *key)
{
  return mk_key_hash (key);
}

static int
equal_entries (const void *a, const void *b)
{
  return mk_key_equal (a, b);
}

mk_cache *
mk_cache_new (size_t max_bytes)
{
  mk_cache *cache = g_new0 (mk_cache, 1);
  size_t memory = (size_t)sysconf (_SC_PHYS_PAGES) * (size_t)sysconf (_SC_PAGESIZE);
  cache->max_bytes = max_bytes > 0 ? max_bytes : memory / 4;
  cache->entries = g_hash_table_new (hash_entry, equal_entries);
  pthread_mutex_init (&cache->lock, NULL);
  return cache;
}

static void
unlink_entry (mk_cache *cache, entry *e)
{
  *(e->newer != NULL ? &e->newer->older : &cache->newest) = e->older;
  *(e->older != NULL ? &e->older->newer : &cache->oldest) = e->newer;
}

static void
link_newest (mk_cache *cache, entry *e)
{
  e->newer = NULL;
  e->older = cache->newest;
  *(cache->newest != NULL ? &cache->newest->newer : &cache->oldest) = e;
  cache->newest = e;
}

static void
drop (mk_cache *cache, entry *e)
{
  g_hash_table_remove (cache->entries, &e->key);
  unlink_entry (cache, e);
  cache->n_bytes -= e->n_bytes;
  mk_outcome_unref (e->outcome);
  g_free (e);
}

mk_outcome *
mk_cache_find (mk_cache *cache, const mk_key *key)
{
  pthread_mutex_lock (&cache->lock);
  entry *e = g_hash_table_lookup (cache->entries, key);
  mk_outcome *outcome = NULL;
  if (e != NULL) {
    unlink_entry (cache, e);
    link_newest (cache, e);
    e->generation = cache->generation;
    outcome = mk_outcome_ref (e->outcome);
  }
  pthread_mutex_unlock (&cache->lock);
  return outcome;
}

void
mk_cache_set_limits (mk_cache *cache, size_t max_entries, size_t min_free_bytes)
{
  pthread_mutex_lock (&cache->lock);
  cache->max_entries = max_entries;
  cache->min_free_bytes = min_free_bytes;
  pthread_mutex_unlock (&cache->lock);
}

/* MemAvailable of /proc/meminfo: what programs can have without swapping; SIZE_MAX where it cannot be read. */
static size_t
count_free_bytes (void)
{
  g_autofree char *text = NULL;
  const char *line = g_file_get_contents ("/proc/meminfo", &text, NULL, NULL) ? strstr (text, "MemAvailable:") : NULL;
  return line != NULL ? (size_t)g_ascii_strtoull (line + strlen ("MemAvailable:"), NULL, 10) * 1024 : SIZE_MAX;
}

static void
make_room (mk_cache *cache)
{
  enum { WEIGH_EVERY = 16 << 20 }; /* looking costs 20 microseconds */
  while (cache->n_bytes > cache->max_bytes)
    drop (cache, cache->oldest);
  while (cache->max_entries > 0 && g_hash_table_size (cache->entries) > cache->max_entries && cache->oldest->generation != cache->generation)
    drop (cache, cache->oldest);
  if (cache->min_free_bytes == 0 || cache->n_unweighed < WEIGH_EVERY)
    return;
  cache->n_unweighed = 0;
  size_t n_free = count_free_bytes (), n_lacking = n_free < cache->min_free_bytes ? cache->min_free_bytes - n_free : 0;
  size_t aim = cache->n_bytes - MIN (n_lacking, cache->n_bytes);
  while (cache->n_bytes > aim)
    drop (cache, cache->oldest);
}

void
mk_cache_add (mk_cache *cache, const mk_key *key, mk_outcome *outcome)
{
  size_t n_bytes = count_bytes (outcome);
  pthread_mutex_lock (&cache->lock);
  entry *old = g_hash_table_lookup (cache->entries, key);
  if (old != NULL)
    drop (cache, old);
  if (n_bytes <= cache->max_bytes) {
    entry *e = g_new0 (entry, 1);
    *e = (entry){ .key = *key, .outcome = mk_outcome_ref (outcome), .n_bytes = n_bytes, .generation = cache->generation };
    g_hash_table_insert (cache->entries, &e->key, e);
    link_newest (cache, e);
    cache->n_bytes += n_bytes;
    cache->n_unweighed += n_bytes;
    make_room (cache);
  }
  pthread_mutex_unlock (&cache->lock);
}

void
mk_cache_clear (mk_cache *cache)
{
  pthread_mutex_lock (&cache->lock);
  while (cache->oldest != NULL)
    drop (cache, cache->oldest);
  pthread_mutex_unlock (&cache->lock);
}

void
mk_cache_begin (mk_cache *cache)
{
  pthread_mutex_lock (&cache->lock);
  cache->generation++;
  pthread_mutex_unlock (&cache->lock);
}

void
mk_cache_keep_used (mk_cache *cache)
{
  pthread_mutex_lock (&cache->lock);
  while (cache->oldest != NULL && cache->oldest->generation != cache->generation) /* the order is that of use */
    drop (cache, cache->oldest);
  pthread_mutex_unlock (&cache->lock);
}

size_t
mk_cache_n_bytes (mk_cache *cache)
{
  pthread_mutex_lock (&cache->lock);
  size_t n = cache->n_bytes;
  pthread_mutex_unlock (&cache->lock);
  return n;
}

void
mk_cache_free (mk_cache *cache)
{
  if (cache == NULL)
    return;
  mk_cache_clear (cache);
  g_hash_table_unref (cache->entries);
  pthread_mutex_destroy (&cache->lock);
  g_free (cache);
}
