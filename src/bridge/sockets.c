/* sockets.c - what happens, told to whoever listens at /ws: numbered, so that a lost connection misses nothing.
 *
 * Asking    {"type": "subscribe", "task_id"?, "project_id"?} hears of those alone (neither: of all);
 *           {"type": "resume", "after": N} gets what came after message N. ?task=, ?project= and ?after= do the same.
 *           Whoever asks for anything else is told what was wrong with it, by an `error`, and is listened to further.
 * Keys      Whose key is removed or expires is not told anything further: the socket closes with 1008 within a second.
 */
#include "bridge/access.h"
#include "bridge/bridge_private.h"

#include <string.h>

#define N_REMEMBERED 1000 /* messages that a client may have missed */
#define MAX_QUESTION 65536
#define TASK_SIZE 40
#define PROJECT_SIZE 72
#define LOOK_MS 1000
#define BAD_POLICY 1008 /* RFC 6455 §7.4.1 */

struct mk_sockets {
  mk_bridge *bridge;
  GPtrArray *open;      /* listener */
  GQueue *recent;       /* remembered, oldest first */
  int64_t last_number;
  GPtrArray *held;      /* news of changes that are not on disk yet */
  bool is_holding;
  mk_timer *look;       /* at the keys, while somebody listens with one */
  bool is_looking;
};

/* What a message is about. "" = neither: everybody hears it. */
typedef struct {
  char task[TASK_SIZE], project[PROJECT_SIZE];
} topic;

typedef struct {
  int64_t number;
  char *text;
  topic about;
} remembered;

typedef struct {
  mk_sockets *sockets;
  mk_ws *ws;
  topic wanted;
  int64_t seen;         /* the last message that it knew when it came */
  char key[40];         /* the id of whose it is; "" = it needed none that can be removed */
} listener;

static void
remembered_free (void *given)
{
  remembered *r = given;
  g_free (r->text);
  g_free (r);
}

/* Told, but not yet to anybody. */
typedef struct {
  const char *type;     /* of a list of ours: never freed */
  mk_json *data;
  char *newest_of;
} news;

static void
news_free (void *given)
{
  news *n = given;
  mk_json_unref (n->data);
  g_free (n->newest_of);
  g_free (n);
}

static void
look_at_keys (void *user)
{
  mk_sockets *sockets = user;
  bool are_there = false;
  for (guint i = 0; i < sockets->open->len; i++) {
    const listener *l = sockets->open->pdata[i];
    if (l->key[0] == '\0')
      continue;
    are_there = true;
    if (!mk_key_stands (sockets->bridge->store, l->key, mk_bridge_now_ms ()))
      mk_ws_close (l->ws, BAD_POLICY, "its key was removed or has expired");
  }
  sockets->is_looking = are_there;
  if (are_there)
    mk_timer_start (sockets->look, LOOK_MS);
}

mk_sockets *
mk_sockets_new (mk_bridge *bridge)
{
  mk_sockets *sockets = g_new0 (mk_sockets, 1);
  sockets->bridge = bridge;
  sockets->open = g_ptr_array_new ();
  sockets->recent = g_queue_new ();
  sockets->held = g_ptr_array_new_with_free_func (news_free);
  sockets->look = mk_timer_new (bridge->loop, look_at_keys, sockets);
  return sockets;
}

void
mk_sockets_free (mk_sockets *sockets)
{
  if (sockets == NULL)
    return;
  mk_timer_free (sockets->look);
  g_ptr_array_unref (sockets->open);
  g_ptr_array_unref (sockets->held);
  g_queue_free_full (sockets->recent, remembered_free);
  g_free (sockets);
}

guint
mk_sockets_count (const mk_sockets *sockets)
{
  return sockets->open->len;
}

static void
copy_word (char *to, size_t size, const char *from)
{
  g_strlcpy (to, from != NULL ? from : "", size);
}

static const struct {
  const char *type, *fields[4];
} questions[] = { { "subscribe", { "type", "task_id", "project_id" } }, { "resume", { "type", "after" } } };

/* What a topic has no room for is nobody's id. */
static bool
check_id (const char *name, const char *id, size_t size, GError **error)
{
  return id == NULL || strlen (id) < size || mk_error (error, MK_ERROR_RANGE, "%s has %zu bytes; an id has at most %zu", name, strlen (id), size - 1);
}

static bool
check_topic (const mk_json *message, const char *field, size_t size, GError **error)
{
  const mk_json *id = mk_json_get (message, field);
  if (id == NULL || mk_json_get_kind (id) == MK_JSON_NULL)
    return true;
  if (mk_json_get_kind (id) != MK_JSON_STRING)
    return mk_error (error, MK_ERROR_TYPE, "%s is a text", field);
  return check_id (field, mk_json_get_string (id), size, error);
}

