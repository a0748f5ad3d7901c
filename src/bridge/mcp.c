/* mcp.c - /mcp: the API as tools for agents (Model Context Protocol, streamable HTTP, without sessions).
 *
 * Shape     https://modelcontextprotocol.io/specification: JSON-RPC 2.0 by POST; one answer per question, as JSON. A tool is
 *           an operation of openapi.json, whose parameters and body make its schema; five more wait or show.
 */
#include "bridge/mcp.h"

#include "base/file.h"
#include "bridge/bridge_private.h"
#include "bridge/models.h"
#include "bridge/projects.h"
#include "bridge/tasks.h"

#include <string.h>

#define MAX_MESSAGE ((uint64_t)8 << 20)
#define LOOK_MS 250          /* how often a task that is followed is looked at */
#define MAX_WAIT_S 300
#define MAX_PICTURE_BYTES ((size_t)8 << 20)

/* JSON-RPC 2.0 §5.1 */
enum { RPC_PARSE = -32700, RPC_REQUEST = -32600, RPC_METHOD = -32601, RPC_PARAMS = -32602 };

static const char *const versions[] = { "2025-06-18", "2025-03-26", "2024-11-05" };

/* --- the tools --- */

typedef struct {
  const char *name, *operation, *about;
  bool is_dry_run; /* the body gets dry_run */
} operation_tool;

static const operation_tool operation_tools[] = {
  { "make", "executeCommand", "Make a film from a sentence, e.g. “a red ball bounces on grass, camera orbits”. With project_id the sentence changes that project. Gives a task; wait for it with follow_task." },
  { "plan", "executeCommand", "What a sentence would do, without doing it: scene commands, the words that were not understood, and the workflow.", true },
  { "list_projects", "listProjects", "Projects: scenes that are made in steps." },
  { "create_project", "createProject", "A new project, empty or a branch of another (from_project, from_version)." },
  { "get_project", "getProject", "A project with its scene commands." },
  { "apply", "addCommands", "Change a project by a sentence (“make it blue”) or by scene commands." },
  { "undo", "undoProject", "Take back a project's newest change." },
  { "redo", "redoProject", "Do again what was taken back." },
  { "project_history", "listProjectHistory", "Every change of a project, newest first." },
  { "compare_versions", "compareProject", "What is different between two versions of a project." },
  { "render_project", "renderProject", "Make the film of a project as it is. Gives a task." },
  { "list_objects", "listObjects", "Objects that sentences and commands may name, with parts, motions and sizes." },
  { "list_workflows", "listWorkflows", "Workflows that are kept." },
  { "get_workflow", "getWorkflow", "One workflow with its graph and inputs." },
  { "run_workflow", "executeWorkflow", "Run a workflow with values for its inputs. Gives a task." },
  { "run_graph", "runGraph", "Run a graph in ComfyUI's API format. Gives a task." },
  { "list_tasks", "listTasks", "Tasks, newest first." },
  { "get_task", "getTask", "How a task is and what it made." },
  { "task_events", "listTaskEvents", "What happened to a task." },
  { "cancel_task", "cancelTask", "Stop a task." },
  { "retry_task", "retryTask", "Try a failed or cancelled task again." },
  { "list_outputs", "listOutputs", "Films, scenes and pictures that were made." },
  { "describe_output", "describeOutput", "A file, its size and sum, and the commands and workflow that made it." },
  { "list_engines", "listEngines", "Engines that run workflows." },
  { "install_model", "installModel", "Fetch a model by catalog_id, or by url and kind. Gives a task." },
  { "list_catalog", "listCatalog", "Well-known models that can be installed." },
  { "status", "getStatus", "Health of the bridge, its engines and the machine." },
};

/* A question on its way: answered now or later. */
typedef struct {
  mk_bridge *bridge;
  mk_http_request *request;
  mk_json *id;         /* of the question; echoed */
  mk_json *arguments;
  mk_key_holder who;
  mk_timer *timer;     /* of follow_task */
  int64_t until_ms;
  char *path;          /* of the picture that is being made */
  mk_json *models;
} question;

typedef struct {
  const char *name, *about, *schema;
  void (*run) (question *q);
} own_tool;

static void run_look (question *q);
static void run_follow (question *q);
static void run_fetch (question *q);
static void run_models (question *q);
static void run_nodes (question *q);

