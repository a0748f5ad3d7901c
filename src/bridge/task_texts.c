#include "bridge/task_texts.h"

#include "bridge/tasks.h"

#define MAX_KEPT 256 /* a few kB each; all go when there are more */

struct mk_task_texts {
  mk_database *store;
  GHashTable *kept;  /* id -> text */
  int64_t n_changes; /* of the database, when they were read */
};

mk_task_texts *
mk_task_texts_new (mk_database *store)
{
  mk_task_texts *texts = g_new (mk_task_texts, 1);
  *texts = (mk_task_texts){ store, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free), -1 };
  return texts;
}

void
mk_task_texts_free (mk_task_texts *texts)
{
  if (texts == NULL)
    return;
  g_hash_table_unref (texts->kept);
  g_free (texts);
}

char *
mk_task_texts_find (mk_task_texts *texts, const char *id, const mk_json *progress, GError **error)
{
  int64_t now = mk_database_n_changes (texts->store);
  if (progress != NULL || now < 0)
    return mk_task_find_text (texts->store, id, progress, error);
  if (now != texts->n_changes || g_hash_table_size (texts->kept) > MAX_KEPT) {
    g_hash_table_remove_all (texts->kept);
    texts->n_changes = now;
  }
  const char *kept = g_hash_table_lookup (texts->kept, id);
  if (kept != NULL)
    return g_strdup (kept);
  char *text = mk_task_find_text (texts->store, id, NULL, error);
  if (text != NULL)
    g_hash_table_insert (texts->kept, g_strdup (id), g_strdup (text));
  return text;
}
