#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "graph/validate.h"
#include "graph/workflow.h"
#include "media/metadata.h"
#include "server/job.h"
#include "server/lookup.h"
#include "server/server_private.h"

/* --- POST /prompt --- */

typedef struct {
  mk_http_request *request;
  mk_json *answer;
} unanswered;

static mk_json *
make_error (const char *type, const char *message, const char *details)
{
  mk_json *error = mk_json_new_object ();
  mk_json_set (error, "type", mk_json_new_string (type));
  mk_json_set (error, "message", mk_json_new_string (message));
  mk_json_set (error, "details", mk_json_new_string (details));
  mk_json_set (error, "extra_info", mk_json_new_object ());
  return error;
}

/* Takes both. */
static void
refuse (mk_http_request *request, mk_json *error, mk_json *node_errors)
{
  mk_json *body = mk_json_new_object ();
  mk_json_set (body, "error", error);
  mk_json_set (body, "node_errors", node_errors != NULL ? node_errors : mk_json_new_object ());
  mk_http_answer_json (request, 400, body);
}

/* As Python's bool (). */
static bool
is_truthy (const mk_json *value)
{
  switch (mk_json_get_kind (value)) {
  case MK_JSON_BOOL:
    return mk_json_get_bool (value);
  case MK_JSON_INT:
  case MK_JSON_REAL:
    return mk_json_get_real (value) != 0;
  case MK_JSON_STRING:
    return mk_json_get_string_length (value) > 0;
  case MK_JSON_ARRAY:
  case MK_JSON_OBJECT:
    return mk_json_length (value) > 0;
  case MK_JSON_NULL:
    break;
  }
  return false;
}

/* The queue's number: given ones become floats; every post without one counts, valid or not. False when `number` is
 * nothing that a number can be made of. */
static bool
take_number (mk_server *server, const mk_json *body, mk_json **number)
{
  const mk_json *given = mk_json_get (body, "number");
  if (mk_json_has (body, "number")) {
    char *end = NULL;
    double value = mk_json_get_kind (given) == MK_JSON_STRING ? g_ascii_strtod (mk_json_get_string (given), &end) : mk_json_get_real (given);
    bool is_text = mk_json_get_kind (given) == MK_JSON_STRING;
    if ((!is_text && !mk_json_is_number (given)) || (is_text && (*end != '\0' || end == mk_json_get_string (given))) || isnan (value))
      return false;
    *number = mk_json_new_real (value);
    return true;
  }
  int64_t count = server->n_posts++;
  *number = mk_json_new_int (is_truthy (mk_json_get (body, "front")) ? -count : count);
  return true;
}

bool
mk_job_id_is_good (const mk_json *id)
{
  const char *text = mk_json_get_string (id);
  return mk_json_get_kind (id) == MK_JSON_STRING && g_uuid_string_is_valid (text) && strpbrk (text, "ABCDEF") == NULL;
}

/* Of "extra_data", what no answer and no record may hold; NULL = nothing. */
static mk_json *
take_secrets (mk_json *extra)
{
  static const char *const keys[] = { "auth_token_comfy_org", "api_key_comfy_org" };
  mk_json *secrets = mk_json_new_object ();
  for (size_t i = 0; i < MK_COUNT (keys); i++)
    if (mk_json_has (extra, keys[i])) {
      mk_json_set (secrets, keys[i], mk_json_ref (mk_json_get (extra, keys[i])));
      mk_json_remove (extra, keys[i]);
    }
  if (mk_json_length (secrets) > 0)
    return secrets;
  mk_json_unref (secrets);
  return NULL;
}

