/* cmd_mcp.c - `miktos mcp`: Model Context Protocol on standard input and output, passed on to a bridge.
 *
 * The bridge that runs on this data folder is used; without one, `miktos serve` is started and ends with us. One line in,
 * one line out; questions may be on their way at the same time.
 */
#include "base/log.h"
#include "base/presence.h"
#include "cli/bridge_options.h"
#include "cli/commands.h"
#include "net/http_client.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_LINE ((size_t)8 << 20)
#define MAX_ANSWER ((size_t)64 << 20)
#define ANSWER_SECONDS 600

static char *given_url, *api_key;

const GOptionEntry *
mk_cli_mcp_options (void)
{
  static const GOptionEntry entries[] = { MK_CLI_DATA_OPTIONS,
                                          { "url", 0, 0, G_OPTION_ARG_STRING, &given_url, "A bridge that runs elsewhere", "URL" },
                                          { "api-key", 0, 0, G_OPTION_ARG_STRING, &api_key, "Its key (MIKTOS_API_KEY)", "KEY" },
                                          { 0 } };
  return entries;
}

typedef struct {
  mk_loop *loop;
  mk_http_client *client;
  char *url, *authorization; /* authorization NULL = none */
  GString *line;
  bool is_too_long; /* the line: what is beyond MAX_LINE is read and forgotten */
  mk_watch *watch;  /* of standard input, NULL at its end: an end stays readable and would be told without end */
  unsigned n_open;
  bool has_ended; /* standard input is closed */
} relay;

/* --- the bridge --- */

