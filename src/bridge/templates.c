#include "bridge/templates.h"

#include "base/log.h"
#include "bridge/store.h"
#include "bridge/workflows.h"

#include <string.h>
#include <sys/stat.h>

static bool
check (const mk_json *document, GError **error)
{
  const char *name = mk_json_get_string (mk_json_get (document, "name"));
  mk_workflow_new new = { .name = name, .inputs = mk_json_get (document, "inputs"), .graph = mk_json_get (document, "graph") };
  if (name[0] == '\0' || mk_json_get_kind (new.graph) != MK_JSON_OBJECT)
    return mk_error (error, MK_ERROR_FORMAT, "a template has a name and a graph");
  return mk_workflow_check (&new, error);
}

static mk_json *
load (const char *path, const char *id, GError **error)
{
  g_autoptr (mk_json) document = NULL;
  struct stat info;
  if (!mk_json_parse_file (path, NULL, &document, error) || !check (document, error))
    return NULL;
  int64_t made_ms = stat (path, &info) == 0 ? (int64_t)info.st_mtime * 1000 : 0;
  mk_json *workflow = mk_json_new_object ();
  mk_json_set (workflow, "id", mk_json_new_string (id));
  mk_json_set (workflow, "name", mk_json_copy (mk_json_get (document, "name")));
  mk_json_set (workflow, "description", mk_json_new_string (mk_json_get_string (mk_json_get (document, "description"))));
  mk_json_set (workflow, "is_template", mk_json_new_bool (true));
  mk_json_set (workflow, "version", mk_json_new_int (1));
  mk_json_set (workflow, "created_at", mk_json_new_time (made_ms));
  mk_json_set (workflow, "updated_at", mk_json_new_time (made_ms));
  mk_json_set (workflow, "inputs", mk_json_has (document, "inputs") ? mk_json_copy (mk_json_get (document, "inputs")) : mk_json_new_array ());
  mk_json_set (workflow, "graph", mk_json_copy (mk_json_get (document, "graph")));
  return workflow;
}

static int
compare (const void *a, const void *b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

mk_json *
mk_templates_load (const char *folder)
{
  mk_json *templates = mk_json_new_array ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  for (const char *file; dir != NULL && (file = g_dir_read_name (dir)) != NULL;)
    if (g_str_has_suffix (file, ".json"))
      g_ptr_array_add (files, g_strdup (file));
  g_ptr_array_sort (files, compare);
  for (guint i = 0; i < files->len; i++) {
    g_autoptr (GError) error = NULL;
    const char *file = files->pdata[i];
    g_autofree char *path = g_build_filename (folder, file, NULL), *id = g_strndup (file, strlen (file) - strlen (".json"));
    mk_json *workflow = load (path, id, &error);
    if (workflow != NULL)
      mk_json_append (templates, workflow);
    else
      mk_log (MK_LOG_WARNING, "bridge", "the template %s is left out: %s", path, error->message);
  }
  return templates;
}

const mk_json *
mk_templates_find (const mk_json *templates, const char *id)
{
  for (size_t i = 0; i < mk_json_length (templates); i++)
    if (g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (templates, i), "id")), id))
      return mk_json_at (templates, i);
  return NULL;
}
