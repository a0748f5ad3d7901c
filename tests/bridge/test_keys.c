#include "bridge/keys.h"
#include "check.h"

#include <string.h>

TEST (a_key_opens_until_it_expires_and_only_its_sum_is_kept)
{
  g_autoptr (mk_database) store = mk_store_open (":memory:", NULL);
  mk_key_holder holder;
  bool are_there = true;
  CHECK (mk_keys_look (store, &are_there, NULL) && !are_there);
  g_autofree char *key = mk_key_create (store, "laptop", MK_SCOPE_RUN, 5000, 1000, NULL), *other = mk_key_create (store, "other", MK_SCOPE_ADMIN, 0, 1000, NULL);
  CHECK (strcmp (key, other) != 0 && strlen (key) > 40);
  CHECK (mk_keys_find (store, key, 4999, &holder, NULL));
  CHECK_STRING (holder.name, "laptop");
  CHECK_INT (holder.scope, ==, MK_SCOPE_RUN);
  g_autoptr (GError) error = NULL;
  CHECK_FAILS (mk_keys_find (store, key, 5000, &holder, &error), error, MK_ERROR_UNAUTHORIZED);
  CHECK (strstr (error->message, "“laptop” expired at 1970-01-01T00:00:05") != NULL);
  g_clear_error (&error);
  CHECK_FAILS (mk_keys_find (store, "mk_guess", 0, &holder, &error), error, MK_ERROR_UNAUTHORIZED);
  g_autoptr (mk_json) list = mk_keys_list (store, 5000, NULL);
  g_autofree char *text = mk_json_print (list);
  CHECK_INT (mk_json_length (list), ==, 2);
  for (size_t i = 0; i < 2; i++) {
    const mk_json *row = mk_json_at (list, i);
    CHECK (mk_json_get_bool (mk_json_get (row, "is_expired")) == g_str_equal (mk_json_get_string (mk_json_get (row, "name")), "laptop"));
  }
  CHECK (strstr (text, key) == NULL);
  CHECK_STRING (holder.id, mk_json_get_string (mk_json_get (mk_json_at (list, g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (list, 0), "name")), "laptop") ? 0 : 1), "id")));
  CHECK (holder.is_stored && mk_key_stands (store, holder.id, 4999) && !mk_key_stands (store, holder.id, 5000) && !mk_key_stands (store, "none", 0));
  CHECK (mk_keys_remove (store, mk_json_get_string (mk_json_get (mk_json_at (list, 0), "id")), NULL));
  g_clear_error (&error);
  CHECK_FAILS (mk_keys_remove (store, "none", &error), error, MK_ERROR_NOT_FOUND);
}

TEST (a_database_that_does_not_answer_is_not_one_without_keys)
{
  g_autoptr (mk_database) store = mk_store_open (":memory:", NULL);
  mk_key_holder holder;
  bool are_there = true;
  CHECK (mk_keys_look (store, &are_there, NULL) && !are_there);
  CHECK (mk_database_run (store, NULL, "DROP TABLE keys", ""));
  g_autoptr (GError) error = NULL;
  are_there = true;
  CHECK_FAILS (mk_keys_look (store, &are_there, &error), error, MK_ERROR_DISK);
  CHECK (are_there);
  g_clear_error (&error);
  CHECK_FAILS (mk_keys_find (store, "mk_any", 0, &holder, &error), error, MK_ERROR_DISK);
  CHECK (mk_key_stands (store, "any", 0));
}