static bool
check_question (const mk_json *message, GError **error)
{
  const char *type = mk_json_get_string (mk_json_get (message, "type"));
  size_t i = 0;
  while (i < MK_COUNT (questions) && !g_str_equal (questions[i].type, type))
    i++;
  if (i == MK_COUNT (questions))
    return mk_error (error, MK_ERROR_USAGE, "type “%.60s” is none; there are subscribe (task_id, project_id) and resume (after: a message's number)", type);
  for (mk_json_iter field = mk_json_iterate (message); mk_json_next (&field);)
    if (!g_strv_contains (questions[i].fields, field.key)) {
      g_autofree char *allowed = g_strjoinv (", ", (char **)(void *)questions[i].fields);
      return mk_error (error, MK_ERROR_USAGE, "%s has no field “%.60s”; it has %s", type, field.key, allowed);
    }
  if (g_str_equal (type, "resume") && mk_json_get_kind (mk_json_get (message, "after")) != MK_JSON_INT)
    return mk_error (error, MK_ERROR_TYPE, "resume: after is the number of the last message that you have");
  return check_topic (message, "task_id", TASK_SIZE, error) && check_topic (message, "project_id", PROJECT_SIZE, error);
}

/* A question as it came; a new one, or NULL with what was wrong. */
static mk_json *
read_question (bool is_text, const char *bytes, size_t length, GError **error)
{
  g_autoptr (mk_json) message = NULL;
  bool is_good = is_text ? mk_json_parse (bytes, (gssize)length, NULL, &message, error) : mk_error (error, MK_ERROR_USAGE, "that was binary; messages are JSON objects, as text");
  if (is_good && mk_json_get_kind (message) != MK_JSON_OBJECT)
    is_good = mk_error (error, MK_ERROR_TYPE, "that is no JSON object; messages are, with a type: subscribe or resume");
  return is_good && check_question (message, error) ? g_steal_pointer (&message) : NULL;
}

/* A task tells its own id, all else that belongs to one its task_id. */
static topic
topic_of (const mk_json *data)
{
  topic about;
  copy_word (about.task, sizeof about.task, mk_json_get_string (mk_json_get (data, mk_json_has (data, "attempt") ? "id" : "task_id")));
  copy_word (about.project, sizeof about.project, mk_json_get_string (mk_json_get (data, "project_id")));
  return about;
}

static bool
is_wanted (const listener *l, const topic *about)
{
  bool is_general = about->task[0] == '\0' && about->project[0] == '\0';
  bool wants_all = l->wanted.task[0] == '\0' && l->wanted.project[0] == '\0';
  return is_general || wants_all || (l->wanted.task[0] != '\0' && g_str_equal (l->wanted.task, about->task)) || (l->wanted.project[0] != '\0' && g_str_equal (l->wanted.project, about->project));
}

static char *
print_message (int64_t number, const char *type, mk_json *taken_data)
{
  g_autoptr (mk_json) message = mk_json_new_object ();
  mk_json_set (message, "number", mk_json_new_int (number));
  mk_json_set (message, "type", mk_json_new_string (type));
  mk_json_set (message, "data", taken_data);
  return mk_json_print_compact (message);
}

/* What is not remembered any more is said in `missed`. */
static void
catch_up (listener *l, int64_t seen)
{
  const mk_sockets *sockets = l->sockets;
  const remembered *oldest = g_queue_peek_head (sockets->recent);
  mk_json *data = mk_json_new_object ();
  mk_json_set (data, "missed", mk_json_new_bool (seen > sockets->last_number || (oldest != NULL && seen + 1 < oldest->number)));
  mk_json_set (data, "task_id", mk_json_new_string (l->wanted.task[0] != '\0' ? l->wanted.task : NULL));
  mk_json_set (data, "project_id", mk_json_new_string (l->wanted.project[0] != '\0' ? l->wanted.project : NULL));
  g_autofree char *hello = print_message (sockets->last_number, "subscribed", data);
  for (GList *i = sockets->recent->head; i != NULL; i = i->next) {
    const remembered *r = i->data;
    if (r->number > seen && is_wanted (l, &r->about))
      mk_ws_send_text (l->ws, r->text);
  }
  mk_ws_send_text (l->ws, hello);
}

static void
say_wrong (const listener *l, const char *why)
{
  mk_json *data = mk_json_new_object ();
  mk_json_set (data, "message", mk_json_new_string (why));
  mk_json_set (data, "type", mk_json_new_string ("bad_request"));
  g_autofree char *text = print_message (l->sockets->last_number, "error", data);
  mk_ws_send_text (l->ws, text);
}

static void
on_received (mk_ws *ws, bool is_text, const char *bytes, size_t length, void *user)
{
  (void)ws;
  listener *l = user;
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_json) message = read_question (is_text, bytes, length, &error);
  if (message == NULL) {
    say_wrong (l, error->message);
    return;
  }
  if (mk_json_has (message, "after")) {
    catch_up (l, mk_json_get_int (mk_json_get (message, "after")));
    return;
  }
  l->wanted = topic_of (message);
  catch_up (l, l->sockets->last_number);
}

