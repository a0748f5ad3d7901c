#include "server/queue.h"

#include <string.h>

#include "base/database.h"
#include "base/log.h"
#include "server/job.h"

/* ComfyUI drops the oldest when more than this many are there. */
#define MAX_HISTORY 10000

static const char *const migrations[] = {
  "CREATE TABLE prompts (row INTEGER PRIMARY KEY AUTOINCREMENT, number REAL NOT NULL, id TEXT NOT NULL,"
  " item TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, is_running INTEGER NOT NULL DEFAULT 0);"
  "CREATE TABLE history (row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, record TEXT NOT NULL,"
  " status TEXT NOT NULL, ended_ms INTEGER NOT NULL);",
  "ALTER TABLE prompts ADD COLUMN secrets TEXT; ALTER TABLE prompts ADD COLUMN job TEXT; ALTER TABLE history ADD COLUMN job TEXT;",
  /* The index alone answers which jobs a page shows; created_ms is NULL in rows that `describe_old` has not seen. */
  "ALTER TABLE prompts ADD COLUMN created_ms REAL; ALTER TABLE prompts ADD COLUMN workflow_id TEXT;"
  "ALTER TABLE history ADD COLUMN created_ms REAL; ALTER TABLE history ADD COLUMN duration_ms REAL; ALTER TABLE history ADD COLUMN workflow_id TEXT;"
  "CREATE INDEX history_jobs ON history (created_ms, duration_ms, status, workflow_id);",
  "ALTER TABLE prompts ADD COLUMN client_id TEXT; UPDATE prompts SET created_ms = NULL;",
  /* Of a row of texts.h, which then holds the item or the record. */
  "ALTER TABLE prompts ADD COLUMN text_row INTEGER NOT NULL DEFAULT 0; ALTER TABLE history ADD COLUMN text_row INTEGER NOT NULL DEFAULT 0;"
  "CREATE INDEX history_texts ON history (text_row) WHERE text_row > 0;",
  NULL };

struct mk_queue {
  mk_database *database;
  mk_texts *texts;
  GSequence *pending; /* mk_queued by number and id */
  GHashTable *by_id;  /* id -> iterator; the newest of equal ids */
  GPtrArray *batch;   /* added, not yet durable; borrowed from `pending` */
  mk_queued *running;
  GArray *gone;       /* rows of texts (int64_t) whose records are removed by the transaction in hand */
  GBytes *printed;    /* as `mk_queue_print` gave it, until something changes; NULL = not asked since */
  bool may_have_spent; /* from earlier lives; in this one nobody's attempts run out */
};

static void
queued_free (void *p)
{
  mk_queued *q = p;
  g_free (q->id);
  g_free (q->text);
  g_free (q->secrets);
  g_free (q->job);
  g_free (q->workflow_id);
  g_free (q->client_id);
  g_free (q);
}

/* Of one whose row is gone. */
static void
forget_queued (mk_queue *queue, mk_queued *taken)
{
  mk_texts_drop (queue->texts, taken->text_row);
  queued_free (taken);
}

static gint
compare_queued (gconstpointer left, gconstpointer right, void *user)
{
  (void)user;
  const mk_queued *a = left, *b = right;
  if (a->number != b->number)
    return a->number < b->number ? -1 : 1;
  int by_id = strcmp (a->id, b->id);
  return by_id != 0 ? by_id : a->row < b->row ? -1 : a->row > b->row;
}

static void
forget_printed (mk_queue *queue)
{
  g_clear_pointer (&queue->printed, g_bytes_unref);
}

static void
insert (mk_queue *queue, mk_queued *taken)
{
  forget_printed (queue);
  GSequenceIter *at = g_sequence_insert_sorted (queue->pending, taken, compare_queued, NULL);
  g_hash_table_insert (queue->by_id, taken->id, at);
}

/* Out of the pending ones, without freeing. */
static mk_queued *
detach (mk_queue *queue, GSequenceIter *at)
{
  forget_printed (queue);
  mk_queued *q = g_sequence_get (at);
  if (g_hash_table_lookup (queue->by_id, q->id) == at)
    g_hash_table_remove (queue->by_id, q->id);
  g_sequence_remove (at);
  return q;
}

