/* A session against ComfyUI 0.3.64, as recorded at the wire, is played again: the same requests must be answered
 * in the same way and the same messages must come, but for ids, times, temporary names, Python's tracebacks, and what
 * describes the other machine. */
#include "comfy_nodes.h"
#include "media/png.h"
#include "nodes/nodes.h"
#include "server_fixture.h"

typedef struct {
  server_fixture f;
  listener sockets[3]; /* a, b, a2 */
  GPtrArray *wanted[3];   /* messages that the recording has had so far */
  GArray *wanted_at[3];   /* when each came there, in seconds */
  GHashTable *ids;     /* recorded prompt id -> ours */
  GRegex *temp_names;
  GString *differences;
} session;

static const char *const names[] = { "a", "b", "a2" };

#define REFUSED "{\"error\": {\"type\": \"prompt_outputs_failed_validation\", \"message\": \"Prompt outputs failed validation\", \"details\": \"\", \"extra_info\": {}}, "
#define IN_CIRCLE(node) "{\"type\": \"dependency_cycle\", \"message\": \"Dependency cycle detected\", " \
  "\"details\": \"a (ImageInvert) -> b (ImageInvert) -> a (ImageInvert)\", \"extra_info\": {\"node_id\": \"" node "\", \"cycle_nodes\": [\"a\", \"b\"]}}"

/* --- what may differ --- */

static mk_json *normal (session *s, const mk_json *value, bool is_recorded);

static mk_json *
normal_string (session *s, const char *text, bool is_recorded)
{
  const char *ours = is_recorded ? g_hash_table_lookup (s->ids, text) : NULL;
  g_autofree char *named = g_regex_replace (s->temp_names, ours != NULL ? ours : text, -1, 0, "temp", 0, NULL);
  return mk_json_new_string (named);
}

static bool
is_about_the_machine (const char *key)
{
  static const char *const keys[] = { "timestamp", "traceback", "modified", "created", "exception_type", "current_inputs", "current_outputs", NULL };
  return g_strv_contains (keys, key);
}

static mk_json *
normal (session *s, const mk_json *value, bool is_recorded)
{
  mk_json_kind kind = mk_json_get_kind (value);
  if (kind == MK_JSON_STRING)
    return normal_string (s, mk_json_get_string (value), is_recorded);
  if (kind == MK_JSON_ARRAY) {
    mk_json *list = mk_json_new_array ();
    for (size_t i = 0; i < mk_json_length (value); i++)
      mk_json_append (list, normal (s, mk_json_at (value, i), is_recorded));
    return list;
  }
  if (kind != MK_JSON_OBJECT)
    return mk_json_copy (value);
  mk_json *object = mk_json_new_object ();
  for (mk_json_iter i = mk_json_iterate (value); mk_json_next (&i);) {
    if (strcmp (i.key, "create_time") == 0)
      continue; /* newer versions add it to what a client sent */
    const char *ours = is_recorded ? g_hash_table_lookup (s->ids, i.key) : NULL;
    mk_json_set (object, ours != NULL ? ours : i.key, is_about_the_machine (i.key) ? NULL : normal (s, i.value, is_recorded));
  }
  return object;
}

static char *
normal_text (session *s, const char *text, bool is_recorded)
{
  g_autoptr (mk_json) value = NULL;
  if (!mk_json_parse (text, -1, NULL, &value, NULL))
    return g_strdup (text);
  g_autoptr (mk_json) same = normal (s, value, is_recorded);
  return mk_json_print (same);
}

/* How often a node reports its progress depends on the clock. */
static bool
depends_on_the_clock (const mk_json *message)
{
  const char *type = mk_json_get_string (mk_json_get (message, "type"));
  if (strcmp (type, "progress_state") != 0)
    return strcmp (type, "progress") == 0;
  for (mk_json_iter i = mk_json_iterate (mk_json_get (mk_json_get (message, "data"), "nodes")); mk_json_next (&i);) {
    double value = mk_json_get_real (mk_json_get (i.value, "value")), max = mk_json_get_real (mk_json_get (i.value, "max"));
    bool is_running = strcmp (mk_json_get_string (mk_json_get (i.value, "state")), "running") == 0;
    if ((value > 0 && is_running) || (max != 1 && is_running))
      return true;
  }
  return false;
}

static void
differ (session *s, const char *what, const char *ours, const char *theirs)
{
  g_string_append_printf (s->differences, "\n# %s\n#   ours   %.700s\n#   theirs %.700s", what, ours, theirs);
}

/* --- sockets --- */

