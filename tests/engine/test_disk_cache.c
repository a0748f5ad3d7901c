#include "harness.h"

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "engine/value_file.h"

static const mk_value_type *const no_types[] = { NULL };

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

static void
add (mk_disk_cache *cache, int n, size_t length)
{
  mk_key key = key_of (n);
  g_autoptr (mk_outcome) outcome = text_of (length);
  mk_disk_cache_add (cache, &key, outcome);
  mk_disk_cache_flush (cache);
}

static bool
is_there (mk_disk_cache *cache, int n)
{
  mk_key key = key_of (n);
  g_autoptr (mk_outcome) found = mk_disk_cache_find (cache, &key);
  return found != NULL;
}

static char *
file_of (int n)
{
  mk_key key = key_of (n);
  char hex[65];
  mk_key_to_hex (&key, hex);
  return g_build_filename (mk_test_folder (), hex, NULL);
}

TEST (every_kind_of_value_comes_back_from_disk)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)mk_value_unref), *lists[] = { list, NULL };
  mk_json *json = NULL, *ui = NULL;
  CHECK (mk_json_parse ("{\"a\":[1,2]}", -1, NULL, &json, NULL) && mk_json_parse ("{\"text\":[\"x\"]}", -1, NULL, &ui, NULL));
  g_ptr_array_add (list, mk_value_new_int (-5));
  g_ptr_array_add (list, mk_value_new_uint (UINT64_MAX));
  g_ptr_array_add (list, mk_value_new_real (0.1));
  g_ptr_array_add (list, mk_value_new_bool (true));
  g_ptr_array_add (list, mk_value_new_string ("grün"));
  g_ptr_array_add (list, mk_value_new_json (json));
  g_autoptr (mk_outcome) outcome = mk_outcome_new (lists, 2, ui);
  g_autoptr (GByteArray) bytes = mk_outcome_save (outcome);
  g_autoptr (mk_outcome) again = mk_outcome_load (bytes->data, bytes->len, no_types);
  CHECK (again != NULL && again->n_outputs == 2 && again->outputs[1] == NULL);
  mk_value *const *values = (mk_value *const *)again->outputs[0]->pdata;
  CHECK_INT (mk_value_get_int (values[0]), ==, -5);
  CHECK (mk_value_get_uint (values[1]) == UINT64_MAX && mk_value_get_real (values[2]) == 0.1 && mk_value_get_bool (values[3]));
  CHECK_STRING (mk_value_get_string (values[4]), "grün");
  CHECK (mk_json_equal (mk_value_get_json (values[5]), json) && mk_json_equal (again->ui, ui));
  for (guint cut = 0; cut < bytes->len; cut++)
    CHECK (mk_outcome_load (bytes->data, cut, no_types) == NULL);
}

TEST (results_outlive_the_process_that_made_them)
{
  g_autoptr (GError) error = NULL;
  mk_disk_cache *first = mk_disk_cache_open (mk_test_folder (), 100000, no_types, &error);
  CHECK_OK (first != NULL, error);
  add (first, 1, 1000);
  mk_disk_cache_close (first);
  g_autoptr (mk_disk_cache) second = mk_disk_cache_open (mk_test_folder (), 100000, no_types, &error);
  CHECK (is_there (second, 1) && !is_there (second, 2));
}

TEST (the_disk_forgets_the_least_recently_used_first)
{
  g_autoptr (mk_disk_cache) cache = mk_disk_cache_open (mk_test_folder (), 40000, no_types, NULL);
  for (int i = 1; i <= 3; i++)
    add (cache, i, 10000);
  CHECK (is_there (cache, 1)); /* used: now 2 is the oldest */
  add (cache, 4, 10000);
  CHECK (is_there (cache, 1) && !is_there (cache, 2) && is_there (cache, 3) && is_there (cache, 4));
  CHECK_INT (mk_disk_cache_n_bytes (cache), <=, 40000);
}

TEST (what_a_crash_left_is_removed_and_what_is_damaged_counts_as_absent)
{
  g_autofree char *part = g_build_filename (mk_test_folder (), ".x.abc.part", NULL), *damaged = file_of (7);
  CHECK (mk_file_write (part, "half", 4, NULL) && mk_file_write (damaged, "MKVALUE1 and then nothing", 25, NULL));
  g_autoptr (mk_disk_cache) cache = mk_disk_cache_open (mk_test_folder (), 40000, no_types, NULL);
  struct stat info;
  CHECK (stat (part, &info) != 0);
  mk_key key = key_of (7);
  CHECK (mk_disk_cache_has (cache, &key) && !is_there (cache, 7) && !mk_disk_cache_has (cache, &key));
  CHECK (stat (damaged, &info) != 0);
  CHECK_INT (mk_disk_cache_n_bytes (cache), ==, 0);
}

static int n_runs;
static const mk_port inputs[] = { { "value", "INT" }, { 0 } };
static const mk_port outputs[] = { { "value", "INT" }, { 0 } };

static bool
run_counted (mk_run *run, GError **error)
{
  (void)error;
  n_runs++;
  mk_run_set_output (run, 0, mk_value_new_int (mk_run_get_int (run, "value") + 1));
  return true;
}

static const mk_node_def counted = { .id = "TestCounted", .category = "test", .inputs = inputs, .outputs = outputs, .run = run_counted };

TEST (a_new_engine_does_not_repeat_what_the_disk_knows)
{
  const char *text = "{\"1\":{\"class_type\":\"TestCounted\",\"inputs\":{\"value\":1}},\"2\":{\"class_type\":\"TestCounted\",\"inputs\":{\"value\":[\"1\",0]}},\"3\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"2\",0]}}}";
  g_autofree char *folder = g_build_filename (mk_test_folder (), "cache", NULL);
  for (int i = 0; i < 2; i++) {
    g_autoptr (harness) h = harness_new ();
    g_autoptr (mk_disk_cache) disk = mk_disk_cache_open (folder, 0, mk_all_value_types, NULL);
    CHECK (disk != NULL && mk_registry_add (h->registry, &counted, NULL));
    h->engine.disk = disk;
    CHECK_OK (harness_run (h, text), h->error);
    CHECK_SHOWS (h, "3", "3");
    CHECK_INT (n_runs, ==, 2);
    CHECK (i == 0 || strstr (h->told->str, "execution_cached [\"1\",\"2\"]; executing 3;") != NULL);
  }
}