static bool
read_all (mk_queue *queue, GError **error)
{
  GError *failure = NULL;
  mk_statement *s = mk_database_query (queue->database, &failure, "SELECT row, number, id, item, attempts, secrets, job, workflow_id, created_ms, client_id, text_row FROM prompts", "");
  while (s != NULL && mk_statement_next (s, &failure)) {
    mk_queued *q = g_new0 (mk_queued, 1);
    *q = (mk_queued){ .row = mk_statement_int (s, 0), .number = mk_statement_real (s, 1), .id = g_strdup (mk_statement_text (s, 2)), .text = g_strdup (mk_statement_text (s, 3)),
                      .attempts = (unsigned)mk_statement_int (s, 4), .secrets = g_strdup (mk_statement_text (s, 5)), .job = g_strdup (mk_statement_text (s, 6)),
                      .workflow_id = g_strdup (mk_statement_text (s, 7)), .created_ms = mk_statement_real (s, 8), .client_id = g_strdup (mk_statement_text (s, 9)),
                      .text_row = mk_statement_int (s, 10), .is_restored = true };
    if (q->text_row != 0) {
      g_free (q->text);
      q->text = mk_texts_get (queue->texts, q->text_row, &failure);
    }
    if (q->text == NULL) { /* failure says why */
      queued_free (q);
      break;
    }
    insert (queue, q);
  }
  if (s != NULL && failure != NULL)
    mk_statement_end (s);
  if (failure == NULL)
    return true;
  g_propagate_error (error, failure);
  return false;
}

/* --- rows of /api/jobs --- */

static mk_json *
parse (const char *text)
{
  mk_json_limits limits = { .max_bytes = (size_t)1 << 30, .max_depth = 512 };
  mk_json *value = NULL;
  return text != NULL && mk_json_parse (text, -1, &limits, &value, NULL) ? value : NULL;
}

/* Of a prompt of which nothing else can be read. */
static mk_json *
bare_job (const char *id, const char *status)
{
  mk_json *job = mk_json_new_object ();
  mk_json_set (job, "id", mk_json_new_string (id));
  mk_json_set (job, "status", mk_json_new_string (status));
  return job;
}

static mk_json *
job_of_old (const char *id, const char *status, const char *job, const char *whole)
{
  g_autoptr (mk_json) value = parse (job != NULL ? job : whole);
  if (mk_json_get_kind (value) == MK_JSON_OBJECT)
    return job != NULL ? g_steal_pointer (&value) : mk_job_of_record (value);
  return mk_json_get_kind (value) == MK_JSON_ARRAY ? mk_job_of_item (value, status) : bare_job (id, status);
}

/* g_free; NULL = nobody. */
static char *
client_of_old (const char *item)
{
  g_autoptr (mk_json) value = parse (item);
  const mk_json *client = mk_json_get (mk_json_at (value, 3), "client_id");
  return mk_json_get_kind (client) == MK_JSON_STRING ? g_strdup (mk_json_get_string (client)) : NULL;
}

/* Writes beside one row of an older version what it is sorted by; false when there is none left. */
static bool
describe_one (mk_queue *queue, mk_statement *found, bool is_finished, int64_t *row, GError **error)
{
  if (found == NULL || !mk_statement_next (found, error))
    return false;
  *row = mk_statement_int (found, 0);
  g_autofree char *whole = g_strdup (mk_statement_text (found, 4));
  g_autoptr (mk_json) job = job_of_old (mk_statement_text (found, 1), mk_statement_text (found, 2), mk_statement_text (found, 3), whole);
  mk_statement_end (found);
  g_autofree char *text = mk_json_print (job), *client = is_finished ? NULL : client_of_old (whole);
  mk_job_key key = mk_job_get_key (job);
  if (is_finished)
    return mk_database_run (queue->database, error, "UPDATE history SET job = ?, created_ms = ?, duration_ms = ?, workflow_id = ? WHERE row = ?", "srrsi", text,
                            key.created_ms, key.duration_ms, key.workflow_id, *row);
  return mk_database_run (queue->database, error, "UPDATE prompts SET job = ?, created_ms = ?, workflow_id = ?, client_id = ? WHERE row = ?", "srssi", text, key.created_ms,
                          key.workflow_id, client, *row);
}

