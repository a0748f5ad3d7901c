#include "server/texts.h"

#include <pthread.h>
#include <unistd.h>

#include "base/database.h"

static const char *const migrations[] = { "CREATE TABLE texts (row INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL);", NULL };

struct mk_texts {
  char *path;
  mk_database *reader; /* the loop's; NULL until there is something to read */
  mk_database *writer; /* of whoever calls `put`; NULL until then */
  pthread_mutex_t lock;
  GArray *dropped;     /* rows as int64_t; guarded by `lock` */
};

mk_texts *
mk_texts_new (const char *path)
{
  mk_texts *texts = g_new0 (mk_texts, 1);
  texts->path = g_strdup (path);
  pthread_mutex_init (&texts->lock, NULL);
  texts->dropped = g_array_new (FALSE, FALSE, sizeof (int64_t));
  return texts;
}

void
mk_texts_free (mk_texts *texts)
{
  if (texts == NULL)
    return;
  mk_database_close (texts->reader);
  mk_database_close (texts->writer);
  g_array_free (texts->dropped, TRUE);
  pthread_mutex_destroy (&texts->lock);
  g_free (texts->path);
  g_free (texts);
}

/* The database in `place`, opened when it is first asked for. */
static mk_database *
open_once (const mk_texts *texts, mk_database **place, GError **error)
{
  if (*place == NULL)
    *place = mk_database_open (texts->path, migrations, error);
  return *place;
}

static GArray *
take_dropped (mk_texts *texts)
{
  pthread_mutex_lock (&texts->lock);
  GArray *rows = texts->dropped;
  texts->dropped = g_array_new (FALSE, FALSE, sizeof (int64_t));
  pthread_mutex_unlock (&texts->lock);
  return rows;
}

static bool
remove_rows (mk_texts *texts, const GArray *rows, GError **error)
{
  for (guint i = 0; i < rows->len; i++)
    if (!mk_database_run (texts->writer, error, "DELETE FROM texts WHERE row = ?", "i", g_array_index (rows, int64_t, i)))
      return false;
  return true;
}

int64_t
mk_texts_put (mk_texts *texts, const char *text, GError **error)
{
  mk_database *d = open_once (texts, &texts->writer, error);
  if (d == NULL || !mk_database_begin (d, error))
    return 0;
  g_autoptr (GArray) dropped = take_dropped (texts);
  bool is_in = remove_rows (texts, dropped, error) && mk_database_run (d, error, "INSERT INTO texts (text) VALUES (?)", "s", text);
  if (mk_database_end (d, is_in, is_in ? error : NULL) && is_in)
    return mk_database_last_id (d);
  for (guint i = 0; i < dropped->len; i++)
    mk_texts_drop (texts, g_array_index (dropped, int64_t, i));
  return 0;
}

static char *
get (mk_texts *texts, mk_database **place, int64_t row, GError **error)
{
  GError *failure = NULL;
  mk_database *d = open_once (texts, place, &failure);
  mk_statement *s = d == NULL ? NULL : mk_database_query (d, &failure, "SELECT text FROM texts WHERE row = ?", "i", row);
  char *text = s != NULL && mk_statement_next (s, &failure) ? g_strdup (mk_statement_text (s, 0)) : NULL;
  if (text != NULL)
    mk_statement_end (s);
  else if (failure != NULL)
    g_propagate_error (error, failure);
  else
    mk_error (error, MK_ERROR_NOT_FOUND, "the queue names text %" G_GINT64_FORMAT ", which is not there", row);
  return text;
}

char *
mk_texts_get (mk_texts *texts, int64_t row, GError **error)
{
  return get (texts, &texts->reader, row, error);
}

char *
mk_texts_get_beside (mk_texts *texts, int64_t row, GError **error)
{
  return get (texts, &texts->writer, row, error);
}

void
mk_texts_drop (mk_texts *texts, int64_t row)
{
  if (row == 0)
    return;
  pthread_mutex_lock (&texts->lock);
  g_array_append_val (texts->dropped, row);
  pthread_mutex_unlock (&texts->lock);
}

/* Of `wanted`, a set of int64_t; what is there and not among them goes to `others`, what is there leaves the set. */
static bool
compare_rows (mk_texts *texts, GHashTable *wanted, GArray *others, GError **error)
{
  GError *failure = NULL;
  mk_statement *s = mk_database_query (texts->writer, &failure, "SELECT row FROM texts", "");
  while (s != NULL && mk_statement_next (s, &failure)) {
    int64_t row = mk_statement_int (s, 0);
    if (!g_hash_table_remove (wanted, &row))
      g_array_append_val (others, row);
  }
  if (failure == NULL)
    return true;
  g_propagate_error (error, failure);
  return false;
}

GArray *
mk_texts_keep_only (mk_texts *texts, const GArray *rows, GError **error)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GArray) others = g_array_new (FALSE, FALSE, sizeof (int64_t)), lost = g_array_new (FALSE, FALSE, sizeof (int64_t));
  for (guint i = 0; i < rows->len; i++)
    g_hash_table_add (wanted, &g_array_index (rows, int64_t, i));
  bool is_there = access (texts->path, F_OK) == 0; /* not, when none was ever large */
  if (is_there && (open_once (texts, &texts->writer, error) == NULL || !compare_rows (texts, wanted, others, error) || !remove_rows (texts, others, error)))
    return NULL;
  GHashTableIter left;
  gpointer row;
  for (g_hash_table_iter_init (&left, wanted); g_hash_table_iter_next (&left, &row, NULL);)
    g_array_append_vals (lost, row, 1);
  return g_steal_pointer (&lost);
}
