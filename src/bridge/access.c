#include "bridge/access.h"

#include "bridge/bridge_private.h"

#include <string.h>

#define BURST_SECONDS 10 /* so much of a minute's share may come at once */
#define MAX_BUCKETS 10000

/* Fills with time, empties with requests. */
typedef struct {
  double tokens;
  int64_t at_ms;
} bucket;

struct mk_access {
  mk_database *store;
  mk_loop *loop;
  char *master_sum;    /* NULL = none */
  bool is_exposed;
  double per_ms;       /* 0 = no limit */
  GHashTable *buckets; /* "key address" -> bucket */
  bool has_keys;       /* in the store, as of `looked_ms`: miktos keys may add one at any time; true until the store has said otherwise */
  int64_t looked_ms;
};

#define KEYS_MS 500

mk_access *
mk_access_new (mk_database *store, mk_loop *loop, const char *master_key, bool is_exposed)
{
  mk_access *access = g_new0 (mk_access, 1);
  *access = (mk_access){ .store = store, .loop = loop, .is_exposed = is_exposed, .has_keys = true, .master_sum = master_key != NULL ? g_compute_checksum_for_string (G_CHECKSUM_SHA256, master_key, -1) : NULL };
  access->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return access;
}

void
mk_access_free (mk_access *access)
{
  if (access == NULL)
    return;
  g_hash_table_unref (access->buckets);
  g_free (access->master_sum);
  g_free (access);
}

void
mk_access_set_limit (mk_access *access, int64_t requests_per_minute)
{
  access->per_ms = (double)requests_per_minute / 60000;
}

static bool
is_usable_id (const char *id)
{
  return id != NULL && id[0] != '\0' && strlen (id) <= 64 && strspn (id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == strlen (id);
}

mk_request_note *
mk_request_get_note (mk_http_request *request)
{
  mk_request_note *note = mk_http_request_data (request);
  if (note != NULL)
    return note;
  note = g_new0 (mk_request_note, 1);
  const char *given = mk_http_request_header (request, "X-Request-Id");
  g_autofree char *own = is_usable_id (given) ? NULL : g_uuid_string_random ();
  g_strlcpy (note->id, own != NULL ? own : given, sizeof note->id);
  note->began_us = g_get_monotonic_time ();
  note->holder.scope = MK_SCOPE_ADMIN;
  mk_http_request_set_data (request, note, g_free);
  return note;
}

static bool
is_guarded (const char *path)
{
  static const char *const prefixes[] = { "/api/", "/ws", "/mcp", "/metrics" };
  for (size_t i = 0; i < MK_COUNT (prefixes); i++)
    if (g_str_has_prefix (path, prefixes[i]))
      return true;
  return false;
}

static const char *
given_key (const mk_http_request *request)
{
  const char *header = mk_http_request_header (request, "Authorization");
  return header != NULL && g_ascii_strncasecmp (header, "Bearer ", 7) == 0 ? header + 7 : mk_http_request_query (request, "token");
}

/* A store that does not answer changes nothing about who may come in. */
static bool
is_open_to_all (mk_access *access)
{
  int64_t now = mk_loop_now_ms (access->loop);
  if (access->is_exposed)
    return false;
  if (access->looked_ms == 0 || now - access->looked_ms > KEYS_MS) {
    mk_keys_look (access->store, &access->has_keys, NULL);
    access->looked_ms = now;
  }
  return access->master_sum == NULL && !access->has_keys;
}

static bool
identify (mk_access *access, const mk_http_request *request, mk_key_holder *holder, GError **error)
{
  const char *key = given_key (request);
  if (is_open_to_all (access))
    return true;
  if (key == NULL || key[0] == '\0')
    return mk_error (error, MK_ERROR_UNAUTHORIZED, "this needs a key, as “Authorization: Bearer KEY” or ?token=KEY");
  /* Compared as sums, so that the time taken says nothing about the key. */
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
  if (access->master_sum != NULL && g_str_equal (sum, access->master_sum)) {
    g_strlcpy (holder->id, "master", sizeof holder->id);
    g_strlcpy (holder->name, "master", sizeof holder->name);
    return true;
  }
  return mk_keys_find (access->store, key, mk_bridge_now_ms (), holder, error);
}

/* Those that are full again say nothing that a new one would not. */
static gboolean
is_full (void *key, void *value, void *user)
{
  (void)key;
  const mk_access *access = user;
  const bucket *b = value;
  return (double)(mk_loop_now_ms (access->loop) - b->at_ms) * access->per_ms >= BURST_SECONDS * 1000 * access->per_ms;
}

static bool
take_token (mk_access *access, mk_http_request *request, const char *holder, GError **error)
{
  if (access->per_ms <= 0)
    return true;
  const char *peer = mk_http_request_peer (request);
  g_autofree char *name = g_strdup_printf ("%s %s", holder, peer != NULL ? peer : "");
  double most = MAX (BURST_SECONDS * 1000 * access->per_ms, 1);
  int64_t now = mk_loop_now_ms (access->loop);
  bucket *b = g_hash_table_lookup (access->buckets, name);
  if (b == NULL) {
    if (g_hash_table_size (access->buckets) >= MAX_BUCKETS)
      g_hash_table_foreach_remove (access->buckets, is_full, access);
    b = g_new (bucket, 1);
    *b = (bucket){ most, now };
    g_hash_table_insert (access->buckets, g_steal_pointer (&name), b);
  }
  b->tokens = MIN (most, b->tokens + (double)(now - b->at_ms) * access->per_ms);
  b->at_ms = now;
  if (b->tokens >= 1) {
    b->tokens -= 1;
    return true;
  }
  g_autofree char *wait_s = g_strdup_printf ("%d", (int)((1 - b->tokens) / access->per_ms / 1000) + 1);
  mk_http_request_set_header (request, "Retry-After", wait_s);
  return mk_error (error, MK_ERROR_BUSY, "too many requests: at most %.0f a minute; try again in %s s", access->per_ms * 60000, wait_s);
}

bool
mk_access_check (mk_access *access, mk_http_request *request)
{
  GError *error = NULL;
  mk_request_note *note = mk_request_get_note (request);
  if (!is_guarded (mk_http_request_path (request)))
    return false;
  bool is_known = identify (access, request, &note->holder, &error);
  /* Who is refused pays as well, so that keys cannot be tried at leisure. */
  bool has_limit = access->master_sum != NULL || note->holder.id[0] != '\0' || !is_known;
  GError *refusal = NULL;
  if (has_limit && !take_token (access, request, note->holder.id, &refusal)) {
    g_clear_error (&error);
    error = refusal;
    is_known = false;
  }
  if (is_known)
    return false;
  if (g_error_matches (error, MK_ERROR, MK_ERROR_UNAUTHORIZED))
    mk_http_request_set_header (request, "WWW-Authenticate", "Bearer");
  mk_api_answer_error (request, error);
  return true;
}