static bool
describe_old (mk_queue *queue, GError **error)
{
  GError *failure = NULL;
  mk_database *d = queue->database;
  if (!mk_database_begin (d, error))
    return false;
  for (int64_t row = 0;
       describe_one (queue, mk_database_query (d, &failure, "SELECT row, id, status, job, record FROM history WHERE created_ms IS NULL AND row > ? LIMIT 1", "i", row), true, &row, &failure);)
    ;
  for (int64_t row = 0; failure == NULL
       && describe_one (queue, mk_database_query (d, &failure, "SELECT row, id, 'pending', job, item FROM prompts WHERE created_ms IS NULL AND row > ? LIMIT 1", "i", row), false, &row, &failure);)
    ;
  if (failure != NULL)
    g_propagate_error (error, failure);
  return mk_database_end (d, failure == NULL, failure == NULL ? error : NULL) && failure == NULL;
}

/* Somebody removed the file: that stops neither the queue nor the history. The runner takes the prompt for the damage that it is. */
static bool
note_lost_text (mk_queue *queue, int64_t row, GError **error)
{
  mk_log (MK_LOG_ERROR, "server", "text %" G_GINT64_FORMAT " of the queue is lost; its prompt will fail, its record is empty", row);
  return mk_database_run (queue->database, error, "UPDATE prompts SET item = 'null', text_row = 0 WHERE text_row = ?", "i", row)
         && mk_database_run (queue->database, error, "UPDATE history SET record = '{}', text_row = 0 WHERE text_row = ?", "i", row);
}

/* Texts that were written for rows that never came, or whose rows went when the process did; and rows whose texts went. */
static bool
match_texts (mk_queue *queue, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (int64_t));
  GError *failure = NULL;
  mk_statement *s = mk_database_query (queue->database, &failure, "SELECT text_row FROM prompts WHERE text_row > 0 UNION ALL SELECT text_row FROM history WHERE text_row > 0", "");
  while (s != NULL && mk_statement_next (s, &failure)) {
    int64_t row = mk_statement_int (s, 0);
    g_array_append_val (rows, row);
  }
  g_autoptr (GArray) lost = failure == NULL ? mk_texts_keep_only (queue->texts, rows, &failure) : NULL;
  for (guint i = 0; failure == NULL && i < lost->len; i++)
    note_lost_text (queue, g_array_index (lost, int64_t, i), &failure);
  if (failure == NULL)
    return true;
  g_propagate_error (error, failure);
  return false;
}

mk_queue *
mk_queue_open (const char *path, GError **error)
{
  mk_database *database = mk_database_open (path, migrations, error);
  if (database == NULL)
    return NULL;
  g_autofree char *texts = g_strconcat (path, ".texts", NULL);
  mk_queue *queue = g_new0 (mk_queue, 1);
  queue->database = database;
  queue->texts = mk_texts_new (texts);
  queue->gone = g_array_new (FALSE, FALSE, sizeof (int64_t));
  queue->pending = g_sequence_new (NULL);
  queue->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  queue->batch = g_ptr_array_new ();
  queue->may_have_spent = true;
  if (mk_database_run (database, error, "UPDATE prompts SET is_running = 0", "") && describe_old (queue, error) && match_texts (queue, error) && read_all (queue, error))
    return queue;
  mk_queue_close (queue);
  return NULL;
}

void
mk_queue_close (mk_queue *queue)
{
  if (queue == NULL)
    return;
  mk_queue_flush (queue, NULL);
  if (queue->running != NULL) /* stopped on purpose: that was no failed attempt */
    mk_database_run (queue->database, NULL, "UPDATE prompts SET attempts = attempts - 1, is_running = 0 WHERE row = ?", "i", queue->running->row);
  g_sequence_foreach (queue->pending, (GFunc)(void (*) (void))queued_free, NULL);
  g_sequence_free (queue->pending);
  g_hash_table_destroy (queue->by_id);
  g_ptr_array_free (queue->batch, TRUE);
  if (queue->running != NULL)
    queued_free (queue->running);
  forget_printed (queue);
  g_array_free (queue->gone, TRUE);
  mk_texts_free (queue->texts);
  mk_database_close (queue->database);
  g_free (queue);
}

mk_texts *
mk_queue_texts (mk_queue *queue)
{
  return queue->texts;
}

