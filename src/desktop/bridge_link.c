#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/presence.h"
#include "desktop/desktop.h"

#define FIRST_PORT "8000"
#define ANY_PORT "0"
#define LOOK_MS 100          /* between looks for a bridge that somebody else is starting */
#define WATCH_MS 1000        /* between looks whether somebody else's is still there */
#define MAX_MISSED 5         /* so often not: it is gone for good, and no service is starting it again */
#define PAUSE_MS 500         /* before a bridge of ours that died is started again */
#define MAX_FALSE_STARTS 3

struct mk_bridge_link {
  char *program, *data;
  mk_bridge_link_events events;
  GSubprocess *process;      /* ours, or NULL */
  GCancellable *cancel;
  GDataInputStream *complaints; /* its standard error; NULL when there comes no more */
  GString *said;             /* there, the last of it */
  char *url;
  char *port;                /* of ours */
  guint timer;
  unsigned n_false_starts;
  unsigned n_missed;         /* looks in a row that did not find somebody else's */
};

static void look (mk_bridge_link *link);

static gboolean
on_timer (void *user)
{
  mk_bridge_link *link = user;
  link->timer = 0;
  look (link);
  return G_SOURCE_REMOVE;
}

/* --- its port ---
 *
 * What the page remembers is kept by its address, so a bridge of ours has the same port at each start, unless somebody
 * else has it now. */

static char *
port_path (const mk_bridge_link *link)
{
  return g_build_filename (link->data, "window", "port", NULL);
}

static char *
remembered_port (const mk_bridge_link *link)
{
  g_autofree char *path = port_path (link), *text = NULL;
  guint64 port = 0;
  if (g_file_get_contents (path, &text, NULL, NULL) && g_ascii_string_to_unsigned (g_strstrip (text), 10, 1024, 65535, &port, NULL))
    return g_strdup_printf ("%" G_GUINT64_FORMAT, port);
  return g_strdup (FIRST_PORT);
}

/* What cannot be kept is no reason to hold anybody up. */
static void
remember_port (mk_bridge_link *link, const char *url)
{
  const char *port = strrchr (url, ':') + 1;
  if (g_str_equal (link->port, port))
    return;
  g_free (link->port);
  link->port = g_strdup (port);
  g_autofree char *path = port_path (link), *folder = g_path_get_dirname (path);
  if (mk_folder_make (folder, NULL))
    mk_file_write (path, port, strlen (port), NULL);
}

static void
try_later (mk_bridge_link *link, unsigned pause_ms)
{
  if (link->timer == 0)
    link->timer = g_timeout_add (pause_ms, on_timer, link);
}

/* --- a bridge of our own --- */

/* The rest of the last line that begins with `mark`, or NULL. */
static char *
last_line (const char *said, const char *mark)
{
  const char *last = g_strrstr (said, mark);
  bool begins_line = last != NULL && (last == said || last[-1] == '\n');
  return begins_line ? g_strstrip (g_strndup (last + strlen (mark), strcspn (last, "\n") - strlen (mark))) : NULL;
}

/* Miktos says last as it ends, among lines of its log, "miktos failed: KIND" and "miktos: WHY"; of what ended otherwise, all is told that it said. */
static void
tell_failure (const mk_bridge_link *link)
{
  g_autofree char *name = last_line (link->said->str, "miktos failed: "), *kind = g_ascii_strdown (name != NULL ? name : "other", -1);
  g_autofree char *why = last_line (link->said->str, "miktos: "), *all = g_strstrip (g_strdup (link->said->str));
  link->events.failed (link->events.user, kind, why != NULL ? why : all);
}

/* It has ended before it was up, and all that it said is there. */
static void
on_false_start (mk_bridge_link *link)
{
  link->n_false_starts++;
  if (strstr (link->said->str, link->port) != NULL) { /* somebody else has it */
    g_free (link->port);
    link->port = g_strdup (ANY_PORT);
  }
  if (link->n_false_starts < MAX_FALSE_STARTS)
    try_later (link, PAUSE_MS);
  else
    tell_failure (link);
}

