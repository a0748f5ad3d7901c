#include "cli/workshop.h"

#include "base/pool.h"
#include "cli/progress.h"
#include "graph/validate.h"
#include "nodes/nodes.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

struct mk_workshop {
  mk_registry *registry;
  mk_engine engine;
  mk_folders *folders;
  bool is_quiet;
  mk_progress *progress;
};

double
mk_cli_now_s (void)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

mk_registry *
mk_cli_registry_new (GError **error)
{
  g_autoptr (mk_registry) registry = mk_registry_new ();
  return mk_registry_add_all (registry, mk_all_nodes, error) ? g_steal_pointer (&registry) : NULL;
}

mk_workshop *
mk_workshop_new (const char *input_folder, const char *output_folder, bool is_quiet, GError **error)
{
  g_autoptr (mk_workshop) workshop = g_new0 (mk_workshop, 1);
  workshop->is_quiet = is_quiet;
  workshop->registry = mk_cli_registry_new (error);
  workshop->folders = workshop->registry != NULL ? mk_cli_folders_new (input_folder, output_folder, error) : NULL;
  if (workshop->folders == NULL)
    return NULL;
  workshop->engine = (mk_engine){ .registry = workshop->registry, .cache = mk_cache_new (0), .pool = mk_pool_new (0), .folders = workshop->folders };
  return g_steal_pointer (&workshop);
}

void
mk_workshop_free (mk_workshop *workshop)
{
  if (workshop == NULL)
    return;
  mk_progress_free (workshop->progress);
  mk_cache_free (workshop->engine.cache);
  mk_pool_free (workshop->engine.pool);
  mk_cli_folders_free (workshop->folders);
  mk_registry_free (workshop->registry);
  g_free (workshop);
}

const mk_registry *
mk_workshop_registry (const mk_workshop *workshop)
{
  return workshop->registry;
}

const mk_folders *
mk_workshop_folders (const mk_workshop *workshop)
{
  return workshop->folders;
}

/* --- progress --- */

static void
on_progress (void *user, const char *node_id, double done, double total)
{
  mk_workshop *workshop = user;
  (void)node_id;
  mk_progress_update (workshop->progress, "rendering", done, total, mk_cli_now_s ());
}

/* --- what was written --- */

static const char *
kind_of (const char *name)
{
  static const struct {
    const char *suffix, *kind;
  } kinds[] = { { ".mp4", "film" }, { ".webm", "film" }, { ".gif", "film" }, { ".glb", "scene" }, { ".png", "image" }, { ".webp", "image" }, { ".jpg", "image" } };
  for (size_t i = 0; i < MK_COUNT (kinds); i++)
    if (g_str_has_suffix (name, kinds[i].suffix))
      return kinds[i].kind;
  return "other";
}

static void
add_file (const mk_workshop *workshop, const mk_json *shown, mk_json *files)
{
  const char *name = mk_json_get_string (mk_json_get (shown, "filename"));
  if (name[0] == '\0' || !g_str_equal (mk_json_get_string (mk_json_get (shown, "type")), "output"))
    return;
  g_autofree char *path = g_build_filename (workshop->folders->output, mk_json_get_string (mk_json_get (shown, "subfolder")), name, NULL);
  struct stat info;
  mk_json *file = mk_json_new_object ();
  mk_json_set (file, "kind", mk_json_new_string (kind_of (name)));
  mk_json_set (file, "path", mk_json_new_string (path));
  mk_json_set (file, "bytes", mk_json_new_int (stat (path, &info) == 0 ? info.st_size : 0));
  mk_json_append (files, file);
}

static mk_json *
list_files (const mk_workshop *workshop, const mk_json *ui)
{
  mk_json *files = mk_json_new_array ();
  for (mk_json_iter node = mk_json_iterate (ui); mk_json_next (&node);)
    for (mk_json_iter key = mk_json_iterate (node.value); mk_json_next (&key);)
      for (size_t i = 0; i < mk_json_length (key.value); i++)
        if (mk_json_get_kind (mk_json_at (key.value, i)) == MK_JSON_OBJECT)
          add_file (workshop, mk_json_at (key.value, i), files);
  return files;
}

bool
mk_workshop_run (mk_workshop *workshop, mk_json *prompt, const mk_json *extra, mk_json **files, GError **error)
{
  g_auto (mk_validation) validation = { 0 };
  g_auto (mk_execution_result) result = { 0 };
  if (!mk_prompt_validate (workshop->registry, workshop->folders, prompt, NULL, &validation) || mk_json_length (validation.node_errors) > 0) {
    g_autofree char *why = mk_validation_describe (&validation, workshop->registry, prompt);
    return mk_error (error, MK_ERROR_WORKFLOW, "%s", why);
  }
  workshop->progress = mk_progress_new ("frames", workshop->is_quiet);
  mk_listener listener = { .user = workshop, .progress = on_progress };
  mk_execution execution = { .prompt = prompt, .outputs = validation.outputs, .extra_pnginfo = extra, .cancel = mk_cli_cancel (), .listener = &listener };
  bool is_good = mk_engine_run (&workshop->engine, &execution, &result, error);
  g_clear_pointer (&workshop->progress, mk_progress_free);
  if (is_good)
    *files = list_files (workshop, result.ui);
  return is_good;
}