static mk_json *
make_item (const mk_json *body, mk_json *number, const char *id, mk_json *prompt, mk_json *outputs, mk_json **secrets)
{
  const mk_json *given = mk_json_get (body, "extra_data");
  mk_json *extra = mk_json_get_kind (given) == MK_JSON_OBJECT ? mk_json_copy (given) : mk_json_new_object ();
  if (mk_json_has (body, "client_id"))
    mk_json_set (extra, "client_id", mk_json_ref (mk_json_get (body, "client_id")));
  *secrets = take_secrets (extra);
  mk_json_set (extra, "create_time", mk_json_new_int (g_get_real_time () / 1000));
  mk_json *item = mk_json_new_array ();
  mk_json_append (item, mk_json_ref (number));
  mk_json_append (item, mk_json_new_string (id));
  mk_json_append (item, mk_json_ref (prompt));
  mk_json_append (item, extra);
  mk_json_append (item, mk_json_ref (outputs));
  return item;
}

/* --- a post on its way: packs may have to be asked, and what is large is worked on beside the loop --- */

typedef struct {
  mk_server *server;
  mk_http_request *request;
  mk_json *body, *number;
  mk_validation validation;
  GError *trouble; /* of what the editor saved, or of the disk */
  bool is_valid, is_beside; /* the step in hand is not on the loop */
  /* What the queue keeps, once it is written. */
  char *id, *text, *secrets, *job, *workflow_id, *client_id;
  double created_ms;
  int64_t text_row; /* texts.h */
  mk_json *answer;
} posting;

static void
posting_free (posting *p)
{
  mk_json_unref (p->body);
  mk_json_unref (p->number);
  mk_json_unref (p->answer);
  mk_validation_clear (&p->validation);
  g_clear_error (&p->trouble);
  g_free (p->id);
  g_free (p->text);
  g_free (p->secrets);
  g_free (p->job);
  g_free (p->workflow_id);
  g_free (p->client_id);
  g_free (p);
}

/* What a step reads: tables of nodes change on the loop where there are packs, so that such work stays there. */
typedef enum { READS_ITS_OWN, READS_NODES } reach;

/* Then `then`, on the loop. Large posts are worked on by the thread beside it. */
static void
work_on (posting *p, reach what, mk_loop_func work, mk_loop_func then)
{
  mk_server *server = p->server;
  size_t length;
  mk_http_request_body (p->request, &length);
  bool is_held = what == READS_NODES && server->packs != NULL && !mk_packs_is_empty (server->packs);
  p->is_beside = length >= MK_TEXT_LARGE && !server->is_stopping && !is_held;
  if (p->is_beside) {
    mk_backstage_run (server->backstage, work, then, p);
    return;
  }
  work (p);
  then (p);
}

/* Everything that the queue keeps; the body, which may be large, is let go of. */
static void
write_posting (void *user)
{
  posting *p = user;
  g_autoptr (mk_json) secrets = NULL;
  g_autoptr (mk_json) item = make_item (p->body, p->number, p->id, mk_json_get (p->body, "prompt"), p->validation.outputs, &secrets);
  g_autoptr (mk_json) job = mk_job_of_item (item, "pending");
  mk_job_key key = mk_job_get_key (job);
  const mk_json *client = mk_json_get (mk_json_at (item, 3), "client_id");
  p->text = mk_json_print (item);
  p->secrets = secrets != NULL ? mk_json_print (secrets) : NULL;
  p->job = mk_json_print (job);
  p->workflow_id = g_strdup (key.workflow_id);
  p->created_ms = key.created_ms;
  p->client_id = mk_json_get_kind (client) == MK_JSON_STRING ? g_strdup (mk_json_get_string (client)) : NULL;
  p->answer = mk_json_new_object ();
  mk_json_set (p->answer, "prompt_id", mk_json_new_string (p->id));
  mk_json_set (p->answer, "number", mk_json_ref (p->number));
  mk_json_set (p->answer, "node_errors", p->validation.node_errors != NULL ? mk_json_ref (p->validation.node_errors) : mk_json_new_object ());
  g_clear_pointer (&p->body, mk_json_unref);
  if (p->is_beside)
    p->text_row = mk_texts_put (mk_queue_texts (p->server->queue), p->text, &p->trouble);
}