static void
on_end (GObject *source, GAsyncResult *result, void *user)
{
  g_autoptr (GError) error = NULL;
  g_subprocess_wait_finish (G_SUBPROCESS (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  mk_bridge_link *link = user;
  bool was_up = link->url != NULL;
  g_clear_object (&link->process);
  g_clear_pointer (&link->url, g_free);
  if (was_up) { /* no word is waited for: what it started may hold its standard error */
    link->n_false_starts = 0;
    g_clear_object (&link->complaints);
    try_later (link, PAUSE_MS);
  } else if (link->complaints == NULL)
    on_false_start (link);
}

static void
read_more (GDataInputStream *stream, GAsyncReadyCallback callback, mk_bridge_link *link)
{
  g_data_input_stream_read_line_async (stream, G_PRIORITY_DEFAULT, link->cancel, callback, link);
}

/* "miktos serve: http://127.0.0.1:8000" */
static void
on_line (GObject *source, GAsyncResult *result, void *user)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, &error);
  if (line == NULL)
    return;
  mk_bridge_link *link = user;
  const char *url = strstr (line, "http://");
  if (url != NULL && link->url == NULL) {
    link->url = g_strdup (url);
    remember_port (link, url);
    link->events.up (link->events.user, url);
  }
  read_more (G_DATA_INPUT_STREAM (source), on_line, link);
}

static void
on_complaint (GObject *source, GAsyncResult *result, void *user)
{
  enum { MOST = 2000 };
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  mk_bridge_link *link = user;
  bool is_own = G_DATA_INPUT_STREAM (source) == link->complaints; /* and not of the one before */
  if (line == NULL && is_own) {
    g_clear_object (&link->complaints);
    if (link->process == NULL)
      on_false_start (link);
  }
  if (line == NULL || !is_own)
    return;
  g_printerr ("%s\n", line);
  if (link->said->len > MOST)
    g_string_truncate (link->said, 0);
  g_string_append_printf (link->said, "%s\n", line);
  read_more (G_DATA_INPUT_STREAM (source), on_complaint, link);
}

static void
start (mk_bridge_link *link)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *own = g_strdup_printf ("%d", (int)getpid ());
  g_string_truncate (link->said, 0);
  link->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error, link->program, "serve", "--port",
                                    link->port, "--data", link->data, "--parent", own, NULL);
  if (link->process == NULL) {
    link->events.failed (link->events.user, "other", error->message);
    return;
  }
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (link->process));
  g_clear_object (&link->complaints);
  link->complaints = g_data_input_stream_new (g_subprocess_get_stderr_pipe (link->process));
  read_more (lines, on_line, link);
  read_more (link->complaints, on_complaint, link);
  g_subprocess_wait_async (link->process, link->cancel, on_end, link);
}

/* --- looking for one --- */

/* Another's may end while we look on: then it is looked for until it is back, or one of ours takes its place. */
static void
look (mk_bridge_link *link)
{
  g_autofree char *url = mk_presence_find (link->data, "bridge");
  link->n_missed = url != NULL ? 0 : link->n_missed + 1;
  if (url != NULL && g_strcmp0 (url, link->url) != 0) {
    g_free (link->url);
    link->url = g_strdup (url);
    if (link->process != NULL)
      remember_port (link, url);
    link->events.up (link->events.user, url);
  } else if (link->process == NULL && link->complaints == NULL && url == NULL && (link->url == NULL || link->n_missed >= MAX_MISSED)) {
    g_clear_pointer (&link->url, g_free);
    start (link);
    return;
  }
  if (link->process == NULL)
    try_later (link, WATCH_MS);
  else if (link->url == NULL)
    try_later (link, LOOK_MS);
}

/* --- for others --- */

mk_bridge_link *
mk_bridge_link_new (const char *program, const char *data, const mk_bridge_link_events *events)
{
  mk_bridge_link *link = g_new0 (mk_bridge_link, 1);
  link->program = g_strdup (program);
  link->data = g_strdup (data);
  link->events = *events;
  link->cancel = g_cancellable_new ();
  link->said = g_string_new (NULL);
  link->port = remembered_port (link);
  return link;
}

void
mk_bridge_link_connect (mk_bridge_link *link)
{
  g_clear_pointer (&link->url, g_free); /* whoever asks wants to hear of it */
  look (link);
}

void
mk_bridge_link_free (mk_bridge_link *link)
{
  if (link == NULL)
    return;
  g_cancellable_cancel (link->cancel);
  if (link->timer != 0)
    g_source_remove (link->timer);
  if (link->process != NULL)
    g_subprocess_send_signal (link->process, SIGTERM);
  g_clear_object (&link->process);
  g_clear_object (&link->complaints);
  g_object_unref (link->cancel);
  g_string_free (link->said, TRUE);
  g_free (link->url);
  g_free (link->port);
  g_free (link->program);
  g_free (link->data);
  g_free (link);
}