static const own_tool own_tools[] = {
  { "look", "A still picture of a project's scene as it is now, or of a list of scene commands. Takes a few seconds.",
    "{\"type\":\"object\",\"properties\":{\"project_id\":{\"type\":\"string\"},\"version\":{\"type\":\"integer\",\"minimum\":0},\"commands\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}}},\"additionalProperties\":false}", run_look },
  { "follow_task", "Wait until a task has ended, or seconds (30, at most 300) have passed; gives the task.",
    "{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"},\"seconds\":{\"type\":\"number\",\"minimum\":0,\"maximum\":300}},\"required\":[\"id\"],\"additionalProperties\":false}", run_follow },
  { "fetch_output", "A picture of a file that a task made, and the address of the file itself.",
    "{\"type\":\"object\",\"properties\":{\"task\":{\"type\":\"string\"},\"file\":{\"type\":\"string\"}},\"required\":[\"task\",\"file\"],\"additionalProperties\":false}", run_fetch },
  { "list_models", "Models on disk by kind.", "{\"type\":\"object\",\"properties\":{\"kind\":{\"type\":\"string\"}},\"additionalProperties\":false}", run_models },
  { "list_nodes", "Nodes that graphs are made of: their names by category; with name, the whole table of one.",
    "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},\"category\":{\"type\":\"string\"}},\"additionalProperties\":false}", run_nodes },
};

/* --- answers --- */

static void
question_free (question *q)
{
  mk_timer_free (q->timer);
  mk_json_unref (q->id);
  mk_json_unref (q->arguments);
  mk_json_unref (q->models);
  g_free (q->path);
  g_free (q);
}

static void
send (question *q, const char *key, mk_json *taken)
{
  mk_json *answer = mk_json_new_object ();
  mk_json_set (answer, "jsonrpc", mk_json_new_string ("2.0"));
  mk_json_set (answer, "id", mk_json_copy (q->id));
  mk_json_set (answer, key, taken);
  mk_http_answer_json (q->request, 200, answer);
  question_free (q);
}

static void
send_result (question *q, mk_json *taken)
{
  send (q, "result", taken);
}

static void
send_fault (question *q, int code, const char *message)
{
  mk_json *fault = mk_json_new_object ();
  mk_json_set (fault, "code", mk_json_new_int (code));
  mk_json_set (fault, "message", mk_json_new_string (message));
  send (q, "error", fault);
}

static mk_json *
text_content (const char *text)
{
  mk_json *content = mk_json_new_object ();
  mk_json_set (content, "type", mk_json_new_string ("text"));
  mk_json_set (content, "text", mk_json_new_string (text));
  return content;
}

static mk_json *
tool_result (mk_json *taken_content, bool is_error)
{
  mk_json *result = mk_json_new_object (), *list = mk_json_new_array ();
  if (taken_content != NULL)
    mk_json_append (list, taken_content);
  mk_json_set (result, "content", list);
  mk_json_set (result, "isError", mk_json_new_bool (is_error));
  return result;
}

/* What a tool found, as text for the model and as data for programs. */
static void
send_data (question *q, mk_json *taken_data)
{
  g_autofree char *text = mk_json_print_pretty (taken_data);
  mk_json *result = tool_result (text_content (text), false);
  if (mk_json_get_kind (taken_data) == MK_JSON_OBJECT)
    mk_json_set (result, "structuredContent", taken_data);
  else
    mk_json_unref (taken_data);
  send_result (q, result);
}

/* A tool that fails says so to the model, which may do better. */
static void
send_failure (question *q, GError *taken)
{
  send_result (q, tool_result (text_content (taken->message), true));
  g_error_free (taken);
}

static const char *
argument (const question *q, const char *name)
{
  return mk_json_has (q->arguments, name) ? mk_json_get_string (mk_json_get (q->arguments, name)) : NULL;
}

/* --- tools that are operations --- */

static const mk_json *
find_described (const mk_bridge *bridge, const char *operation)
{
  for (mk_json_iter p = mk_json_iterate (mk_json_get (mk_api_document (bridge->api), "paths")); mk_json_next (&p);)
    for (mk_json_iter m = mk_json_iterate (p.value); mk_json_next (&m);)
      if (g_str_equal (mk_json_get_string (mk_json_get (m.value, "operationId")), operation))
        return m.value;
  return NULL;
}

