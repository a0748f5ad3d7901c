#include "bridge/journal.h"

#include "base/file.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define N_REMEMBERED 2000

typedef struct {
  int64_t number;
  mk_log_level level;
  char *line;
} entry;

struct mk_journal {
  pthread_mutex_t lock; /* guards all below */
  GQueue *recent;       /* entry, oldest first */
  int64_t n_entries;
  char *path;           /* NULL = no files */
  int fd;
  int64_t n_bytes, max_bytes, max_age_s, began_s;
  unsigned n_files;
};

static void
entry_free (void *given)
{
  entry *e = given;
  g_free (e->line);
  g_free (e);
}

static void
open_file (mk_journal *journal)
{
  struct stat info;
  journal->fd = open (journal->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  bool is_there = journal->fd >= 0 && fstat (journal->fd, &info) == 0;
  journal->n_bytes = is_there ? info.st_size : 0;
  journal->began_s = is_there && info.st_size > 0 ? info.st_ctime : time (NULL);
}

/* miktos.log.4 → .5, …, miktos.log → .1; what is beyond the last is gone. */
static void
put_aside (mk_journal *journal)
{
  close (journal->fd);
  for (unsigned i = journal->n_files; i > 0; i--) {
    g_autofree char *from = i > 1 ? g_strdup_printf ("%s.%u", journal->path, i - 1) : g_strdup (journal->path), *to = g_strdup_printf ("%s.%u", journal->path, i);
    rename (from, to);
  }
  if (journal->n_files == 0)
    unlink (journal->path);
  open_file (journal);
}

static void
write_file (mk_journal *journal, const char *line)
{
  size_t length = strlen (line);
  bool is_full = journal->n_bytes > 0 && journal->n_bytes + (int64_t)length > journal->max_bytes, is_old = time (NULL) - journal->began_s > journal->max_age_s;
  if (is_full || is_old)
    put_aside (journal);
  /* A full disk costs lines, not the bridge. */
  if (journal->fd >= 0 && write (journal->fd, line, length) == (ssize_t)length)
    journal->n_bytes += (int64_t)length;
}

static void
on_line (void *user, mk_log_level level, const char *line)
{
  mk_journal *journal = user;
  pthread_mutex_lock (&journal->lock);
  entry *e = g_new (entry, 1);
  *e = (entry){ ++journal->n_entries, level, g_strdup (line) };
  g_queue_push_tail (journal->recent, e);
  if (g_queue_get_length (journal->recent) > N_REMEMBERED)
    entry_free (g_queue_pop_head (journal->recent));
  if (journal->path != NULL)
    write_file (journal, line);
  pthread_mutex_unlock (&journal->lock);
}

mk_journal *
mk_journal_new (const mk_journal_options *options)
{
  mk_journal *journal = g_new0 (mk_journal, 1);
  bool has_files = options->folder != NULL && options->max_bytes > 0 && mk_folder_make (options->folder, NULL);
  *journal = (mk_journal){ .recent = g_queue_new (), .path = has_files ? g_build_filename (options->folder, "miktos.log", NULL) : NULL, .fd = -1, .max_bytes = options->max_bytes, .max_age_s = options->max_age_s, .n_files = options->n_files };
  pthread_mutex_init (&journal->lock, NULL);
  if (has_files)
    open_file (journal);
  mk_log_set_listener (on_line, journal);
  return journal;
}

void
mk_journal_free (mk_journal *journal)
{
  if (journal == NULL)
    return;
  mk_log_set_listener (NULL, NULL);
  g_queue_free_full (journal->recent, entry_free);
  if (journal->fd >= 0)
    close (journal->fd);
  pthread_mutex_destroy (&journal->lock);
  g_free (journal->path);
  g_free (journal);
}

static mk_json *
print_entry (const entry *e)
{
  mk_json *line = mk_json_of_column (e->line, mk_json_new_object ()), *printed = mk_json_new_object (), *fields = mk_json_new_object ();
  static const char *const usual[] = { "time", "level", "room", "message", NULL };
  mk_json_set (printed, "number", mk_json_new_int (e->number));
  for (const char *const *name = usual; *name != NULL; name++)
    mk_json_set (printed, *name, mk_json_copy (mk_json_get (line, *name)));
  for (mk_json_iter i = mk_json_iterate (line); mk_json_next (&i);)
    if (!g_strv_contains (usual, i.key))
      mk_json_set (fields, i.key, mk_json_ref (i.value));
  mk_json_set (printed, "fields", fields);
  mk_json_unref (line);
  return printed;
}

static bool
is_wanted (const entry *e, const mk_page *page, const char *level, const char *words, const char *task)
{
  bool is_severe = level == NULL;
  for (mk_log_level l = MK_LOG_ERROR; l <= MK_LOG_DEBUG && !is_severe; l++)
    is_severe = g_str_equal (mk_log_level_name (l), level) && e->level <= l;
  return e->number < page->before && is_severe && (words == NULL || strstr (e->line, words) != NULL) && (task == NULL || strstr (e->line, task) != NULL);
}

mk_json *
mk_journal_list (mk_journal *journal, const mk_page *page, const char *level, const char *words, const char *task)
{
  mk_json *items = mk_json_new_array ();
  int64_t last = 0;
  bool has_more = false;
  pthread_mutex_lock (&journal->lock);
  for (GList *i = journal->recent->tail; i != NULL && !has_more; i = i->prev) {
    const entry *e = i->data;
    if (!is_wanted (e, page, level, words, task))
      continue;
    has_more = (int)mk_json_length (items) == page->limit;
    if (!has_more) {
      last = e->number;
      mk_json_append (items, print_entry (e));
    }
  }
  int64_t total = g_queue_get_length (journal->recent);
  pthread_mutex_unlock (&journal->lock);
  return mk_page_print (items, has_more ? last : 0, total);
}
