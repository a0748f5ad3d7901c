#include "engine/disk_cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "engine/value_file.h"

/* Results that wait for the disk: each may be a batch of pictures in memory. */
enum { MAX_WAITING = 16 };

typedef struct {
  mk_key key;
  size_t n_bytes;
  int64_t used_ns; /* the file's time; later uses are later */
} entry;

typedef struct {
  mk_key key;
  mk_outcome *outcome;
} waiting;

struct mk_disk_cache {
  char *folder;
  const mk_value_type *const *types;
  size_t max_bytes;
  pthread_t writer;
  pthread_mutex_t lock; /* guards all below */
  pthread_cond_t changed;
  GHashTable *entries;  /* by key */
  size_t n_bytes;
  int64_t last_use_ns;
  GQueue queue;
  bool is_writing, must_end;
};

static unsigned
hash_key (const void *key)
{
  return mk_key_hash (key);
}

static int
equal_keys (const void *a, const void *b)
{
  return mk_key_equal (a, b);
}

static char *
path_of (const mk_disk_cache *cache, const mk_key *key)
{
  char hex[65];
  mk_key_to_hex (key, hex);
  return g_build_filename (cache->folder, hex, NULL);
}

/* --- what is there; the lock is held --- */

static void
put_entry (mk_disk_cache *cache, const mk_key *key, size_t n_bytes, int64_t used_ns)
{
  entry *old = g_hash_table_lookup (cache->entries, key);
  cache->n_bytes += n_bytes - (old != NULL ? old->n_bytes : 0);
  entry *e = g_new (entry, 1);
  *e = (entry){ *key, n_bytes, used_ns };
  g_hash_table_replace (cache->entries, &e->key, e);
}

static void
drop_entry (mk_disk_cache *cache, const mk_key *key)
{
  g_autofree char *path = path_of (cache, key);
  entry *e = g_hash_table_lookup (cache->entries, key);
  unlink (path);
  if (e == NULL)
    return;
  cache->n_bytes -= e->n_bytes;
  g_hash_table_remove (cache->entries, &e->key);
}

static void
make_room (mk_disk_cache *cache)
{
  while (cache->n_bytes > cache->max_bytes) {
    GHashTableIter i;
    void *each;
    const entry *oldest = NULL;
    g_hash_table_iter_init (&i, cache->entries);
    while (g_hash_table_iter_next (&i, NULL, &each))
      if (oldest == NULL || ((const entry *)each)->used_ns < oldest->used_ns)
        oldest = each;
    mk_key key = oldest->key; /* bytes above 0 have an entry */
    drop_entry (cache, &key);
  }
}

/* --- opening --- */

static bool
read_name (const char *name, mk_key *key)
{
  if (strlen (name) != 2 * sizeof key->bytes)
    return false;
  for (size_t i = 0; i < sizeof key->bytes; i++) {
    int high = g_ascii_xdigit_value (name[2 * i]), low = g_ascii_xdigit_value (name[2 * i + 1]);
    if (high < 0 || low < 0)
      return false;
    key->bytes[i] = (uint8_t)(high << 4 | low);
  }
  return true;
}

static int64_t
time_ns (const struct stat *info)
{
  return (int64_t)info->st_mtim.tv_sec * 1000000000 + info->st_mtim.tv_nsec;
}

/* Remembers in the file's time that it is used now, and returns that time. A file system's own clock ticks every few milliseconds;
 * no two uses must fall into one tick, and none must lie before the last one when the clock goes back. */
static int64_t
touch (mk_disk_cache *cache, const char *path)
{
  int64_t now = cache->last_use_ns = MAX (g_get_real_time () * 1000, cache->last_use_ns + 1);
  struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = now / 1000000000, .tv_nsec = now % 1000000000 } };
  utimensat (AT_FDCWD, path, times, 0);
  return now;
}