/* Messages of a socket that do not depend on the clock, as printed. */
static GPtrArray *
list_heard (session *s, int socket)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; s->sockets[socket].texts != NULL && i < s->sockets[socket].texts->len; i++) {
    g_autoptr (mk_json) message = NULL;
    CHECK (mk_json_parse (s->sockets[socket].texts->pdata[i], -1, NULL, &message, NULL));
    if (!depends_on_the_clock (message))
      g_ptr_array_add (list, normal_text (s, s->sockets[socket].texts->pdata[i], false));
  }
  return list;
}

/* What had come in the recording before this moment; what came half a millisecond before a request's answer may be its effect. */
static void
wait_for_messages (session *s, double moment)
{
  for (int i = 0; i < 3; i++)
    for (int rounds = 0;; rounds++) {
      guint n_wanted = 0;
      while (n_wanted < s->wanted_at[i]->len && g_array_index (s->wanted_at[i], double, n_wanted) < moment - 0.0005)
        n_wanted++;
      g_autoptr (GPtrArray) heard = list_heard (s, i);
      if (heard->len >= n_wanted || rounds > 500)
        break;
      mk_loop_step (s->f.loop, 10);
    }
}

static void
compare_sockets (session *s)
{
  for (int i = 0; i < 3; i++) {
    g_autoptr (GPtrArray) heard = list_heard (s, i);
    for (guint k = 0; k < MAX (heard->len, s->wanted[i]->len); k++) {
      const char *ours = k < heard->len ? heard->pdata[k] : "nothing";
      g_autofree char *theirs = k < s->wanted[i]->len ? normal_text (s, s->wanted[i]->pdata[k], true) : g_strdup ("nothing");
      if (strcmp (ours, theirs) != 0) {
        g_autofree char *what = g_strdup_printf ("message %u of socket %s", k, names[i]);
        differ (s, what, ours, theirs);
        return;
      }
    }
  }
}

static void
note_message (session *s, const mk_json *event)
{
  int socket = 0;
  while (strcmp (names[socket], mk_json_get_string (mk_json_get (event, "ws"))) != 0)
    socket++;
  if (socket == 2 && s->sockets[2].ws == NULL)
    listener_begin (&s->sockets[2], &s->f, "client-a");
  const mk_json *message = mk_json_get (event, "text");
  double at = mk_json_get_real (mk_json_get (event, "t"));
  if (depends_on_the_clock (message))
    return;
  g_ptr_array_add (s->wanted[socket], mk_json_print (message));
  g_array_append_val (s->wanted_at[socket], at);
}

/* --- requests --- */

/* 9 × 8 pixels of RGB, or 8 × 8 of RGBA; `shade` tells pictures of one size apart. */
static char *
write_picture (const char *name, int width, int n_channels, float shade)
{
  g_autoptr (mk_image) image = mk_image_new (1, 8, width, n_channels, NULL);
  for (size_t i = 0; i < mk_image_n_bytes (image) / sizeof (float); i++)
    mk_image_write (image, 0)[i] = (i % (size_t)n_channels) == 3 ? 0.5f : shade;
  char *path = g_build_filename (mk_test_folder (), name, NULL);
  CHECK (mk_png_write (image, 0, path, NULL, NULL));
  return path;
}

/* The note says the name and the other fields: "y.png {'subfolder': 'sub', 'type': 'temp'}". */
static served
upload (session *s, const char *path, const char *note)
{
  static int n_uploads = 0;
  bool is_second = note[0] == 'x' && n_uploads++ >= 2; /* the third and fourth hold other pixels */
  char name[] = "?.png";
  name[0] = note[0];
  g_autofree char *file = write_picture (name, note[0] == 'x' ? 9 : 8, note[0] == 'x' ? 3 : 4, is_second ? 0.8f : 0.2f);
  mk_http_field fields[5] = { { .name = "image", .path = file } };
  g_auto (GStrv) words = g_strsplit (note, "'", -1);
  for (int i = 1, n = 1; words[0] != NULL && words[i] != NULL && words[i + 1] != NULL && words[i + 2] != NULL && n < 4; i += 4, n++)
    fields[n] = (mk_http_field){ .name = words[i], .value = words[i + 2] };
  return ask (&s->f, path, (mk_http_order){ .fields = fields });
}

static char *
translate (session *s, const char *text)
{
  GString *out = g_string_new (text);
  GHashTableIter iter;
  gpointer theirs, ours;
  g_hash_table_iter_init (&iter, s->ids);
  while (g_hash_table_iter_next (&iter, &theirs, &ours))
    g_string_replace (out, theirs, ours, 0);
  g_string_replace (out, "%2F", "%2F", 0);
  return g_string_free (out, FALSE);
}

