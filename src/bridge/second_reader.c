#include "bridge/second_reader.h"

#include "bridge/bridge_private.h"
#include "base/log.h"
#include "net/http_client.h"

#include <string.h>

#define MAX_ANSWER_BYTES ((size_t)1 << 20)
#define MAX_SENTENCE_BYTES 4000 /* longer ones are no sentences that a small model reads well */

typedef struct {
  mk_bridge *bridge;
  mk_json *earlier; /* its own copy, may be NULL */
  char *where;      /* "MODEL at URL" */
  double confidence;
  void (*done) (void *user, mk_reading *taken);
  void *user;
} question;

void
mk_reading_free (mk_reading *reading)
{
  if (reading == NULL)
    return;
  mk_json_unref (reading->commands);
  g_free (reading->account);
  g_free (reading);
}

static const char *
setting (const mk_bridge *bridge, const char *name)
{
  return mk_config_get (bridge->config->settings, name);
}

/* --- what is asked --- */

static char *
instructions (const mk_bridge *bridge, const mk_json *earlier)
{
  g_autofree char *schema = mk_json_print_compact (mk_command_schema_get_json (bridge->commands));
  g_autofree char *before = earlier != NULL ? mk_json_print_compact (earlier) : g_strdup ("[]");
  g_autoptr (GString) objects = g_string_new (NULL);
  for (unsigned i = 0; i < mk_library_n_recipes (bridge->library); i++)
    g_string_append_printf (objects, "%s%s", i > 0 ? ", " : "", mk_library_get (bridge->library, i)->name);
  return g_strdup_printf ("Turn the sentence into scene commands that follow the earlier ones. Answer with one JSON object, {\"commands\": [...]}, and nothing else. "
                          "Every id is new, unless a command changes what has it. Lengths are metres, times seconds.\n"
                          "Objects: %s.\nEarlier commands: %s\nJSON Schema of the list of commands: %s",
                          objects->str, before, schema);
}

static mk_json *
message (const char *role, const char *content)
{
  mk_json *object = mk_json_new_object ();
  mk_json_set (object, "role", mk_json_new_string (role));
  mk_json_set (object, "content", mk_json_new_string (content));
  return object;
}

/* The schema of the whole answer: servers that can, keep the model to it while it writes. */
static mk_json *
answer_format (const mk_bridge *bridge)
{
  mk_json *format = mk_json_new_object (), *named = mk_json_new_object (), *schema = mk_json_new_object (), *properties = mk_json_new_object (), *required = mk_json_new_array ();
  mk_json *list = mk_json_copy (mk_command_schema_get_json (bridge->commands));
  mk_json_set (schema, "$defs", mk_json_copy (mk_json_get (list, "$defs")));
  mk_json_remove (list, "$defs");
  mk_json_set (properties, "commands", list);
  mk_json_append (required, mk_json_new_string ("commands"));
  mk_json_set (schema, "type", mk_json_new_string ("object"));
  mk_json_set (schema, "properties", properties);
  mk_json_set (schema, "required", required);
  mk_json_set (named, "name", mk_json_new_string ("scene_commands"));
  mk_json_set (named, "schema", schema);
  mk_json_set (format, "type", mk_json_new_string ("json_schema"));
  mk_json_set (format, "json_schema", named);
  return format;
}

static char *
print_question (const mk_bridge *bridge, const char *sentence, const mk_json *earlier)
{
  g_autoptr (mk_json) body = mk_json_new_object ();
  g_autofree char *rules = instructions (bridge, earlier);
  const char *model = setting (bridge, "words.model");
  mk_json *messages = mk_json_new_array ();
  mk_json_append (messages, message ("system", rules));
  mk_json_append (messages, message ("user", sentence));
  mk_json_set (body, "model", mk_json_new_string (model != NULL ? model : "default"));
  mk_json_set (body, "messages", messages);
  mk_json_set (body, "temperature", mk_json_new_int (0));
  mk_json_set (body, "stream", mk_json_new_bool (false));
  mk_json_set (body, "response_format", answer_format (bridge));
  return mk_json_print_compact (body);
}

/* --- what comes back --- */

/* The JSON in the model's words: many put a fence or a sentence around it. */
static bool
find_commands (const char *words, mk_json **commands, GError **error)
{
  const char *from = strpbrk (words, "{["), *to = from != NULL ? strrchr (from, *from == '{' ? '}' : ']') : NULL;
  g_autoptr (mk_json) value = NULL;
  if (to == NULL)
    return mk_error (error, MK_ERROR_SYNTAX, "its answer has no JSON");
  if (!mk_json_parse (from, to - from + 1, NULL, &value, error))
    return false;
  const mk_json *list = mk_json_get_kind (value) == MK_JSON_ARRAY ? value : mk_json_get (value, "commands");
  if (mk_json_get_kind (list) != MK_JSON_ARRAY || mk_json_length (list) == 0)
    return mk_error (error, MK_ERROR_SYNTAX, "its answer has no commands");
  *commands = mk_json_copy (list);
  return true;
}

