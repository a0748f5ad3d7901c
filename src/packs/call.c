#include "packs/call.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "packs/asked.h"
#include "packs/lent.h"
#include "packs/object.h"
#include "packs/passed.h"
#include "packs/wire.h"

#define GRACE_US 3000000  /* between an interrupt and the end of a pack that does not hear it */
#define QUICK_US 30000000 /* questions before a run: fingerprints, lazy inputs */

/* Printing a document writes into it (json-c keeps the text), so nodes that run side by side take turns. */
static pthread_mutex_t printing = PTHREAD_MUTEX_INITIALIZER;

/* --- connections --- */

static int
connect_to (const mk_pack *pack, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_strlcpy (address.sun_path, pack->socket_path, sizeof address.sun_path);
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect (fd, (struct sockaddr *)&address, sizeof address) == 0)
    return fd;
  int code = errno;
  if (fd >= 0)
    close (fd);
  mk_error (error, MK_ERROR_UNAVAILABLE, "the pack %s does not run: %s", pack->name, g_strerror (code));
  return -1;
}

static int
borrow_connection (mk_pack *pack, GError **error)
{
  int fd = -1;
  pthread_mutex_lock (&pack->lock);
  if (pack->idle->len > 0) {
    fd = g_array_index (pack->idle, int, pack->idle->len - 1);
    g_array_set_size (pack->idle, pack->idle->len - 1);
  }
  pthread_mutex_unlock (&pack->lock);
  return fd >= 0 ? fd : connect_to (pack, error);
}

static void
return_connection (mk_pack *pack, int fd)
{
  pthread_mutex_lock (&pack->lock);
  g_array_append_val (pack->idle, fd);
  pthread_mutex_unlock (&pack->lock);
}

/* Connections to a process that has died since are of no use. */
static void
drop_idle (mk_pack *pack)
{
  pthread_mutex_lock (&pack->lock);
  for (guint i = 0; i < pack->idle->len; i++)
    close (g_array_index (pack->idle, int, i));
  g_array_set_size (pack->idle, 0);
  pthread_mutex_unlock (&pack->lock);
}

/* --- what is sent --- */

/* Values in the order of `names`: the item of this call, or whole lists where the node takes those. */
typedef struct {
  mk_json *names;
  GPtrArray *lists; /* of GPtrArray */
} parcel;

static void
pack_list (parcel *p, const mk_run *run, const char *name, GPtrArray *list)
{
  if (list == NULL || list->len == 0)
    return;
  if ((run->def->flags & MK_NODE_INPUT_IS_LIST) != 0)
    g_ptr_array_add (p->lists, g_ptr_array_ref (list));
  else {
    GPtrArray *one = mk_value_list_new ();
    g_ptr_array_add (one, mk_value_ref (list->pdata[MIN (run->call, list->len - 1)]));
    g_ptr_array_add (p->lists, one);
  }
  mk_json_append (p->names, mk_json_new_string (name));
}

static mk_json *
describe_hidden (const mk_run *run)
{
  mk_json *hidden = mk_json_new_object ();
  for (const mk_port *port = run->def->inputs; port->name != NULL; port++) {
    if (port->need != MK_HIDDEN)
      continue;
    if (g_str_equal (port->type, "PROMPT") || g_str_equal (port->type, "DYNPROMPT"))
      mk_json_set (hidden, "PROMPT", mk_json_ref ((mk_json *)run->context->prompt));
    else if (g_str_equal (port->type, "EXTRA_PNGINFO"))
      mk_json_set (hidden, "EXTRA_PNGINFO", mk_json_ref ((mk_json *)run->context->extra_pnginfo));
    else if (g_str_has_suffix (port->type, "_COMFY_ORG")) {
      g_autofree char *key = g_ascii_strdown (port->type, -1);
      mk_json_set (hidden, port->type, mk_json_ref (mk_json_get (run->context->secrets, key)));
    }
  }
  return hidden;
}