static served
repeat (session *s, const char *method, const char *path, const mk_json *event)
{
  const char *note = mk_json_get_string (mk_json_get (event, "note"));
  if (strcmp (path, "/upload/image") == 0)
    return upload (s, path, note);
  g_autofree char *body = NULL;
  if (mk_json_has (event, "request")) {
    g_autofree char *text = mk_json_print (mk_json_get (event, "request"));
    body = translate (s, text);
  } else if (g_str_has_prefix (path, "/userdata/") && strcmp (method, "POST") == 0)
    body = g_strdup ("{\"nodes\":[]}");
  else if (strcmp (path, "/prompt") == 0 && strcmp (method, "POST") == 0)
    body = g_strdup ("{broken");
  else if (strcmp (method, "POST") == 0)
    body = g_strdup ("");
  const char *headers[] = { strcmp (note, "foreign origin") == 0 ? "Origin: http://elsewhere.example" : NULL, NULL };
  return ask (&s->f, path, (mk_http_order){ .method = method, .body = body, .length = body != NULL ? strlen (body) : 0, .headers = headers });
}

/* Of what describes the machine only the shape is compared: the keys of objects, the names of rows. */
static char *
outline (const char *text)
{
  g_autoptr (mk_json) value = NULL;
  CHECK (mk_json_parse (text, -1, NULL, &value, NULL));
  GString *out = g_string_new (NULL);
  for (mk_json_iter i = mk_json_iterate (value); mk_json_next (&i);) {
    g_string_append_printf (out, "%s(", i.key);
    for (mk_json_iter k = mk_json_iterate (mk_json_get_kind (i.value) == MK_JSON_ARRAY ? mk_json_at (i.value, 0) : i.value); mk_json_next (&k);)
      g_string_append_printf (out, "%s ", k.key);
    g_string_append (out, ") ");
  }
  for (size_t i = 0; mk_json_get_kind (value) == MK_JSON_ARRAY && i < mk_json_length (value); i++)
    g_string_append_printf (out, "%s ", mk_json_get_string (mk_json_get (mk_json_at (value, i), "name")));
  return g_string_free (out, FALSE);
}

static bool
is_of_the_machine (const char *path)
{
  static const char *const paths[] = { "/system_stats", "/internal/folder_paths", "/experiment/models", NULL };
  return g_strv_contains (paths, path);
}

/* Where newer versions of ComfyUI say it in other words, we do as they. */
static const char *
in_newer_words (const char *recorded)
{
  static const struct { const char *older, *newer; } words[] = {
    { "{\"error\": {\"type\": \"invalid_prompt\", \"message\": \"Cannot execute because node NoSuchNode does not exist.\", \"details\": \"Node ID '#2'\", \"extra_info\": {}}, \"node_errors\": {}}",
      "{\"error\": {\"type\": \"missing_node_type\", \"message\": \"Node 'NoSuchNode' not found. The custom node may not be installed.\", \"details\": \"Node ID '#2'\", "
      "\"extra_info\": {\"node_id\": \"2\", \"class_type\": \"NoSuchNode\", \"node_title\": \"NoSuchNode\"}}, \"node_errors\": {}}" },
    { REFUSED "\"node_errors\": {}}",
      REFUSED "\"node_errors\": {\"a\": {\"errors\": [" IN_CIRCLE ("a") "], \"dependent_outputs\": [\"c\"], \"class_type\": \"ImageInvert\"}, "
      "\"b\": {\"errors\": [" IN_CIRCLE ("b") "], \"dependent_outputs\": [\"c\"], \"class_type\": \"ImageInvert\"}}}" } };
  for (size_t i = 0; i < MK_COUNT (words); i++)
    if (strcmp (recorded, words[i].older) == 0)
      return words[i].newer;
  return recorded;
}

static void
compare_body (session *s, const char *what, const char *path, const served *got, const mk_json *event)
{
  const char *theirs_text = in_newer_words (mk_json_get_string (mk_json_get (event, "body")));
  if (!mk_json_has (event, "body"))
    return;
  g_autofree char *ours = is_of_the_machine (path) ? outline (got->body) : normal_text (s, got->body, false);
  g_autofree char *theirs = is_of_the_machine (path) ? outline (theirs_text) : normal_text (s, theirs_text, true);
  if (strcmp (ours, theirs) != 0)
    differ (s, what, ours, theirs);
}