static bool
scan (mk_disk_cache *cache, GError **error)
{
  DIR *folder = opendir (cache->folder);
  if (folder == NULL)
    return mk_error (error, MK_ERROR_DISK, "the cache folder %s: %s", cache->folder, g_strerror (errno));
  for (const struct dirent *file; (file = readdir (folder)) != NULL;) {
    mk_key key;
    struct stat info;
    if (g_str_has_suffix (file->d_name, ".part"))
      unlinkat (dirfd (folder), file->d_name, 0);
    else if (read_name (file->d_name, &key) && fstatat (dirfd (folder), file->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG (info.st_mode)) {
      put_entry (cache, &key, (size_t)info.st_size, time_ns (&info));
      cache->last_use_ns = MAX (cache->last_use_ns, time_ns (&info));
    }
  }
  closedir (folder);
  make_room (cache);
  return true;
}

/* --- writing --- */

static void
write_one (mk_disk_cache *cache, const waiting *one)
{
  g_autoptr (GByteArray) bytes = mk_outcome_save (one->outcome);
  if (bytes == NULL || bytes->len > cache->max_bytes)
    return;
  g_autofree char *path = path_of (cache, &one->key);
  g_autoptr (GError) error = NULL;
  if (!mk_file_write (path, bytes->data, bytes->len, &error)) {
    mk_log (MK_LOG_WARNING, "engine", "a result is not kept on disk: %s", error->message);
    return;
  }
  pthread_mutex_lock (&cache->lock);
  put_entry (cache, &one->key, bytes->len, touch (cache, path));
  make_room (cache);
  pthread_mutex_unlock (&cache->lock);
}

static void *
write_all (void *user)
{
  mk_disk_cache *cache = user;
  pthread_mutex_lock (&cache->lock);
  for (;;) {
    while (g_queue_is_empty (&cache->queue) && !cache->must_end)
      pthread_cond_wait (&cache->changed, &cache->lock);
    waiting *one = g_queue_pop_head (&cache->queue);
    if (one == NULL)
      break;
    cache->is_writing = true;
    pthread_mutex_unlock (&cache->lock);
    write_one (cache, one);
    mk_outcome_unref (one->outcome);
    g_free (one);
    pthread_mutex_lock (&cache->lock);
    cache->is_writing = false;
    pthread_cond_broadcast (&cache->changed);
  }
  pthread_mutex_unlock (&cache->lock);
  return NULL;
}

static void
cache_free (mk_disk_cache *cache)
{
  g_hash_table_unref (cache->entries);
  pthread_mutex_destroy (&cache->lock);
  pthread_cond_destroy (&cache->changed);
  g_free (cache->folder);
  g_free (cache);
}

mk_disk_cache *
mk_disk_cache_open (const char *folder, size_t max_bytes, const mk_value_type *const *types, GError **error)
{
  if (!mk_folder_make (folder, error))
    return NULL;
  mk_disk_cache *cache = g_new0 (mk_disk_cache, 1);
  *cache = (mk_disk_cache){ .folder = g_strdup (folder), .types = types, .max_bytes = max_bytes > 0 ? max_bytes : (size_t)4 << 30 };
  cache->entries = g_hash_table_new_full (hash_key, equal_keys, NULL, g_free);
  g_queue_init (&cache->queue);
  pthread_mutex_init (&cache->lock, NULL);
  pthread_cond_init (&cache->changed, NULL);
  bool is_good = scan (cache, error);
  int failure = is_good ? pthread_create (&cache->writer, NULL, write_all, cache) : 0;
  if (failure != 0)
    is_good = mk_error (error, MK_ERROR_FAILED, "the thread that writes the cache: %s", g_strerror (failure));
  if (!is_good)
    g_clear_pointer (&cache, cache_free);
  return cache;
}

void
mk_disk_cache_close (mk_disk_cache *cache)
{
  if (cache == NULL)
    return;
  pthread_mutex_lock (&cache->lock);
  cache->must_end = true;
  pthread_cond_broadcast (&cache->changed);
  pthread_mutex_unlock (&cache->lock);
  pthread_join (cache->writer, NULL);
  cache_free (cache);
}

/* --- use --- */

bool
mk_disk_cache_has (mk_disk_cache *cache, const mk_key *key)
{
  pthread_mutex_lock (&cache->lock);
  bool is_there = g_hash_table_contains (cache->entries, key);
  pthread_mutex_unlock (&cache->lock);
  return is_there;
}

static void
mark_used (mk_disk_cache *cache, const mk_key *key, const char *path)
{
  pthread_mutex_lock (&cache->lock);
  entry *e = g_hash_table_lookup (cache->entries, key);
  if (e != NULL)
    e->used_ns = touch (cache, path);
  pthread_mutex_unlock (&cache->lock);
}

mk_outcome *
mk_disk_cache_find (mk_disk_cache *cache, const mk_key *key)
{
  if (!mk_disk_cache_has (cache, key))
    return NULL;
  g_autofree char *path = path_of (cache, key), *bytes = NULL;
  size_t length = 0;
  mk_outcome *outcome = mk_file_read (path, cache->max_bytes, &bytes, &length, NULL) ? mk_outcome_load (bytes, length, cache->types) : NULL;
  if (outcome != NULL) {
    mark_used (cache, key, path);
    return outcome;
  }
  pthread_mutex_lock (&cache->lock);
  drop_entry (cache, key);
  pthread_mutex_unlock (&cache->lock);
  return NULL;
}

void
mk_disk_cache_add (mk_disk_cache *cache, const mk_key *key, mk_outcome *outcome)
{
  pthread_mutex_lock (&cache->lock);
  if (cache->queue.length < MAX_WAITING && !g_hash_table_contains (cache->entries, key)) {
    waiting *one = g_new (waiting, 1);
    *one = (waiting){ *key, mk_outcome_ref (outcome) };
    g_queue_push_tail (&cache->queue, one);
    pthread_cond_broadcast (&cache->changed);
  }
  pthread_mutex_unlock (&cache->lock);
}

void
mk_disk_cache_flush (mk_disk_cache *cache)
{
  pthread_mutex_lock (&cache->lock);
  while (!g_queue_is_empty (&cache->queue) || cache->is_writing)
    pthread_cond_wait (&cache->changed, &cache->lock);
  pthread_mutex_unlock (&cache->lock);
}

size_t
mk_disk_cache_n_bytes (mk_disk_cache *cache)
{
  pthread_mutex_lock (&cache->lock);
  size_t n = cache->n_bytes;
  pthread_mutex_unlock (&cache->lock);
  return n;
}