/* Into the queue's batch; the answer waits for the disk together with those of the same round. */
static void
accept_posting (void *user)
{
  posting *p = user;
  mk_server *server = p->server;
  g_autoptr (GError) error = NULL;
  mk_queued queued = { .number = mk_json_get_real (p->number), .id = p->id, .text = p->text, .secrets = p->secrets, .job = p->job, .workflow_id = p->workflow_id,
                       .created_ms = p->created_ms, .client_id = p->client_id, .text_row = p->text_row };
  if (p->trouble != NULL)
    mk_http_answer_error (p->request, g_steal_pointer (&p->trouble));
  else if (mk_queue_add (server->queue, &queued, &error) == NULL) {
    mk_texts_drop (mk_queue_texts (server->queue), p->text_row);
    mk_http_answer_error (p->request, g_steal_pointer (&error));
  } else {
    mk_log (MK_LOG_INFO, "server", "got prompt");
    unanswered *u = g_new (unanswered, 1);
    *u = (unanswered){ p->request, g_steal_pointer (&p->answer) };
    g_ptr_array_add (server->unanswered, u);
    mk_timer_start (server->commit, 0);
  }
  posting_free (p);
}

void
mk_prompts_commit (void *user)
{
  mk_server *server = user;
  g_autoptr (GError) error = NULL;
  bool is_durable = mk_queue_flush (server->queue, &error);
  for (guint i = 0; i < server->unanswered->len; i++) {
    unanswered *u = server->unanswered->pdata[i];
    if (is_durable) {
      mk_http_answer_json (u->request, 200, u->answer);
      mk_runner_tell_status (server->runner);
    } else {
      mk_json_unref (u->answer);
      mk_http_answer_error (u->request, g_error_copy (error));
    }
    g_free (u);
  }
  g_ptr_array_set_size (server->unanswered, 0);
  if (!server->is_stopping && server->has_packs_ready)
    mk_runner_wake_soon (server->runner);
}

/* Now, with the seed of ?seed= for texts with choices; 0 without one. */
static mk_workflow_moment
moment_of (mk_http_request *request)
{
  const char *seed = mk_http_request_query (request, "seed");
  return (mk_workflow_moment){ g_get_real_time () / G_USEC_PER_SEC, seed != NULL ? g_ascii_strtoull (seed, NULL, 10) : 0 };
}

/* Files that are saved keep the workflow as it was drawn, unless the client says otherwise. */
static void
keep_drawn (mk_json *body, const mk_json *document)
{
  if (mk_json_get_kind (mk_json_get (body, "extra_data")) != MK_JSON_OBJECT)
    mk_json_set (body, "extra_data", mk_json_new_object ());
  mk_json *extra = mk_json_get (body, "extra_data");
  if (mk_json_has (extra, "extra_pnginfo"))
    return;
  mk_json *info = mk_json_new_object ();
  mk_json_set (info, "workflow", mk_json_copy (document));
  mk_json_set (extra, "extra_pnginfo", info);
}

/* What the editor saves is accepted in place of a prompt: as the body, or under "prompt". */
static bool
convert_if_needed (mk_server *server, const mk_workflow_moment *moment, mk_json **body, GError **error)
{
  const mk_json *inner = mk_json_get (*body, "prompt");
  const mk_json *document = mk_workflow_is_ui (inner) ? inner : mk_workflow_is_ui (*body) ? *body : NULL;
  mk_json *prompt = NULL;
  if (document == NULL)
    return true;
  if (!mk_workflow_to_prompt (server->config.registry, server->config.folders, document, moment, &prompt, error))
    return false;
  mk_json *converted = document == inner ? mk_json_copy (*body) : mk_json_new_object ();
  keep_drawn (converted, document);
  mk_json_set (converted, "prompt", prompt);
  mk_json_unref (*body);
  *body = converted;
  return true;
}

/* The texts of a film or sound, which only a file gives up. */
static mk_json *
read_film (mk_server *server, const char *bytes, size_t length, GError **error)
{
  g_autofree char *path = g_strdup_printf ("%s/convert-%08x%08x", server->config.folders->temp, g_random_int (), g_random_int ());
  mk_json *texts = mk_file_write (path, bytes, length, error) ? mk_metadata_read (path, error) : NULL;
  unlink (path);
  return texts;
}