static int
share_values (const mk_run *run, const parcel *p, GError **error)
{
  mk_pack *pack = mk_pack_node_of (run->def)->pack;
  g_autoptr (mk_outcome) outcome = mk_outcome_new ((GPtrArray **)p->lists->pdata, p->lists->len, NULL);
  for (guint i = 0; i < p->lists->len; i++)
    g_ptr_array_ref (p->lists->pdata[i]); /* the outcome took them */
  int fd = mk_pack_share_values (pack, outcome, error);
  if (fd < 0)
    g_prefix_error (error, "the inputs cannot be given to the pack %s: ", pack->name);
  return fd;
}

static void
set_name (mk_json *request, const char *key, const char *name)
{
  if (name != NULL && name[0] != '\0')
    mk_json_set (request, key, mk_json_new_string (name));
}

static mk_json *
request_new (const mk_run *run, const char *what, mk_json *names)
{
  mk_pack *pack = mk_pack_node_of (run->def)->pack;
  mk_json *request = mk_json_new_object ();
  mk_json_set (request, "op", mk_json_new_string (what));
  mk_json_set (request, "client", mk_json_new_int (getpid ()));
  mk_json_set (request, "class", mk_json_new_string (run->def->id));
  mk_json_set (request, "node", mk_json_new_string (run->node_id));
  mk_json_set (request, "call", mk_json_new_int ((int64_t)run->call));
  set_name (request, "prompt_id", run->context->prompt_id);
  set_name (request, "client_id", run->context->client_id);
  mk_json_set (request, "names", names);
  mk_json_set (request, "hidden", describe_hidden (run));
  mk_json_set (request, "drop", mk_pack_objects_take_dropped (pack->name));
  return request;
}

static bool
send_request (const mk_run *run, int connection, const char *what, GError **error)
{
  parcel p = { mk_json_new_array (), g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref) };
  for (size_t i = 0; run->def->inputs[i].name != NULL; i++)
    if (run->def->inputs[i].need != MK_HIDDEN)
      pack_list (&p, run, run->def->inputs[i].name, run->inputs[i]);
  for (guint i = 0; i < run->extra_names->len; i++)
    pack_list (&p, run, run->extra_names->pdata[i], run->extra_lists->pdata[i]);
  pthread_mutex_lock (&printing);
  mk_json *request = request_new (run, what, p.names);
  int fd = share_values (run, &p, error);
  bool is_sent = fd >= 0 && mk_wire_send (connection, request, fd, error);
  mk_json_unref (request);
  pthread_mutex_unlock (&printing);
  if (fd >= 0)
    close (fd);
  g_ptr_array_unref (p.lists);
  return is_sent;
}

/* --- what comes back --- */

/* [width, height, format, longest side or 0]: as the pack's author wants it. */
static void
show_preview (mk_run *run, const mk_json *preview, int fd)
{
  int width = (int)mk_json_get_int (mk_json_at (preview, 0)), height = (int)mk_json_get_int (mk_json_at (preview, 1));
  size_t length;
  const void *pixels = width >= 1 && height >= 1 && width <= 16384 && height <= 16384 ? mk_wire_map (fd, &length, NULL) : NULL;
  if (pixels == NULL)
    return;
  bool is_png = g_str_equal (mk_json_get_string (mk_json_at (preview, 2)), "PNG");
  if (length >= (size_t)width * (size_t)height * 3)
    mk_run_show (run, pixels, width, height, is_png, (int)CLAMP (mk_json_get_int (mk_json_at (preview, 3)), 0, 16384));
  munmap ((void *)pixels, length);
}

static void
interrupt (mk_pack *pack)
{
  int connection = connect_to (pack, NULL);
  if (connection < 0)
    return;
  g_autoptr (mk_json) request = mk_json_new_object ();
  mk_json_set (request, "op", mk_json_new_string ("interrupt"));
  mk_wire_send (connection, request, -1, NULL);
  close (connection);
}