const mk_queued *
mk_queue_add (mk_queue *queue, const mk_queued *given, GError **error)
{
  if (queue->batch->len == 0 && !mk_database_begin (queue->database, error))
    return NULL;
  bool is_in = mk_database_run (queue->database, error, "INSERT INTO prompts (number, id, item, secrets, job, workflow_id, created_ms, client_id, text_row) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                "rsssssrsi", given->number, given->id, given->text_row != 0 ? "" : given->text, given->secrets, given->job, given->workflow_id, given->created_ms,
                                given->client_id, given->text_row);
  if (!is_in) {
    if (queue->batch->len == 0)
      mk_database_end (queue->database, false, NULL);
    return NULL;
  }
  mk_queued *q = g_new0 (mk_queued, 1);
  *q = (mk_queued){ .row = mk_database_last_id (queue->database), .number = given->number, .id = g_strdup (given->id), .text = g_strdup (given->text),
                    .secrets = g_strdup (given->secrets), .job = g_strdup (given->job), .workflow_id = g_strdup (given->workflow_id), .created_ms = given->created_ms,
                    .client_id = g_strdup (given->client_id), .text_row = given->text_row };
  insert (queue, q);
  g_ptr_array_add (queue->batch, q);
  return q;
}

bool
mk_queue_flush (mk_queue *queue, GError **error)
{
  if (queue->batch->len == 0)
    return true;
  bool is_good = mk_database_end (queue->database, true, error);
  for (guint i = 0; !is_good && i < queue->batch->len; i++) {
    mk_queued *q = queue->batch->pdata[i];
    GSequenceIter *at = g_sequence_lookup (queue->pending, q, compare_queued, NULL);
    if (at != NULL)
      forget_queued (queue, detach (queue, at));
  }
  g_ptr_array_set_size (queue->batch, 0);
  return is_good;
}

static mk_queued *
begin_running (mk_queue *queue, GSequenceIter *at)
{
  queue->running = detach (queue, at);
  return queue->running;
}

const mk_queued *
mk_queue_take (mk_queue *queue, GError **error)
{
  GSequenceIter *first = g_sequence_get_begin_iter (queue->pending);
  if (queue->running != NULL || g_sequence_iter_is_end (first) || !mk_queue_flush (queue, error))
    return NULL;
  mk_queued *q = g_sequence_get (first);
  if (!mk_database_run (queue->database, error, "UPDATE prompts SET is_running = 1, attempts = attempts + 1 WHERE row = ?", "i", q->row))
    return NULL;
  q->attempts++;
  return begin_running (queue, first);
}

const mk_queued *
mk_queue_take_spent (mk_queue *queue)
{
  if (!queue->may_have_spent || queue->running != NULL)
    return NULL;
  for (GSequenceIter *at = g_sequence_get_begin_iter (queue->pending); !g_sequence_iter_is_end (at); at = g_sequence_iter_next (at))
    if (((mk_queued *)g_sequence_get (at))->attempts >= MK_QUEUE_MAX_ATTEMPTS)
      return begin_running (queue, at);
  queue->may_have_spent = false;
  return NULL;
}

const mk_queued *
mk_queue_running (const mk_queue *queue)
{
  return queue->running;
}

/* --- the history's rows go, and then their texts --- */

/* `find` chooses the texts of the rows that `remove` removes. */
static bool
remove_history (mk_queue *queue, const char *find, const char *remove, const char *format, const char *id, GError **error)
{
  GError *failure = NULL;
  mk_statement *s = mk_database_query (queue->database, &failure, find, format, id);
  while (s != NULL && mk_statement_next (s, &failure)) {
    int64_t row = mk_statement_int (s, 0);
    g_array_append_val (queue->gone, row);
  }
  if (failure == NULL && mk_database_run (queue->database, &failure, remove, format, id))
    return true;
  g_propagate_error (error, failure);
  return false;
}

/* After the transaction, which may have been taken back. */
static bool
let_go (mk_queue *queue, bool is_good)
{
  for (guint i = 0; is_good && i < queue->gone->len; i++)
    mk_texts_drop (queue->texts, g_array_index (queue->gone, int64_t, i));
  g_array_set_size (queue->gone, 0);
  return is_good;
}

#define TEXTS_OF "SELECT text_row FROM history WHERE text_row > 0"
#define TOO_OLD  "row <= (SELECT max(row) FROM history) - " G_STRINGIFY (MAX_HISTORY)

static bool
remove_record (mk_queue *queue, const char *id, GError **error)
{
  return remove_history (queue, TEXTS_OF " AND id = ?", "DELETE FROM history WHERE id = ?", "s", id, error);
}