static void
post_convert (mk_http_request *request, void *user)
{
  mk_server *server = user;
  g_autoptr (mk_json) body = NULL;
  g_autoptr (GError) error = NULL;
  mk_json *prompt = NULL;
  size_t length;
  const char *bytes = mk_http_request_body (request, &length);
  body = mk_metadata_is_container (bytes, length) ? read_film (server, bytes, length, &error) : mk_metadata_decode (bytes, length, &error);
  mk_workflow_moment moment = moment_of (request);
  if (error == NULL && (body != NULL || mk_http_request_json (request, &body, &error))
      && mk_workflow_to_prompt (server->config.registry, server->config.folders, body, &moment, &prompt, &error))
    mk_http_answer_json (request, 200, prompt);
  else
    mk_http_answer_error (request, g_steal_pointer (&error));
}

static void
check_posting (void *user)
{
  posting *p = user;
  const mk_server *server = p->server;
  const mk_json *targets = mk_json_get (p->body, "partial_execution_targets");
  p->is_valid = mk_prompt_validate (server->config.registry, server->config.folders, mk_json_get (p->body, "prompt"), targets, &p->validation);
}

static void
on_checked (void *user)
{
  posting *p = user;
  if (p->is_valid) {
    const mk_json *given = mk_json_get (p->body, "prompt_id");
    p->id = given != NULL ? g_strdup (mk_json_get_string (given)) : g_uuid_string_random (); /* here: a fork must not meet GLib's lock */
    work_on (p, READS_ITS_OWN, write_posting, accept_posting);
    return;
  }
  refuse (p->request, p->validation.error != NULL ? mk_json_ref (p->validation.error) : make_error ("invalid_prompt", "The prompt is not valid", ""),
          mk_json_ref (p->validation.node_errors));
  posting_free (p);
}

static void
validate_posting (void *user)
{
  work_on (user, READS_NODES, check_posting, on_checked);
}

static void
convert_posting (void *user)
{
  posting *p = user;
  mk_workflow_moment moment = moment_of (p->request);
  convert_if_needed (p->server, &moment, &p->body, &p->trouble);
}

static void
on_converted (void *user)
{
  posting *p = user;
  if (p->trouble != NULL)
    refuse (p->request, make_error (mk_error_comfy_type (p->trouble), p->trouble->message, ""), NULL);
  else if (!mk_json_has (p->body, "prompt"))
    refuse (p->request, make_error ("no_prompt", "No prompt provided", "No prompt provided"), NULL);
  else if (mk_json_get (p->body, "prompt_id") != NULL && !mk_job_id_is_good (mk_json_get (p->body, "prompt_id")))
    refuse (p->request, make_error ("invalid_prompt_id", "prompt_id must be a valid UUID",
                                    "prompt_id must be a UUID in lower case with hyphens; leave it out and the server makes one"), NULL);
  else {
    if (p->server->packs != NULL)
      mk_packs_check (p->server->packs, mk_json_get (p->body, "prompt"), validate_posting, p);
    else
      validate_posting (p);
    return;
  }
  posting_free (p);
}

static void
read_posting (posting *p)
{
  if (take_number (p->server, p->body, &p->number)) {
    work_on (p, READS_NODES, convert_posting, on_converted);
    return;
  }
  mk_answer_trouble (p->request);
  posting_free (p);
}

static void
refuse_stopping (mk_http_request *request)
{
  mk_http_answer_text (request, 503, "503: the engine stops");
}

static void
on_rewritten (void *user, mk_json *taken_body)
{
  posting *p = user;
  p->body = taken_body;
  if (!p->server->is_stopping) {
    read_posting (p);
    return;
  }
  refuse_stopping (p->request);
  posting_free (p);
}