/* A copy in which every reference is what it refers to: tools' schemas stand alone. */
static mk_json *
inline_schema (const mk_bridge *bridge, const mk_json *schema, int depth)
{
  const char *reference = mk_json_get_string (mk_json_get (schema, "$ref")), *name = strrchr (reference, '/');
  if (name != NULL && depth < 12)
    return inline_schema (bridge, mk_json_get (mk_json_get (mk_json_get (mk_api_document (bridge->api), "components"), "schemas"), name + 1), depth + 1);
  mk_json_kind kind = mk_json_get_kind (schema);
  if (kind == MK_JSON_OBJECT) {
    mk_json *copy = mk_json_new_object ();
    for (mk_json_iter i = mk_json_iterate (schema); mk_json_next (&i);)
      mk_json_set (copy, i.key, inline_schema (bridge, i.value, depth + 1));
    return copy;
  }
  if (kind != MK_JSON_ARRAY)
    return mk_json_copy (schema);
  mk_json *copy = mk_json_new_array ();
  for (size_t i = 0; i < mk_json_length (schema); i++)
    mk_json_append (copy, inline_schema (bridge, mk_json_at (schema, i), depth + 1));
  return copy;
}

static const mk_json *
body_schema (const mk_json *described)
{
  return mk_json_get (mk_json_get (mk_json_get (mk_json_get (described, "requestBody"), "content"), "application/json"), "schema");
}

/* Parameters of path and query, and the fields of the body, side by side. */
static mk_json *
schema_of (const mk_bridge *bridge, const operation_tool *tool)
{
  const mk_json *described = find_described (bridge, tool->operation), *parameters = mk_json_get (described, "parameters");
  mk_json *schema = body_schema (described) != NULL ? inline_schema (bridge, body_schema (described), 0) : mk_json_new_object ();
  mk_json *properties = mk_json_has (schema, "properties") ? mk_json_ref (mk_json_get (schema, "properties")) : mk_json_new_object ();
  mk_json *required = mk_json_has (schema, "required") ? mk_json_ref (mk_json_get (schema, "required")) : mk_json_new_array ();
  for (size_t i = 0; i < mk_json_length (parameters); i++) {
    const mk_json *parameter = mk_json_at (parameters, i);
    const char *name = mk_json_get_string (mk_json_get (parameter, "name"));
    if (g_str_equal (mk_json_get_string (mk_json_get (parameter, "in")), "header"))
      continue;
    mk_json_set (properties, name, inline_schema (bridge, mk_json_get (parameter, "schema"), 0));
    if (mk_json_get_bool (mk_json_get (parameter, "required")))
      mk_json_append (required, mk_json_new_string (name));
  }
  if (g_str_equal (tool->operation, "executeCommand"))
    mk_json_remove (properties, "dry_run"); /* make and plan are two tools */
  mk_json_set (schema, "type", mk_json_new_string ("object"));
  mk_json_set (schema, "properties", properties);
  mk_json_set (schema, "required", required);
  mk_json_set (schema, "additionalProperties", mk_json_new_bool (false));
  return schema;
}

static const char *
place_of (const mk_json *described, const char *name)
{
  const mk_json *parameters = mk_json_get (described, "parameters");
  for (size_t i = 0; i < mk_json_length (parameters); i++)
    if (g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (parameters, i), "name")), name))
      return mk_json_get_string (mk_json_get (mk_json_at (parameters, i), "in"));
  return "body";
}

static void
run_operation (question *q, const operation_tool *tool)
{
  GError *error = NULL;
  const mk_json *described = find_described (q->bridge, tool->operation);
  g_autoptr (mk_json) path = mk_json_new_object (), query = mk_json_new_object (), body = mk_json_new_object ();
  for (mk_json_iter i = mk_json_iterate (q->arguments); mk_json_next (&i);) {
    const char *place = place_of (described, i.key);
    bool is_body = g_str_equal (place, "body"), is_text = mk_json_get_kind (i.value) == MK_JSON_STRING;
    g_autofree char *text = is_text ? g_strdup (mk_json_get_string (i.value)) : mk_json_print_compact (i.value);
    mk_json_set (is_body ? body : g_str_equal (place, "path") ? path : query, i.key, is_body ? mk_json_copy (i.value) : mk_json_new_string (text));
  }
  if (tool->is_dry_run)
    mk_json_set (body, "dry_run", mk_json_new_bool (true));
  mk_json *data = mk_api_call (q->bridge->api, tool->operation, path, query, body, &q->who, &error);
  if (error != NULL)
    send_failure (q, error);
  else
    send_data (q, data);
}

/* --- look and fetch: pictures --- */

