#include "check.h"
#include "engine/cache.h"

static mk_key
key_of (int n)
{
  mk_key key = { { (uint8_t)n } };
  return key;
}

static mk_outcome *
text_of (size_t length)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)mk_value_unref);
  g_autofree char *text = g_strnfill (length, 'x');
  g_ptr_array_add (list, mk_value_new_string (text));
  return mk_outcome_new (&list, 1, NULL);
}

static bool
is_there (mk_cache *cache, int n)
{
  mk_key key = key_of (n);
  g_autoptr (mk_outcome) found = mk_cache_find (cache, &key);
  return found != NULL;
}

static void
add (mk_cache *cache, int n, size_t length)
{
  mk_key key = key_of (n);
  g_autoptr (mk_outcome) outcome = text_of (length);
  mk_cache_add (cache, &key, outcome);
}

TEST (cache_forgets_the_oldest_first)
{
  g_autoptr (mk_cache) cache = mk_cache_new (40000);
  for (int i = 1; i <= 3; i++)
    add (cache, i, 10000);
  CHECK (is_there (cache, 1)); /* used: now 2 is the oldest */
  add (cache, 4, 10000);
  CHECK (is_there (cache, 1) && !is_there (cache, 2) && is_there (cache, 3) && is_there (cache, 4));
  CHECK_INT (mk_cache_n_bytes (cache), <=, 40000);
}

TEST (cache_does_not_keep_what_is_larger_than_itself)
{
  g_autoptr (mk_cache) cache = mk_cache_new (5000);
  add (cache, 1, 100);
  add (cache, 2, 10000);
  CHECK (is_there (cache, 1) && !is_there (cache, 2));
}

TEST (cache_replaces_what_has_the_same_key)
{
  g_autoptr (mk_cache) cache = mk_cache_new (100000);
  add (cache, 1, 100);
  add (cache, 1, 9000);
  size_t n_bytes = mk_cache_n_bytes (cache);
  CHECK_INT (n_bytes, >, 9000);
  CHECK_INT (n_bytes, <, 10000);
  mk_cache_clear (cache);
  CHECK_INT (mk_cache_n_bytes (cache), ==, 0);
}

TEST (a_number_of_entries_spares_those_of_the_running_prompt)
{
  g_autoptr (mk_cache) cache = mk_cache_new (100000);
  mk_cache_set_limits (cache, 2, 0);
  add (cache, 1, 10);
  mk_cache_begin (cache);
  for (int i = 2; i <= 4; i++)
    add (cache, i, 10);
  CHECK (!is_there (cache, 1) && is_there (cache, 2) && is_there (cache, 3) && is_there (cache, 4));
  mk_cache_begin (cache);
  add (cache, 5, 10);
  CHECK (!is_there (cache, 2) && !is_there (cache, 3) && is_there (cache, 4) && is_there (cache, 5));
}

TEST (what_leaves_too_little_memory_free_is_dropped)
{
  g_autoptr (mk_cache) cache = mk_cache_new ((size_t)1 << 30);
  mk_cache_set_limits (cache, 0, (size_t)1 << 60);
  add (cache, 1, 1 << 20);
  CHECK (is_there (cache, 1)); /* too little was added for looking */
  add (cache, 2, 17 << 20);
  CHECK (!is_there (cache, 1) && !is_there (cache, 2));
}
