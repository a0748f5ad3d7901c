#include "server/job.h"

#include "base/file.h"

#include <string.h>

/* Longer texts are cut in a preview. */
#define MAX_PREVIEW_TEXT 1024

static const char *const models_3d[] = { ".obj", ".fbx", ".gltf", ".glb", ".usdz", NULL };
static const char *const texts[] = { ".txt", ".md", ".json", NULL };

static void
set_if_any (mk_json *object, const char *key, mk_json *taken)
{
  if (mk_json_get_kind (taken) != MK_JSON_NULL)
    mk_json_set (object, key, taken);
  else
    mk_json_unref (taken);
}

static mk_json *
job_new (const mk_json *item, const char *status)
{
  const mk_json *extra = mk_json_at (item, 3);
  mk_json *job = mk_json_new_object ();
  mk_json_set (job, "id", mk_json_ref (mk_json_at (item, 1)));
  mk_json_set (job, "status", mk_json_new_string (status));
  mk_json_set (job, "priority", mk_json_ref (mk_json_at (item, 0)));
  set_if_any (job, "create_time", mk_json_ref (mk_json_get (extra, "create_time")));
  set_if_any (job, "workflow_id", mk_json_ref (mk_json_get (mk_json_get (mk_json_get (extra, "extra_pnginfo"), "workflow"), "id")));
  return job;
}

mk_json *
mk_job_of_item (const mk_json *item, const char *status)
{
  mk_json *job = job_new (item, status);
  mk_json_set (job, "outputs_count", mk_json_new_int (0));
  mk_json_set (job, "previewable_outputs_count", mk_json_new_int (0));
  return job;
}

/* --- what a prompt made --- */

/* The places of a preview, best first. */
typedef enum { SAVED, SHOWN, TEXT_FILE, TEXT, N_RANKS } rank;

typedef struct {
  int64_t n, n_previewable;
  mk_json *best[N_RANKS]; /* the first of each */
} made;

/* A name of a model stands for its file; other texts for nothing. NULL when `item` is no file. A new reference. */
static mk_json *
file_of (const mk_json *item)
{
  if (mk_json_get_kind (item) == MK_JSON_OBJECT)
    return mk_json_ref ((mk_json *)(uintptr_t)item);
  if (mk_json_get_kind (item) != MK_JSON_STRING || !mk_path_has_ending (mk_json_get_string (item), models_3d))
    return NULL;
  mk_json *file = mk_json_new_object ();
  mk_json_set (file, "filename", mk_json_ref ((mk_json *)(uintptr_t)item));
  mk_json_set (file, "type", mk_json_new_string ("output"));
  mk_json_set (file, "subfolder", mk_json_new_string (""));
  mk_json_set (file, "mediaType", mk_json_new_string ("3d"));
  return file;
}

static bool
is_previewable (const char *kind, const mk_json *file)
{
  static const char *const kinds[] = { "images", "video", "audio", "3d", "text", NULL };
  const char *format = mk_json_get_string (mk_json_get (file, "format")), *name = mk_json_get_string (mk_json_get (file, "filename"));
  return g_strv_contains (kinds, kind) || g_str_has_prefix (format, "video/") || g_str_has_prefix (format, "audio/") || mk_path_has_ending (name, models_3d)
         || mk_path_has_ending (name, texts);
}

static void
offer (made *m, rank place, const mk_json *file, const char *node, const char *kind)
{
  if (m->best[place] != NULL)
    return;
  mk_json *preview = mk_json_copy (file);
  mk_json_set (preview, "nodeId", mk_json_new_string (node));
  if (!mk_json_has (preview, "mediaType"))
    mk_json_set (preview, "mediaType", mk_json_new_string (kind));
  m->best[place] = preview;
}

static void
offer_text (made *m, const mk_json *item, const char *node)
{
  const char *text = mk_json_get_string (item);
  g_autoptr (mk_json) shown = mk_json_new_object ();
  bool is_long = g_utf8_strlen (text, -1) > MAX_PREVIEW_TEXT;
  g_autofree char *start = is_long ? g_utf8_substring (text, 0, MAX_PREVIEW_TEXT) : g_strdup (text);
  mk_json_set (shown, "content", mk_json_new_string (start));
  if (is_long)
    mk_json_set (shown, "truncated", mk_json_new_bool (true));
  offer (m, TEXT, shown, node, "text");
}

static void
look_at (made *m, const mk_json *item, const char *node, const char *kind)
{
  g_autoptr (mk_json) file = file_of (item);
  if (file == NULL) {
    if (g_str_equal (kind, "text") && mk_json_get_kind (item) == MK_JSON_STRING)
      offer_text (m, item, node);
    return;
  }
  m->n++;
  if (!is_previewable (kind, file))
    return;
  m->n_previewable++;
  bool is_text = g_str_equal (kind, "text") || mk_path_has_ending (mk_json_get_string (mk_json_get (file, "filename")), texts);
  bool is_saved = g_str_equal (mk_json_get_string (mk_json_get (file, "type")), "output");
  offer (m, is_text ? TEXT_FILE : is_saved ? SAVED : SHOWN, file, node, kind);
}