/* Before this nothing can be sent; what happened since it came is sent now. */
static void
on_opened (mk_ws *ws, void *user)
{
  listener *l = user;
  l->ws = ws;
  catch_up (l, l->seen);
}

static void
on_closed (mk_ws *ws, unsigned code, const char *reason, void *user)
{
  (void)ws;
  (void)code;
  (void)reason;
  listener *l = user;
  g_ptr_array_remove_fast (l->sockets->open, l);
  g_free (l);
}

static bool
check_query (const mk_http_request *request, GError **error)
{
  static const char *const names[] = { "after", "project", "task", "token", NULL };
  const char *name;
  for (unsigned i = 0; (name = mk_http_request_query_name (request, i)) != NULL; i++)
    if (!g_strv_contains (names, name))
      return mk_error (error, MK_ERROR_USAGE, "there is no parameter “%.60s” here; there are: after, project, task", name);
  return check_id ("task", mk_http_request_query (request, "task"), TASK_SIZE, error) && check_id ("project", mk_http_request_query (request, "project"), PROJECT_SIZE, error);
}

void
mk_sockets_accept (mk_sockets *sockets, mk_http_request *request)
{
  static const mk_ws_events events = { .opened = on_opened, .received = on_received, .closed = on_closed };
  mk_ws_limits limits = { .max_message = MAX_QUESTION, .max_queue = 4 << 20 };
  const char *after = mk_http_request_query (request, "after");
  gint64 seen = sockets->last_number;
  g_autoptr (GError) error = NULL;
  bool is_good = check_query (request, &error) && (after == NULL || g_ascii_string_to_signed (after, 10, 0, G_MAXINT64, &seen, NULL) || mk_error (&error, MK_ERROR_RANGE, "after: “%.40s” is no message's number", after));
  if (!is_good) {
    mk_api_refuse (request, 400, error->message);
    return;
  }
  listener *l = g_new0 (listener, 1);
  l->sockets = sockets;
  l->seen = seen;
  copy_word (l->wanted.task, sizeof l->wanted.task, mk_http_request_query (request, "task"));
  copy_word (l->wanted.project, sizeof l->wanted.project, mk_http_request_query (request, "project"));
  l->ws = mk_http_answer_websocket (request, &events, &limits, l);
  if (l->ws == NULL) {
    g_free (l);
    return;
  }
  g_ptr_array_add (sockets->open, l);
  const mk_key_holder *holder = &mk_request_get_note (request)->holder;
  if (holder->is_stored) {
    copy_word (l->key, sizeof l->key, holder->id);
    if (!sockets->is_looking)
      mk_timer_start (sockets->look, LOOK_MS);
    sockets->is_looking = true;
  }
}

static void
send (mk_sockets *sockets, const char *type, mk_json *taken_data, const char *newest_of)
{
  remembered *r = g_new (remembered, 1);
  *r = (remembered){ ++sockets->last_number, NULL, topic_of (taken_data) };
  r->text = print_message (r->number, type, taken_data);
  g_autoptr (mk_ws_message) message = mk_ws_message_new (r->text, strlen (r->text), MK_WS_TEXT, newest_of != NULL ? g_str_hash (newest_of) | 1u : 0);
  for (guint i = 0; i < sockets->open->len; i++) {
    const listener *l = sockets->open->pdata[i];
    if (is_wanted (l, &r->about))
      mk_ws_send (l->ws, message);
  }
  if (newest_of != NULL) { /* only the newest state counts: it is not worth remembering */
    remembered_free (r);
    return;
  }
  g_queue_push_tail (sockets->recent, r);
  if (g_queue_get_length (sockets->recent) > N_REMEMBERED)
    remembered_free (g_queue_pop_head (sockets->recent));
}

void
mk_sockets_tell (mk_sockets *sockets, const char *type, mk_json *taken_data, const char *newest_of)
{
  if (!sockets->is_holding) {
    send (sockets, type, taken_data, newest_of);
    return;
  }
  news *n = g_new (news, 1);
  *n = (news){ type, taken_data, g_strdup (newest_of) };
  g_ptr_array_add (sockets->held, n);
}

void
mk_sockets_hold (mk_sockets *sockets)
{
  sockets->is_holding = true;
}

bool
mk_sockets_let_go (mk_sockets *sockets, bool is_kept)
{
  bool is_told = is_kept && sockets->held->len > 0;
  sockets->is_holding = false;
  for (guint i = 0; is_told && i < sockets->held->len; i++) {
    news *n = sockets->held->pdata[i];
    send (sockets, n->type, g_steal_pointer (&n->data), n->newest_of);
  }
  g_ptr_array_set_size (sockets->held, 0);
  return is_told;
}