static void
on_picture (void *user, const char *path, const char *why)
{
  question *q = user;
  g_autofree char *bytes = NULL;
  size_t length = 0;
  GError *error = NULL;
  if (why != NULL)
    mk_error (&error, MK_ERROR_UNSUPPORTED, "no picture can be made: %s", why);
  if (error != NULL || !mk_file_read (path, MAX_PICTURE_BYTES, &bytes, &length, &error)) {
    send_failure (q, error);
    return;
  }
  g_autofree char *coded = g_base64_encode ((const guchar *)bytes, length);
  mk_json *content = mk_json_new_object ();
  mk_json_set (content, "type", mk_json_new_string ("image"));
  mk_json_set (content, "data", mk_json_new_string (coded));
  mk_json_set (content, "mimeType", mk_json_new_string ("image/webp"));
  mk_json *result = tool_result (content, false);
  if (q->path != NULL)
    mk_json_append (mk_json_get (result, "content"), text_content (q->path));
  send_result (q, result);
}

static void
run_look (question *q)
{
  GError *error = NULL;
  const char *id = argument (q, "project_id");
  int64_t version = mk_json_has (q->arguments, "version") ? mk_json_get_int (mk_json_get (q->arguments, "version")) : -1;
  g_autoptr (mk_json) project = id != NULL ? mk_project_find (q->bridge->store, id, version, &error) : NULL;
  const mk_json *commands = project != NULL ? mk_json_get (project, "commands") : mk_json_get (q->arguments, "commands");
  if (error == NULL && commands == NULL)
    mk_error (&error, MK_ERROR_USAGE, "look needs a project_id or commands");
  if (error != NULL || !mk_bridge_read_words (q->bridge, &error) || !mk_commands_check (q->bridge->commands, commands, &error))
    send_failure (q, error);
  else
    mk_pictures_make_scene (q->bridge->pictures, commands, on_picture, q);
}

static void
run_fetch (question *q)
{
  GError *error = NULL;
  const char *task = argument (q, "task"), *file = argument (q, "file");
  g_autoptr (mk_json) output = mk_output_find (q->bridge->store, task, file, &error);
  if (output == NULL) {
    send_failure (q, error);
    return;
  }
  g_autofree char *path = g_build_filename (q->bridge->outputs_folder, task, file, NULL), *folder = g_build_filename (q->bridge->outputs_folder, task, ".thumbnails", NULL), *small = g_strdup_printf ("%s/%s.webp", folder, file);
  q->path = g_strdup_printf ("%s (%s; %" G_GINT64_FORMAT " bytes; at %s of this server)", path, mk_json_get_string (mk_json_get (output, "kind")), mk_json_get_int (mk_json_get (output, "bytes")), mk_json_get_string (mk_json_get (output, "url")));
  if (g_str_equal (mk_json_get_string (mk_json_get (output, "kind")), "other"))
    send_result (q, tool_result (text_content (q->path), false));
  else if (!mk_folder_make (folder, &error))
    send_failure (q, error);
  else
    mk_pictures_make (q->bridge->pictures, MK_PICTURE_OF_FILE, path, small, on_picture, q);
}

/* --- follow --- */

static void
look_at_task (void *user)
{
  question *q = user;
  GError *error = NULL;
  const char *id = argument (q, "id");
  mk_json *task = mk_task_find (q->bridge->store, id, &error);
  if (task == NULL) {
    send_failure (q, error);
    return;
  }
  const char *state = mk_json_get_string (mk_json_get (task, "state"));
  bool has_ended = g_str_equal (state, "done") || g_str_equal (state, "failed") || g_str_equal (state, "cancelled");
  if (!has_ended && mk_loop_now_ms (q->bridge->loop) < q->until_ms && !mk_http_request_is_gone (q->request)) {
    mk_json_unref (task);
    mk_timer_start (q->timer, LOOK_MS);
    return;
  }
  mk_json *progress = has_ended || q->bridge->dispatcher == NULL ? NULL : mk_dispatcher_progress (q->bridge->dispatcher, id);
  if (progress != NULL)
    mk_json_set (task, "progress", progress);
  send_data (q, task);
}

static void
run_follow (question *q)
{
  double seconds = mk_json_has (q->arguments, "seconds") ? mk_json_get_real (mk_json_get (q->arguments, "seconds")) : 30;
  q->timer = mk_timer_new (q->bridge->loop, look_at_task, q);
  q->until_ms = mk_loop_now_ms (q->bridge->loop) + (int64_t)(CLAMP (seconds, 0, MAX_WAIT_S) * 1000);
  mk_timer_start (q->timer, 0);
}