/* Handlers of packs see the body before anybody else. */
static void
rewrite_posting (void *user)
{
  posting *p = user;
  mk_packs_rewrite (p->server->packs, g_steal_pointer (&p->body), on_rewritten, p);
}

static void
parse_posting (void *user)
{
  posting *p = user;
  if (!mk_http_request_json (p->request, &p->body, NULL))
    p->body = NULL;
}

static void
on_parsed (void *user)
{
  posting *p = user;
  bool is_object = mk_json_get_kind (p->body) == MK_JSON_OBJECT;
  if (is_object && !p->server->is_stopping) {
    if (p->server->packs != NULL)
      mk_packs_when_ready (p->server->packs, rewrite_posting, p);
    else
      read_posting (p);
    return;
  }
  if (is_object)
    refuse_stopping (p->request);
  else
    mk_answer_trouble (p->request);
  posting_free (p);
}

static void
post_prompt (mk_http_request *request, void *user)
{
  mk_server *server = user;
  posting *p = g_new0 (posting, 1);
  p->server = server;
  p->request = request;
  if (!server->is_stopping) {
    work_on (p, READS_ITS_OWN, parse_posting, on_parsed);
    return;
  }
  refuse_stopping (request);
  posting_free (p);
}

static void
get_prompt (mk_http_request *request, void *user)
{
  mk_server *server = user;
  g_autofree char *text = g_strdup_printf ("{\"exec_info\": {\"queue_remaining\": %zu}}", mk_queue_n_remaining (server->queue));
  mk_http_answer_json_text (request, 200, g_bytes_new (text, strlen (text)));
}

/* --- the queue --- */

static void
answer_json_text (mk_http_request *request, char *taken)
{
  if (taken == NULL)
    mk_answer_trouble (request);
  else
    mk_http_answer_json_text (request, 200, g_bytes_new_take (taken, strlen (taken)));
}

static void
get_queue (mk_http_request *request, void *user)
{
  mk_http_answer_json_text (request, 200, mk_queue_print (((mk_server *)user)->queue));
}

/* {"clear": true} and {"delete": [id…]}, for queue and history alike: each says by an error what the disk has refused. */
static void
clear_and_delete (mk_http_request *request, mk_server *server, void (*clear) (mk_server *, GError **error), void (*remove_one) (mk_server *, const char *id, GError **error))
{
  g_autoptr (mk_json) body = NULL;
  GError *error = NULL;
  if (!mk_http_request_json (request, &body, NULL) || mk_json_get_kind (body) != MK_JSON_OBJECT) {
    mk_answer_trouble (request);
    return;
  }
  if (is_truthy (mk_json_get (body, "clear")))
    clear (server, &error);
  const mk_json *ids = mk_json_get (body, "delete");
  for (size_t i = 0; i < mk_json_length (ids) && error == NULL; i++)
    remove_one (server, mk_json_get_string (mk_json_at (ids, i)), &error);
  if (error != NULL)
    mk_http_answer_error (request, error);
  else
    mk_http_answer_empty (request, 200);
}

static void
clear_queue (mk_server *server, GError **error)
{
  mk_queue_clear (server->queue, error);
  mk_runner_tell_status (server->runner);
}

static void
remove_from_queue (mk_server *server, const char *id, GError **error)
{
  if (mk_queue_remove (server->queue, id, error))
    mk_runner_tell_status (server->runner);
}

static void
post_queue (mk_http_request *request, void *user)
{
  clear_and_delete (request, user, clear_queue, remove_from_queue);
}

static void
post_interrupt (mk_http_request *request, void *user)
{
  mk_server *server = user;
  g_autoptr (mk_json) body = NULL;
  const mk_json *id = mk_http_request_json (request, &body, NULL) ? mk_json_get (body, "prompt_id") : NULL;
  mk_runner_interrupt (server->runner, is_truthy (id) ? mk_json_get_string (id) : NULL);
  mk_http_answer_empty (request, 200);
}