/* What comes before the answer: progress, previews, messages for clients, and questions to the engine. */
static bool
take_word (mk_run *run, int connection, const mk_json *word, int fd, GError **error)
{
  const mk_json *progress = mk_json_get (word, "progress"), *preview = mk_json_get (word, "preview");
  mk_lent_take_back (mk_pack_node_of (run->def)->pack->lent, mk_json_get (word, "let_go"));
  if (mk_json_has (word, "ask"))
    return mk_pack_answer_question (run, connection, word, fd, error);
  if (progress != NULL)
    mk_job_report (run->context->job, mk_json_get_real (mk_json_at (progress, 0)), mk_json_get_real (mk_json_at (progress, 1)));
  if (preview != NULL)
    show_preview (run, preview, fd);
  if (mk_json_has (word, "event"))
    mk_run_send (run, word);
  return true;
}

static bool
is_answer (const mk_json *word)
{
  return !mk_json_has (word, "progress") && !mk_json_has (word, "preview") && !mk_json_has (word, "event") && !mk_json_has (word, "ask");
}

/* What to do about a pack that did not answer: nothing, but it is not waited for any longer. */
static bool
give_up (mk_pack *pack, GError *taken_failure, GError **error)
{
  int pid = atomic_load (&pack->state->pid);
  if (pid > 0 && g_error_matches (taken_failure, MK_ERROR, MK_ERROR_TIMEOUT))
    kill (pid, SIGKILL);
  g_propagate_prefixed_error (error, taken_failure, "the pack %s: ", pack->name);
  return false;
}

/* The answer, and on the way to it all else. An interrupt is passed on; then the pack has GRACE_US. */
static bool
wait_for_answer (mk_run *run, int connection, int64_t deadline_us, mk_json **answer, int *fd, GError **error)
{
  mk_pack *pack = mk_pack_node_of (run->def)->pack;
  mk_cancel *cancel = run->context->job != NULL ? run->context->job->cancel : NULL;
  for (;;) {
    g_autoptr (GError) failure = NULL;
    bool came = mk_wire_receive (connection, cancel, deadline_us, answer, fd, &failure);
    if (!came && cancel != NULL && g_error_matches (failure, MK_ERROR, MK_ERROR_CANCELLED)) {
      interrupt (pack);
      cancel = NULL;
      deadline_us = g_get_monotonic_time () + GRACE_US;
      continue;
    }
    if (came && is_answer (*answer))
      return true;
    bool goes_on = came && take_word (run, connection, *answer, *fd, &failure);
    if (came && *fd >= 0)
      close (*fd);
    *fd = -1;
    g_clear_pointer (answer, mk_json_unref);
    if (!goes_on)
      return give_up (pack, g_steal_pointer (&failure), error);
  }
}

static bool
tell_failure (mk_run *run, const mk_json *answer, GError **error)
{
  const mk_json *failure = mk_json_get (answer, "error");
  if (failure == NULL)
    return true;
  if (mk_json_get_bool (mk_json_get (failure, "is_interrupt")))
    return mk_error (error, MK_ERROR_CANCELLED, "interrupted");
  run->exception = mk_json_copy (failure);
  return mk_error (error, MK_ERROR_FAILED, "%s", mk_json_get_string (mk_json_get (failure, "message")));
}

static bool
try_exchange (mk_run *run, const char *what, int64_t deadline_us, mk_json **answer, int *fd, GError **error)
{
  mk_pack *pack = mk_pack_node_of (run->def)->pack;
  g_autoptr (GError) failure = NULL;
  int connection = borrow_connection (pack, error);
  if (connection < 0)
    return false;
  bool is_sent = send_request (run, connection, what, &failure);
  if (!is_sent && g_error_matches (failure, MK_ERROR, MK_ERROR_UNAVAILABLE)) { /* it has been restarted since */
    g_clear_error (&failure);
    close (connection);
    drop_idle (pack);
    connection = connect_to (pack, error);
    if (connection < 0)
      return false;
    is_sent = send_request (run, connection, what, &failure);
  }
  if (!is_sent || !wait_for_answer (run, connection, deadline_us, answer, fd, &failure)) {
    close (connection);
    drop_idle (pack);
    g_propagate_error (error, g_steal_pointer (&failure));
    return false;
  }
  return_connection (pack, connection);
  return tell_failure (run, *answer, error);
}