static bool
write_end (mk_queue *queue, const mk_ended *ended, const mk_json *job, GError **error)
{
  mk_database *d = queue->database;
  const mk_queued *q = queue->running;
  mk_job_key key = mk_job_get_key (job);
  g_autofree char *text = mk_json_print (job);
  return mk_database_run (d, error, "DELETE FROM prompts WHERE row = ?", "i", q->row) && remove_record (queue, q->id, error)
         && mk_database_run (d, error, "INSERT INTO history (id, record, job, status, ended_ms, created_ms, duration_ms, workflow_id, text_row) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                             "ssssirrsi", q->id, ended->record_row != 0 ? "" : ended->record, text, ended->status, g_get_real_time () / 1000, key.created_ms, key.duration_ms, key.workflow_id,
                             ended->record_row)
         && remove_history (queue, TEXTS_OF " AND " TOO_OLD, "DELETE FROM history WHERE " TOO_OLD, "", NULL, error);
}

bool
mk_queue_finish (mk_queue *queue, const mk_ended *ended, GError **error)
{
  g_autoptr (mk_json) bare = ended->job == NULL ? bare_job (queue->running->id, ended->status) : NULL;
  bool is_good = mk_queue_flush (queue, error) && mk_database_begin (queue->database, error);
  if (is_good) {
    bool is_written = write_end (queue, ended, bare != NULL ? bare : ended->job, error);
    is_good = mk_database_end (queue->database, is_written, is_written ? error : NULL) && is_written;
  }
  let_go (queue, is_good);
  /* A full disk must not stop the queue: the prompt is over in memory; after a restart it runs again. */
  if (is_good)
    forget_queued (queue, queue->running);
  else {
    queued_free (queue->running);
    mk_texts_drop (queue->texts, ended->record_row);
  }
  queue->running = NULL;
  forget_printed (queue);
  return is_good;
}

bool
mk_queue_remove (mk_queue *queue, const char *id, GError **error)
{
  GSequenceIter *at = g_hash_table_lookup (queue->by_id, id);
  if (at == NULL || !mk_queue_flush (queue, error))
    return false;
  mk_queued *q = g_sequence_get (at);
  if (!mk_database_run (queue->database, error, "DELETE FROM prompts WHERE row = ?", "i", q->row))
    return false;
  forget_queued (queue, detach (queue, at));
  return true;
}

bool
mk_queue_clear (mk_queue *queue, GError **error)
{
  if (!mk_queue_flush (queue, error) || !mk_database_run (queue->database, error, "DELETE FROM prompts WHERE is_running = 0", ""))
    return false;
  forget_printed (queue);
  g_hash_table_remove_all (queue->by_id);
  for (GSequenceIter *at; !g_sequence_iter_is_end (at = g_sequence_get_begin_iter (queue->pending)); g_sequence_remove (at))
    forget_queued (queue, g_sequence_get (at));
  return true;
}

size_t
mk_queue_n_pending (const mk_queue *queue)
{
  return (size_t)g_sequence_get_length (queue->pending);
}

size_t
mk_queue_n_remaining (const mk_queue *queue)
{
  return mk_queue_n_pending (queue) + (queue->running != NULL);
}

int64_t
mk_queue_next_number (const mk_queue *queue)
{
  double highest = -1;
  for (GSequenceIter *at = g_sequence_get_begin_iter (queue->pending); !g_sequence_iter_is_end (at); at = g_sequence_iter_next (at))
    highest = MAX (highest, ((mk_queued *)g_sequence_get (at))->number);
  return highest >= 0 && highest < 1e15 ? (int64_t)highest + 1 : 0;
}

GBytes *
mk_queue_print (mk_queue *queue)
{
  if (queue->printed != NULL)
    return g_bytes_ref (queue->printed);
  GString *out = g_string_new ("{\"queue_running\": [");
  if (queue->running != NULL)
    g_string_append (out, queue->running->text);
  g_string_append (out, "], \"queue_pending\": [");
  for (GSequenceIter *at = g_sequence_get_begin_iter (queue->pending); !g_sequence_iter_is_end (at); at = g_sequence_iter_next (at))
    g_string_append (g_string_append (out, g_sequence_iter_is_begin (at) ? "" : ", "), ((mk_queued *)g_sequence_get (at))->text);
  g_string_append (out, "]}");
  queue->printed = g_string_free_to_bytes (out);
  return g_bytes_ref (queue->printed);
}