static void
note_prompt_id (session *s, const served *got, const mk_json *event)
{
  g_autoptr (mk_json) ours = NULL;
  g_autoptr (mk_json) theirs = NULL;
  if (!mk_json_parse (got->body, -1, NULL, &ours, NULL) || !mk_json_parse (mk_json_get_string (mk_json_get (event, "body")), -1, NULL, &theirs, NULL))
    return;
  if (mk_json_has (ours, "prompt_id") && mk_json_has (theirs, "prompt_id"))
    g_hash_table_insert (s->ids, g_strdup (mk_json_get_string (mk_json_get (theirs, "prompt_id"))),
                         g_strdup (mk_json_get_string (mk_json_get (ours, "prompt_id"))));
}

static void
replay_request (session *s, const mk_json *event)
{
  const char *what = mk_json_get_string (mk_json_get (event, "http"));
  g_auto (GStrv) words = g_strsplit (what, " ", 2);
  g_autofree char *path = translate (s, words[1]);
  if (strcmp (path, "/object_info/KSampler") == 0 && mk_registry_find (s->f.registry, "KSampler") == NULL)
    return; /* built without diffusion */
  wait_for_messages (s, mk_json_get_real (mk_json_get (event, "t")));
  if (strcmp (path, "/interrupt") == 0 && mk_json_has (event, "request"))
    hear (&s->sockets[0], &s->f, "\"max\": 20");
  g_auto (served) got = repeat (s, words[0], path, event);
  note_prompt_id (s, &got, event);
  if (got.status != mk_json_get_int (mk_json_get (event, "status"))) {
    g_autofree char *ours = g_strdup_printf ("%u %s", got.status, got.body);
    g_autofree char *theirs = mk_json_print_compact (event);
    differ (s, what, ours, theirs);
    return;
  }
  const char *type = mk_json_get_string (mk_json_get (event, "content_type"));
  if (strcmp (got.type, type) != 0)
    differ (s, what, got.type, type);
  for (mk_json_iter i = mk_json_iterate (mk_json_get (event, "headers")); mk_json_next (&i);) {
    g_autofree char *name = g_ascii_strdown (i.key, -1), *line = g_strconcat (name, ": ", mk_json_get_string (i.value), NULL);
    if (strstr (got.headers, line) == NULL)
      differ (s, what, got.headers, line);
  }
  compare_body (s, what, path, &got, event);
}

TEST_WITHIN (a_recorded_session_gives_the_same_answers, 120)
{
  session s = { .ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free), .differences = g_string_new (NULL),
                .temp_names = g_regex_new ("ComfyUI_temp_[a-z0-9]+_[0-9]+", 0, 0, NULL) };
  for (int i = 0; i < 3; i++) {
    s.wanted[i] = g_ptr_array_new_with_free_func (g_free);
    s.wanted_at[i] = g_array_new (FALSE, FALSE, sizeof (double));
  }
  server_fixture_prepare (&s.f);
  mk_registry_free (s.f.registry);
  s.f.registry = mk_registry_new ();
  CHECK (mk_registry_add_all (s.f.registry, mk_all_nodes, NULL));
  add_comfy_nodes (s.f.registry);
  mk_server_config config = server_fixture_config (&s.f);
  config.cache = MK_SERVER_CACHE_CLASSIC; /* ours keeps more */
  server_fixture_open (&s.f, config);
  listener_begin (&s.sockets[0], &s.f, "client-a");
  mk_ws_send_text (s.sockets[0].ws, "{\"type\": \"feature_flags\", \"data\": {\"supports_preview_metadata\": true}}");
  hear (&s.sockets[0], &s.f, "feature_flags"); /* in the recording it was there before b came */
  listener_begin (&s.sockets[1], &s.f, "client-b");
  g_autofree char *path = g_build_filename (mk_test_source (), "golden", "comfyui-0.3.64-session.json", NULL);
  g_autoptr (mk_json) recording = NULL;
  GError *error = NULL;
  CHECK_OK (mk_json_parse_file (path, NULL, &recording, &error), error);
  const mk_json *events = mk_json_get (recording, "events");
  for (size_t i = 0; i < mk_json_length (events); i++) {
    const mk_json *event = mk_json_at (events, i);
    if (mk_json_has (event, "ws"))
      note_message (&s, event);
    else if (mk_json_has (event, "http"))
      replay_request (&s, event);
  }
  wait_for_messages (&s, G_MAXDOUBLE);
  compare_sockets (&s);
  if (s.differences->len > 0)
    mk_test_fail (__FILE__, __LINE__, "the answers differ:%s", s.differences->str);
  server_fixture_end (&s.f);
  for (int i = 0; i < 3; i++) {
    g_ptr_array_unref (s.wanted[i]);
    g_array_unref (s.wanted_at[i]);
    g_ptr_array_unref (s.sockets[i].texts);
  }
  g_hash_table_unref (s.ids);
  g_regex_unref (s.temp_names);
  g_string_free (s.differences, TRUE);
}