/* `*outcome`, for those who want one, is what the answer brought. What the pack let go meanwhile is let go after it is read. */
static bool
exchange (mk_run *run, const char *what, int64_t deadline_us, mk_json **answer, mk_outcome **outcome, GError **error)
{
  mk_pack *pack = mk_pack_node_of (run->def)->pack;
  int fd = -1;
  mk_lent_begin_call (pack->lent, atomic_load (&pack->state->generation));
  bool is_good = try_exchange (run, what, deadline_us, answer, &fd, error);
  if (is_good && outcome != NULL) {
    *outcome = mk_pack_read_values (pack, fd, error);
    is_good = *outcome != NULL;
    if (!is_good)
      g_prefix_error (error, "what the pack %s returned: ", pack->name);
  }
  mk_lent_take_back (pack->lent, mk_json_get (*answer, "let_go"));
  mk_lent_end_call (pack->lent);
  if (fd >= 0)
    close (fd);
  return is_good;
}

/* --- the hooks --- */

static void
take_outputs (mk_run *run, const mk_outcome *outcome)
{
  size_t n = MIN (outcome->n_outputs, mk_node_n_outputs (run->def));
  for (unsigned i = 0; i < n; i++)
    for (guint k = 0; outcome->outputs[i] != NULL && k < outcome->outputs[i]->len; k++)
      mk_run_add_output (run, i, mk_value_ref (outcome->outputs[i]->pdata[k]));
  if (outcome->ui != NULL)
    mk_run_set_ui (run, mk_json_ref (outcome->ui));
}

bool
mk_pack_call_run (mk_run *run, GError **error)
{
  g_autoptr (mk_json) answer = NULL;
  g_autoptr (mk_outcome) outcome = NULL;
  if (!exchange (run, "run", 0, &answer, &outcome, error))
    return false;
  take_outputs (run, outcome);
  mk_pack_pass_values (run, mk_json_get (answer, "expand"), outcome);
  if (mk_json_has (answer, "expand"))
    mk_run_expand (run, mk_json_ref (mk_json_get (answer, "expand")), mk_json_ref (mk_json_get (answer, "result")));
  return true;
}

/* What cannot be asked is not needed: the run itself will tell what is wrong. */
void
mk_pack_call_need (mk_run *run)
{
  g_autoptr (mk_json) answer = NULL;
  if (!exchange (run, "lazy", g_get_monotonic_time () + QUICK_US, &answer, NULL, NULL))
    return;
  for (size_t i = 0; i < mk_json_length (mk_json_get (answer, "names")); i++) {
    const char *name = mk_json_get_string (mk_json_at (mk_json_get (answer, "names"), i));
    if (mk_node_find_input (run->def, name) != NULL)
      mk_run_need (run, name);
  }
}

bool
mk_pack_call_fingerprint (mk_run *run, mk_hasher *hasher, GError **error)
{
  const mk_pack_node *node = mk_pack_node_of (run->def);
  if (node->has_objects) /* they die with the process that holds them */
    mk_hasher_add_int (hasher, atomic_load (&node->pack->state->generation));
  g_autoptr (mk_json) answer = NULL;
  if (!exchange (run, "fingerprint", g_get_monotonic_time () + QUICK_US, &answer, NULL, error) || !mk_json_has (answer, "value"))
    return false;
  g_autofree char *text = mk_json_print_compact (mk_json_get (answer, "value"));
  mk_hasher_add_string (hasher, text);
  return true;
}
