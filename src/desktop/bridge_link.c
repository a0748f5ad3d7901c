#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/presence.h"
#include "desktop/desktop.h"

#define PORT "8000"
#define LOOK_MS 100          /* between looks for a bridge that somebody else is starting */
#define PAUSE_MS 500         /* before a bridge of ours that died is started again */
#define MAX_FALSE_STARTS 3

struct mk_bridge_link {
  char *program, *data;
  mk_bridge_link_events events;
  GSubprocess *process;      /* ours, or NULL */
  GCancellable *cancel;
  GString *said;             /* on its standard error, the last of it */
  char *url;
  guint timer;
  unsigned n_false_starts;
  bool must_take_any_port;
};

static void start (mk_bridge_link *link);

static gboolean
on_timer (void *user)
{
  mk_bridge_link *link = user;
  link->timer = 0;
  mk_bridge_link_connect (link);
  return G_SOURCE_REMOVE;
}

static void
try_later (mk_bridge_link *link, unsigned pause_ms)
{
  if (link->timer == 0)
    link->timer = g_timeout_add (pause_ms, on_timer, link);
}

/* --- a bridge of our own --- */

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
  link->n_false_starts = was_up ? 0 : link->n_false_starts + 1;
  link->must_take_any_port |= strstr (link->said->str, PORT) != NULL; /* somebody else has it */
  if (link->n_false_starts < MAX_FALSE_STARTS)
    try_later (link, PAUSE_MS);
  else
    link->events.failed (link->events.user, g_strstrip (link->said->str));
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
  if (line == NULL)
    return;
  mk_bridge_link *link = user;
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
                                    link->must_take_any_port ? "0" : PORT, "--data", link->data, "--parent", own, NULL);
  if (link->process == NULL) {
    link->events.failed (link->events.user, error->message);
    return;
  }
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (link->process));
  g_autoptr (GDataInputStream) complaints = g_data_input_stream_new (g_subprocess_get_stderr_pipe (link->process));
  read_more (lines, on_line, link);
  read_more (complaints, on_complaint, link);
  g_subprocess_wait_async (link->process, link->cancel, on_end, link);
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
  return link;
}

void
mk_bridge_link_connect (mk_bridge_link *link)
{
  g_autofree char *url = mk_presence_find (link->data, "bridge");
  if (url != NULL) {
    link->url = g_steal_pointer (&url);
    link->events.up (link->events.user, link->url);
  } else if (link->process == NULL)
    start (link);
  else
    try_later (link, LOOK_MS);
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
  g_object_unref (link->cancel);
  g_string_free (link->said, TRUE);
  g_free (link->url);
  g_free (link->program);
  g_free (link->data);
  g_free (link);
}