/* --- models and nodes --- */

static void
scan_models (void *user)
{
  question *q = user;
  q->models = mk_models_scan (q->path);
}

static void
send_models (void *user)
{
  question *q = user;
  const char *kind = argument (q, "kind");
  mk_json *data = mk_json_new_object (), *items = mk_json_new_array ();
  for (size_t i = 0; i < mk_json_length (q->models); i++)
    if (kind == NULL || g_str_equal (kind, mk_json_get_string (mk_json_get (mk_json_at (q->models, i), "kind"))))
      mk_json_append (items, mk_json_copy (mk_json_at (q->models, i)));
  mk_json_set (data, "items", items);
  send_data (q, data);
}

static void
run_models (question *q)
{
  q->path = g_strdup (q->bridge->models_folder);
  mk_backstage_run (q->bridge->backstage, scan_models, send_models, q);
}

static void
on_tables (void *user, mk_json *taken_tables)
{
  question *q = user;
  GError *error = NULL;
  const char *name = argument (q, "name"), *category = argument (q, "category");
  g_autoptr (mk_json) tables = taken_tables;
  if (tables == NULL)
    mk_error (&error, MK_ERROR_UNAVAILABLE, "no engine is up yet; try again in a moment");
  else if (name != NULL && !mk_json_has (tables, name))
    mk_error (&error, MK_ERROR_NOT_FOUND, "there is no node %s", name);
  if (error != NULL) {
    send_failure (q, error);
    return;
  }
  if (name != NULL) {
    send_data (q, mk_json_copy (mk_json_get (tables, name)));
    return;
  }
  mk_json *data = mk_json_new_object ();
  for (mk_json_iter i = mk_json_iterate (tables); mk_json_next (&i);) {
    const char *its = mk_json_get_string (mk_json_get (i.value, "category"));
    if (category != NULL && !g_str_has_prefix (its, category))
      continue;
    if (!mk_json_has (data, its))
      mk_json_set (data, its, mk_json_new_array ());
    mk_json_append (mk_json_get (data, its), mk_json_new_string (i.key));
  }
  send_data (q, data);
}

/* As GET /nodes: never older than the files on disk. */
static void
run_nodes (question *q)
{
  mk_dispatcher_ask_tables (q->bridge->dispatcher, on_tables, q);
}

/* --- the protocol --- */

static void
add_tool (mk_json *list, const char *name, const char *about, mk_json *taken_schema)
{
  mk_json *tool = mk_json_new_object ();
  mk_json_set (tool, "name", mk_json_new_string (name));
  mk_json_set (tool, "description", mk_json_new_string (about));
  mk_json_set (tool, "inputSchema", taken_schema);
  mk_json_append (list, tool);
}

static void
list_tools (question *q)
{
  mk_json *result = mk_json_new_object (), *tools = mk_json_new_array ();
  for (size_t i = 0; i < MK_COUNT (operation_tools); i++)
    add_tool (tools, operation_tools[i].name, operation_tools[i].about, schema_of (q->bridge, &operation_tools[i]));
  for (size_t i = 0; i < MK_COUNT (own_tools); i++) {
    mk_json *schema = mk_json_of_column (own_tools[i].schema, NULL);
    add_tool (tools, own_tools[i].name, own_tools[i].about, schema);
  }
  mk_json_set (result, "tools", tools);
  send_result (q, result);
}

/* What tools/list has told of the tool holds for its arguments; otherwise the question is answered. */
static bool
has_fitting_arguments (question *q, mk_json *taken_schema)
{
  GError *error = NULL;
  g_autoptr (mk_schema) schema = mk_schema_new (taken_schema, &error);
  if (schema != NULL && mk_schema_check (schema, NULL, q->arguments, &error))
    return true;
  send_failure (q, error);
  return false;
}