/* Reads "miktos serve: URL" from a new bridge; NULL when it ended instead. */
static char *
start_bridge (pid_t *pid, GError **error)
{
  int ends[2];
  g_autofree char *program = g_file_read_link ("/proc/self/exe", error), *folder = mk_cli_data_folder ();
  if (program == NULL)
    return NULL;
  char *argv[] = { program, (char *)"serve", (char *)"--port", (char *)"0", (char *)"--data", folder, (char *)"--log-level", (char *)"warning", NULL };
  posix_spawn_file_actions_t actions;
  if (pipe2 (ends, O_CLOEXEC) != 0) {
    mk_error (error, MK_ERROR_FAILED, "no pipe: %s", g_strerror (errno));
    return NULL;
  }
  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_adddup2 (&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen (&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  int code = posix_spawn (pid, program, &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy (&actions);
  close (ends[1]);
  FILE *output = fdopen (ends[0], "r");
  char line[512] = "";
  bool is_said = code == 0 && output != NULL && fgets (line, sizeof line, output) != NULL;
  if (output != NULL)
    fclose (output);
  const char *url = strstr (g_strchomp (line), "http");
  if (is_said && url != NULL)
    return g_strdup (url);
  mk_error (error, MK_ERROR_UNAVAILABLE, "no bridge could be started; miktos serve says why");
  return NULL;
}

/* --- lines --- */

static void
print_line (const char *text, size_t length)
{
  fwrite (text, 1, length, stdout);
  fputc ('\n', stdout);
  fflush (stdout);
}

/* A question that was passed on. Its id answers it when the bridge does not: who asked would wait for ever. */
typedef struct {
  relay *relay;
  mk_json *message; /* NULL when it is no JSON */
} passed;

static void
print_fault (const mk_json *id, int code, const char *why)
{
  g_autoptr (mk_json) answer = mk_json_new_object ();
  mk_json *fault = mk_json_new_object ();
  mk_json_set (fault, "code", mk_json_new_int (code));
  mk_json_set (fault, "message", mk_json_new_string (why));
  mk_json_set (answer, "jsonrpc", mk_json_new_string ("2.0"));
  mk_json_set (answer, "id", mk_json_copy (id));
  mk_json_set (answer, "error", fault);
  g_autofree char *text = mk_json_print_compact (answer);
  print_line (text, strlen (text));
}

/* What the bridge's envelope says, or the answer itself. */
static void
print_refusal (const mk_json *id, const mk_http_reply *reply)
{
  g_autoptr (mk_json) envelope = NULL;
  bool is_ours = mk_json_parse (reply->body, (gssize)reply->length, NULL, &envelope, NULL) && mk_json_get_string (mk_json_get (envelope, "message"))[0] != '\0';
  g_autofree char *other = is_ours ? NULL : g_strdup_printf ("the bridge answered with status %u", reply->status);
  print_fault (id, -32000, is_ours ? mk_json_get_string (mk_json_get (envelope, "message")) : other);
}

static void
on_answer (void *user, const mk_http_reply *reply, const GError *error)
{
  passed *p = user;
  relay *r = p->relay;
  bool is_notice = mk_json_has (p->message, "method") && mk_json_get (p->message, "id") == NULL;
  r->n_open--;
  if (reply != NULL && reply->status == 200)
    print_line (reply->body, reply->length);
  else if (error != NULL && !is_notice)
    print_fault (mk_json_get (p->message, "id"), -32000, error->message);
  else if (error == NULL && reply->status >= 400 && !is_notice)
    print_refusal (mk_json_get (p->message, "id"), reply);
  mk_json_unref (p->message);
  g_free (p);
  if (r->has_ended && r->n_open == 0)
    mk_loop_quit (r->loop);
}

static void
pass_on (relay *r)
{
  if (r->is_too_long)
    print_fault (NULL, -32700, "a line of more than 8 MB is not read");
  if (r->is_too_long || r->line->len == 0) {
    r->is_too_long = false;
    g_string_truncate (r->line, 0);
    return;
  }
  passed *p = g_new0 (passed, 1);
  p->relay = r;
  mk_json_parse (r->line->str, (gssize)r->line->len, NULL, &p->message, NULL);
  const char *headers[] = { "Accept: application/json, text/event-stream", r->authorization, NULL };
  mk_http_order order = { .url = r->url, .headers = headers, .body = r->line->str, .length = r->line->len, .max_bytes = MAX_ANSWER, .total_seconds = ANSWER_SECONDS, .idle_seconds = ANSWER_SECONDS, .done = on_answer, .user = p };
  r->n_open++;
  mk_http_client_start (r->client, &order);
  g_string_truncate (r->line, 0);
}

static void
on_input (void *user, unsigned events)
{
  (void)events;
  relay *r = user;
  char bytes[16384];
  ssize_t n = read (STDIN_FILENO, bytes, sizeof bytes);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  for (ssize_t i = 0; i < n; i++)
    if (bytes[i] == '\n')
      pass_on (r);
    else if (r->line->len < MAX_LINE)
      g_string_append_c (r->line, bytes[i]);
    else
      r->is_too_long = true;
  if (n > 0)
    return;
  r->has_ended = true;
  g_clear_pointer (&r->watch, mk_watch_free);
  pass_on (r); /* a last line without an end is one, too */
  if (r->n_open == 0)
    mk_loop_quit (r->loop);
}

/* A file is always readable and cannot be watched; a pipe or terminal can. */
static bool
run_relay (const char *url, GError **error)
{
  g_autoptr (mk_loop) loop = mk_loop_new (error);
  g_autoptr (mk_http_client) client = loop != NULL ? mk_http_client_new (loop, error) : NULL;
  if (client == NULL)
    return false;
  const char *key = api_key != NULL ? api_key : g_getenv ("MIKTOS_API_KEY");
  relay r = { .loop = loop, .client = client, .url = g_strconcat (url, "/mcp", NULL), .authorization = key != NULL ? g_strconcat ("Authorization: Bearer ", key, NULL) : NULL, .line = g_string_new (NULL) };
  fcntl (STDIN_FILENO, F_SETFL, fcntl (STDIN_FILENO, F_GETFL) | O_NONBLOCK);
  r.watch = mk_watch_new (loop, STDIN_FILENO, MK_WATCH_READ, on_input, &r, error);
  bool is_good = r.watch != NULL;
  if (is_good)
    mk_loop_run (loop, mk_cli_cancel ());
  mk_watch_free (r.watch);
  g_clear_pointer (&client, mk_http_client_free);
  g_free (r.url);
  g_free (r.authorization);
  g_string_free (r.line, TRUE);
  return is_good;
}

mk_exit
mk_cli_mcp (char **arguments)
{
  GError *error = NULL;
  pid_t pid = 0;
  if (arguments[0] != NULL)
    return mk_cli_fail_usage ("mcp takes no arguments; it speaks on standard input and output");
  g_autofree char *folder = mk_cli_data_folder (), *running = given_url != NULL ? g_strdup (given_url) : mk_presence_find (folder, "bridge");
  g_autofree char *url = running != NULL ? g_strdup (running) : start_bridge (&pid, &error);
  bool is_good = url != NULL && run_relay (url, &error);
  if (pid > 0) {
    kill (pid, SIGTERM);
    waitpid (pid, NULL, 0);
  }
  return is_good ? MK_EXIT_OK : mk_cli_fail (error);
}