static bool
check_objects (const mk_bridge *bridge, const mk_json *commands, GError **error)
{
  for (size_t i = 0; i < mk_json_length (commands); i++) {
    const mk_json *command = mk_json_at (commands, i);
    const char *object = mk_json_get_string (mk_json_get (command, "object"));
    if (g_str_equal (mk_json_get_string (mk_json_get (command, "op")), "add") && mk_library_find (bridge->library, object) == NULL)
      return mk_error (error, MK_ERROR_NOT_FOUND, "command %zu: there is no object “%.60s”", i + 1, object);
  }
  return true;
}

static bool
read_answer (const question *q, const mk_http_reply *reply, mk_json **commands, GError **error)
{
  g_autoptr (mk_json) body = NULL, list = NULL;
  if (reply->status != 200)
    return mk_error (error, MK_ERROR_UNAVAILABLE, "it answered with status %u", reply->status);
  if (!mk_http_reply_json (reply, &body, error))
    return false;
  const mk_json *said = mk_json_get (mk_json_get (mk_json_at (mk_json_get (body, "choices"), 0), "message"), "content");
  if (mk_json_get_kind (said) != MK_JSON_STRING)
    return mk_error (error, MK_ERROR_SYNTAX, "its answer is not that of a chat: choices[0].message.content is no text");
  if (!find_commands (mk_json_get_string (said), &list, error))
    return false;
  for (size_t i = 0; i < mk_json_length (list); i++)
    if (mk_json_get_kind (mk_json_at (list, i)) != MK_JSON_OBJECT)
      return mk_error (error, MK_ERROR_TYPE, "command %zu: it is no object", i + 1);
  g_autoptr (mk_json) whole = q->earlier != NULL ? mk_commands_merge (q->earlier, list) : mk_json_ref (list);
  if (!mk_commands_check (q->bridge->commands, whole, error) || !check_objects (q->bridge, list, error))
    return false;
  *commands = g_steal_pointer (&list);
  return true;
}

static void
finish (void *user, const mk_http_reply *reply, const GError *failure)
{
  question *q = user;
  g_autoptr (GError) error = failure != NULL ? g_error_copy (failure) : NULL;
  mk_reading *reading = g_new0 (mk_reading, 1);
  if (error == NULL)
    read_answer (q, reply, &reading->commands, &error);
  reading->account = reading->commands != NULL
                       ? g_strdup_printf ("Read by %s, because only %.0f %% of the sentence was understood here.", q->where, 100 * q->confidence)
                       : g_strdup_printf ("%s was asked as well, since only %.0f %% of the sentence was understood here, but without use: %.300s.", q->where, 100 * q->confidence, error->message);
  mk_log (MK_LOG_INFO, "words", "%s", reading->account);
  q->done (q->user, reading);
  mk_json_unref (q->earlier);
  g_free (q->where);
  g_free (q);
}

/* --- whether --- */

static bool
is_covered (const mk_bridge *bridge, const char *sentence, const mk_json *earlier, double *confidence)
{
  g_autoptr (mk_understanding) understood = NULL;
  if (strlen (sentence) > MAX_SENTENCE_BYTES || !mk_language_parse (bridge->language, sentence, earlier, &understood, NULL))
    return true; /* what is no sentence is refused as before */
  *confidence = understood->confidence;
  bool is_about_history = understood->intent == MK_INTENT_UNDO || understood->intent == MK_INTENT_REDO;
  return is_about_history || 100 * understood->confidence >= (double)mk_config_get_int (bridge->config->settings, "words.below_percent");
}

bool
mk_second_reader_ask (mk_bridge *bridge, const char *sentence, const mk_json *earlier, void (*done) (void *user, mk_reading *taken), void *user)
{
  const char *base = setting (bridge, "words.url"), *key = setting (bridge, "words.key"), *model = setting (bridge, "words.model");
  double confidence = 0;
  if (base == NULL || is_covered (bridge, sentence, earlier, &confidence))
    return false;
  question *q = g_new (question, 1);
  *q = (question){ bridge, earlier != NULL ? mk_json_copy (earlier) : NULL, g_strdup_printf ("%s at %s", model != NULL ? model : "the language model", base), confidence, done, user };
  g_autofree char *body = print_question (bridge, sentence, earlier), *url = g_strconcat (base, g_str_has_suffix (base, "/") ? "" : "/", "chat/completions", NULL);
  g_autofree char *authorization = key != NULL ? g_strconcat ("Authorization: Bearer ", key, NULL) : NULL;
  unsigned seconds = (unsigned)mk_config_get_int (bridge->config->settings, "words.timeout_s");
  mk_http_order order = { .method = "POST", .url = url, .headers = (const char *const[]){ authorization, NULL }, .body = body, .length = strlen (body), .max_bytes = MAX_ANSWER_BYTES,
                          .connect_seconds = seconds, .total_seconds = seconds, .idle_seconds = seconds, .done = finish, .user = q };
  mk_http_client_start (bridge->client, &order);
  return true;
}