static void
call_tool (question *q, const mk_json *params)
{
  const char *name = mk_json_get_string (mk_json_get (params, "name"));
  q->arguments = mk_json_has (params, "arguments") ? mk_json_copy (mk_json_get (params, "arguments")) : mk_json_new_object ();
  for (size_t i = 0; i < MK_COUNT (operation_tools); i++)
    if (g_str_equal (operation_tools[i].name, name)) {
      if (has_fitting_arguments (q, schema_of (q->bridge, &operation_tools[i])))
        run_operation (q, &operation_tools[i]);
      return;
    }
  for (size_t i = 0; i < MK_COUNT (own_tools); i++)
    if (g_str_equal (own_tools[i].name, name)) {
      if (has_fitting_arguments (q, mk_json_of_column (own_tools[i].schema, NULL)))
        own_tools[i].run (q);
      return;
    }
  g_autofree char *message = g_strdup_printf ("there is no tool “%.60s”; tools/list names them", name);
  send_fault (q, RPC_PARAMS, message);
}

static void
initialize (question *q, const mk_json *params)
{
  const char *wanted = mk_json_get_string (mk_json_get (params, "protocolVersion")), *version = versions[0];
  for (size_t i = 0; i < MK_COUNT (versions); i++)
    if (g_str_equal (versions[i], wanted))
      version = versions[i];
  mk_json *result = mk_json_new_object (), *capabilities = mk_json_new_object (), *info = mk_json_new_object ();
  mk_json_set (capabilities, "tools", mk_json_new_object ());
  mk_json_set (info, "name", mk_json_new_string ("miktos"));
  mk_json_set (info, "title", mk_json_new_string ("Miktos"));
  mk_json_set (info, "version", mk_json_new_string (q->bridge->config->version));
  mk_json_set (result, "protocolVersion", mk_json_new_string (version));
  mk_json_set (result, "capabilities", capabilities);
  mk_json_set (result, "serverInfo", info);
  mk_json_set (result, "instructions", mk_json_new_string ("Miktos turns sentences into 3D films. Start with plan or make; to work in steps, create_project, then apply sentences, look at it, and render_project. "
                                                           "Tasks run in the background: follow_task waits for them, fetch_output shows what came of them."));
  send_result (q, result);
}

static void
dispatch (question *q, const mk_json *message)
{
  const char *method = mk_json_get_string (mk_json_get (message, "method"));
  const mk_json *params = mk_json_get (message, "params");
  if (g_str_equal (method, "initialize"))
    initialize (q, params);
  else if (g_str_equal (method, "ping"))
    send_result (q, mk_json_new_object ());
  else if (g_str_equal (method, "tools/list"))
    list_tools (q);
  else if (g_str_equal (method, "tools/call"))
    call_tool (q, params);
  else {
    g_autofree char *why = g_strdup_printf ("there is no method “%.60s”", method);
    send_fault (q, RPC_METHOD, why);
  }
}

static void
serve_message (mk_http_request *request, void *user)
{
  mk_bridge *bridge = user;
  g_autoptr (mk_json) message = NULL;
  g_autoptr (GError) error = NULL;
  question *q = g_new0 (question, 1);
  *q = (question){ .bridge = bridge, .request = request, .who = mk_request_get_note (request)->holder };
  if (!mk_http_request_json (request, &message, &error)) {
    send_fault (q, RPC_PARSE, error->message);
    return;
  }
  bool is_message = mk_json_get_kind (message) == MK_JSON_OBJECT && g_str_equal (mk_json_get_string (mk_json_get (message, "jsonrpc")), "2.0");
  if (is_message && mk_json_get (message, "id") == NULL) { /* a notification, or an answer to what we never ask */
    mk_http_answer_empty (request, 202);
    question_free (q);
    return;
  }
  q->id = mk_json_copy (mk_json_get (message, "id"));
  if (is_message && mk_json_has (message, "method"))
    dispatch (q, message);
  else
    send_fault (q, RPC_REQUEST, "that is no JSON-RPC 2.0 question");
}

/* We never speak unasked, so there is no stream to listen to, and no session to end. */
static void
refuse_stream (mk_http_request *request, void *user)
{
  (void)user;
  mk_http_request_set_header (request, "Allow", "POST");
  mk_api_refuse (request, 405, "questions come by POST; there is no stream");
}

void
mk_mcp_add_routes (mk_bridge *bridge)
{
  static const mk_http_route routes[] = {
    { .method = "POST", .path = "/mcp", .handle = serve_message, .summary = "Tools for agents", .body = MK_BODY_MEMORY, .max_body = MAX_MESSAGE },
    { .method = "GET", .path = "/mcp", .handle = refuse_stream, .summary = "No stream" },
    { .method = "DELETE", .path = "/mcp", .handle = refuse_stream, .summary = "No session" },
    { .method = NULL },
  };
  mk_http_server_add_routes (bridge->server, "", routes, bridge);
}