static void
post_free (mk_http_request *request, void *user)
{
  mk_server *server = user;
  g_autoptr (mk_json) body = NULL;
  if (!mk_http_request_json (request, &body, NULL) || mk_json_get_kind (body) != MK_JSON_OBJECT) {
    mk_answer_trouble (request);
    return;
  }
  /* Models and results share one budget, so either word frees both. */
  if (is_truthy (mk_json_get (body, "free_memory")) || is_truthy (mk_json_get (body, "unload_models")))
    mk_runner_free_memory (server->runner, is_truthy (mk_json_get (body, "free_memory")));
  mk_http_answer_empty (request, 200);
}

/* --- history --- */

static bool
read_int (const char *text, int64_t *value)
{
  char *end;
  if (text == NULL)
    return true;
  *value = g_ascii_strtoll (text, &end, 10);
  return end != text && *end == '\0';
}

static void
get_history (mk_http_request *request, void *user)
{
  mk_server *server = user;
  int64_t max_items = -1, offset = -1;
  if (!read_int (mk_http_request_query (request, "max_items"), &max_items) || !read_int (mk_http_request_query (request, "offset"), &offset))
    mk_answer_trouble (request);
  else
    answer_json_text (request, mk_history_print (server->queue, max_items, offset, NULL));
}

static char *
print_history_of (const mk_lookup *lookup)
{
  if (lookup->text == NULL)
    return g_strdup ("{}");
  g_autoptr (mk_json) id = mk_json_new_string (lookup->id);
  g_autofree char *quoted = mk_json_print (id);
  return g_strconcat ("{", quoted, ": ", lookup->text, "}", NULL);
}

static void
get_history_of (mk_http_request *request, void *user)
{
  mk_lookup_answer (user, mk_lookup_new (user, request, mk_http_request_param (request, "prompt_id")), print_history_of);
}

static void
clear_history (mk_server *server, GError **error)
{
  mk_history_clear (server->queue, error);
}

static void
remove_from_history (mk_server *server, const char *id, GError **error)
{
  mk_history_remove (server->queue, id, error);
}

static void
post_history (mk_http_request *request, void *user)
{
  clear_and_delete (request, user, clear_history, remove_from_history);
}

/* --- the socket --- */

static void
greet (void *user, const char *sid)
{
  mk_runner_greet (((mk_server *)user)->runner, sid);
}

static void
get_ws (mk_http_request *request, void *user)
{
  mk_server *server = user;
  mk_clients_accept (server->clients, request, greet, server);
}

const mk_http_route mk_routes_prompt[] = {
  { "GET", "/ws", get_ws, "Messages as they happen; ?clientId= names the listener.", MK_BODY_NONE, 0, 0 },
  { "GET", "/prompt", get_prompt, "How many prompts remain.", MK_BODY_NONE, 0, 0 },
  { "POST", "/prompt", post_prompt, "Queues a workflow in API format.", MK_BODY_MEMORY, 0, 0 },
  { "GET", "/queue", get_queue, "What runs and what waits.", MK_BODY_NONE, 0, 0 },
  { "POST", "/queue", post_queue, "Clears the queue or removes prompts from it.", MK_BODY_MEMORY, 0, 0 },
  { "POST", "/interrupt", post_interrupt, "Stops what runs.", MK_BODY_MEMORY, 0, 0 },
  { "POST", "/free", post_free, "Gives memory back.", MK_BODY_MEMORY, 0, 0 },
  { "GET", "/history", get_history, "What was run; ?max_items= and ?offset= choose.", MK_BODY_NONE, 0, 0 },
  { "GET", "/history/{prompt_id}", get_history_of, "What became of one prompt.", MK_BODY_NONE, 0, 0 },
  { "POST", "/history", post_history, "Clears the history or removes records from it.", MK_BODY_MEMORY, 0, 0 },
  { "POST", "/miktos/convert", post_convert, "What the editor saves, or a PNG, WebP, GLB, film or sound that carries it, as a prompt in API format.", MK_BODY_MEMORY, 0, 0 },
  { NULL, NULL, NULL, NULL, MK_BODY_NONE, 0, 0 },
};