const mk_queued *
mk_queue_find (const mk_queue *queue, const char *id)
{
  GSequenceIter *at = g_hash_table_lookup (queue->by_id, id);
  return at != NULL ? g_sequence_get (at) : NULL;
}

void
mk_queue_foreach (const mk_queue *queue, void (*visit) (void *user, const mk_queued *item), void *user)
{
  for (GSequenceIter *at = g_sequence_get_begin_iter (queue->pending); !g_sequence_iter_is_end (at); at = g_sequence_iter_next (at))
    visit (user, g_sequence_get (at));
}

/* --- history --- */

static char *
print_records (mk_queue *queue, mk_statement *s, GError **error)
{
  GError *failure = NULL;
  GString *out = g_string_new ("{");
  while (s != NULL && mk_statement_next (s, &failure)) {
    mk_json *name = mk_json_new_string (mk_statement_text (s, 0));
    g_autofree char *quoted = mk_json_print (name);
    mk_json_unref (name);
    int64_t row = mk_statement_int (s, 2);
    g_autofree char *large = row != 0 ? mk_texts_get (queue->texts, row, &failure) : NULL;
    if (failure != NULL)
      break;
    g_string_append (g_string_append (out, out->len > 1 ? ", " : ""), quoted);
    g_string_append (g_string_append (out, ": "), large != NULL ? large : mk_statement_text (s, 1));
  }
  if (s != NULL)
    mk_statement_end (s);
  g_string_append_c (out, '}');
  if (s != NULL && failure == NULL)
    return g_string_free (out, FALSE);
  if (failure != NULL)
    g_propagate_error (error, failure);
  g_string_free (out, TRUE);
  return NULL;
}

char *
mk_history_print (mk_queue *queue, int64_t max_items, int64_t offset, GError **error)
{
  int64_t limit = max_items < 0 ? -1 : max_items;
  if (offset < 0 && max_items >= 0)
    return print_records (queue, mk_database_query (queue->database, error,
                                             "SELECT id, record, text_row FROM (SELECT row, id, record, text_row FROM history ORDER BY row DESC LIMIT ?)"
                                             " ORDER BY row", "i", limit), error);
  return print_records (queue, mk_database_query (queue->database, error, "SELECT id, record, text_row FROM history ORDER BY row LIMIT ? OFFSET ?", "ii",
                                           limit, MAX (offset, 0)), error);
}

bool
mk_history_find (mk_queue *queue, const char *id, mk_record *found)
{
  *found = (mk_record){ 0 };
  mk_statement *s = mk_database_query (queue->database, NULL, "SELECT record, text_row FROM history WHERE id = ?", "s", id);
  if (s == NULL || !mk_statement_next (s, NULL))
    return false;
  found->row = mk_statement_int (s, 1);
  found->text = found->row == 0 ? g_strdup (mk_statement_text (s, 0)) : NULL;
  mk_statement_end (s);
  return true;
}

bool
mk_history_remove (mk_queue *queue, const char *id, GError **error)
{
  return mk_queue_flush (queue, error) && let_go (queue, remove_record (queue, id, error));
}

bool
mk_history_clear (mk_queue *queue, GError **error)
{
  return mk_queue_flush (queue, error) && let_go (queue, remove_history (queue, TEXTS_OF, "DELETE FROM history", "", NULL, error));
}

bool
mk_history_foreach (mk_queue *queue, void (*visit) (void *user, const mk_finished *finished), void *user, GError **error)
{
  GError *failure = NULL;
  mk_statement *s = mk_database_query (queue->database, &failure, "SELECT row, created_ms, duration_ms, status, workflow_id FROM history ORDER BY created_ms", "");
  while (s != NULL && mk_statement_next (s, &failure))
    visit (user, &(mk_finished){ mk_statement_int (s, 0), mk_statement_real (s, 1), mk_statement_real (s, 2), mk_statement_text (s, 3), mk_statement_text (s, 4) });
  if (failure == NULL)
    return true;
  g_propagate_error (error, failure);
  return false;
}

char *
mk_history_print_job (mk_queue *queue, int64_t row)
{
  mk_statement *s = mk_database_query (queue->database, NULL, "SELECT job FROM history WHERE row = ?", "i", row);
  char *text = s != NULL && mk_statement_next (s, NULL) ? g_strdup (mk_statement_text (s, 0)) : NULL;
  if (text != NULL)
    mk_statement_end (s);
  return text;
}