mk_json *
mk_job_describe_outputs (const mk_json *outputs)
{
  made m = { 0 };
  mk_json *job = mk_json_new_object ();
  for (mk_json_iter node = mk_json_iterate (outputs); mk_json_next (&node);)
    for (mk_json_iter list = mk_json_iterate (node.value); mk_json_next (&list);)
      for (size_t i = 0; !g_str_equal (list.key, "animated") && mk_json_get_kind (list.value) == MK_JSON_ARRAY && i < mk_json_length (list.value); i++)
        look_at (&m, mk_json_at (list.value, i), node.key, list.key);
  mk_json_set (job, "outputs_count", mk_json_new_int (m.n));
  mk_json_set (job, "previewable_outputs_count", mk_json_new_int (m.n_previewable));
  for (int i = 0; i < N_RANKS; i++) {
    if (m.best[i] != NULL && !mk_json_has (job, "preview_output"))
      mk_json_set (job, "preview_output", mk_json_ref (m.best[i]));
    mk_json_unref (m.best[i]);
  }
  return job;
}

/* Names of models become files, as in `preview_output`. */
static mk_json *
normal_outputs (const mk_json *outputs)
{
  mk_json *all = mk_json_copy (outputs);
  for (mk_json_iter node = mk_json_iterate (all); mk_json_next (&node);)
    for (mk_json_iter list = mk_json_iterate (node.value); mk_json_next (&list);) {
      if (g_str_equal (list.key, "animated") || mk_json_get_kind (list.value) != MK_JSON_ARRAY)
        continue;
      mk_json *items = mk_json_new_array ();
      for (size_t i = 0; i < mk_json_length (list.value); i++) {
        mk_json *item = mk_json_at (list.value, i), *file = file_of (item);
        if (file != NULL || mk_json_get_kind (item) != MK_JSON_NULL)
          mk_json_append (items, file != NULL ? file : mk_json_ref (item));
      }
      mk_json_set (node.value, list.key, items);
    }
  return all;
}

/* --- records --- */

static void
add_end (mk_json *job, const mk_json *status, const mk_json *results)
{
  const mk_json *messages = mk_json_get (status, "messages");
  bool is_bad = g_str_equal (mk_json_get_string (mk_json_get (status, "status_str")), "error"), was_interrupted = false;
  for (size_t i = 0; i < mk_json_length (messages); i++) {
    const char *type = mk_json_get_string (mk_json_at (mk_json_at (messages, i), 0));
    mk_json *data = mk_json_at (mk_json_at (messages, i), 1), *when = mk_json_get (data, "timestamp");
    if (g_str_equal (type, "execution_start"))
      set_if_any (job, "execution_start_time", mk_json_ref (when));
    else if (g_str_equal (type, "execution_success") || g_str_equal (type, "execution_error") || g_str_equal (type, "execution_interrupted"))
      set_if_any (job, "execution_end_time", mk_json_ref (when));
    if (g_str_equal (type, "execution_error"))
      mk_json_set (job, "execution_error", mk_json_ref (data));
    was_interrupted |= g_str_equal (type, "execution_interrupted");
  }
  mk_json_set (job, "status", mk_json_new_string (!is_bad ? "completed" : was_interrupted ? "cancelled" : "failed"));
  for (mk_json_iter i = mk_json_iterate (results); mk_json_next (&i);)
    mk_json_set (job, i.key, mk_json_ref (i.value));
}

mk_json *
mk_job_of_record (const mk_json *record)
{
  mk_json *job = job_new (mk_json_get (record, "prompt"), "completed");
  g_autoptr (mk_json) results = mk_job_describe_outputs (mk_json_get (record, "outputs"));
  add_end (job, mk_json_get (record, "status"), results);
  return job;
}

mk_json *
mk_job_end (const mk_json *waiting, const mk_json *status, const mk_json *results)
{
  g_autoptr (mk_json) nothing = mk_job_describe_outputs (NULL);
  mk_json *job = mk_json_copy (waiting);
  for (mk_json_iter i = mk_json_iterate (nothing); mk_json_next (&i);)
    mk_json_remove (job, i.key); /* they come last */
  add_end (job, status, results != NULL ? results : nothing);
  return job;
}

mk_json *
mk_job_with_details (mk_json *taken_job, const mk_json *item, const mk_json *record)
{
  const mk_json *from = record != NULL ? mk_json_get (record, "prompt") : item;
  mk_json *workflow = mk_json_new_object ();
  if (record != NULL) {
    mk_json_set (taken_job, "outputs", normal_outputs (mk_json_get (record, "outputs")));
    mk_json_set (taken_job, "execution_status", mk_json_ref (mk_json_get (record, "status")));
  }
  mk_json_set (workflow, "prompt", mk_json_ref (mk_json_at (from, 2)));
  mk_json_set (workflow, "extra_data", mk_json_ref (mk_json_at (from, 3)));
  mk_json_set (taken_job, "workflow", workflow);
  return taken_job;
}

mk_job_key
mk_job_get_key (const mk_json *job)
{
  double start = mk_json_get_real (mk_json_get (job, "execution_start_time")), end = mk_json_get_real (mk_json_get (job, "execution_end_time"));
  return (mk_job_key){ mk_json_get_string (mk_json_get (job, "workflow_id")), mk_json_get_real (mk_json_get (job, "create_time")), start > 0 && end > 0 ? end - start : 0 };
}

mk_json *
mk_job_parse (const char *text, GError **error)
{
  mk_json_limits limits = { .max_bytes = (size_t)1 << 30, .max_depth = 512 };
  mk_json *value = NULL;
  if (text != NULL)
    mk_json_parse (text, -1, &limits, &value, error);
  return value;
}
