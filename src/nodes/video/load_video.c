/* load_video.c - a film of the input folder. */
#include "nodes/image/input_file.h"
#include "nodes/video/types.h"

static char **
list_files (const mk_run *run)
{
  static const char *const suffixes[] = { ".mp4", ".webm", ".mkv", ".mov", ".avi", ".gif", ".m4v", NULL };
  return mk_input_file_list (run, suffixes);
}

static const mk_port inputs[] = {
  { "file", "COMBO", .list_options = list_files, .extra_json = "{\"video_upload\": true}" },
  { 0 } };
static const mk_port outputs[] = { { "VIDEO", "VIDEO" }, { 0 } };

static bool
check (mk_run *run, GError **error)
{
  return mk_input_file_check (run, "file", "Invalid video file", error);
}

static bool
fingerprint (mk_run *run, mk_hasher *hasher, GError **error)
{
  return mk_input_file_date (run, "file", hasher, error);
}

static bool
run_load (mk_run *run, GError **error)
{
  mk_video_info info;
  g_autofree char *path = mk_input_file_find (run, "file", error);
  if (path == NULL || !mk_video_read_info (path, &info, NULL, error))
    return false;
  mk_run_set_output (run, 0, mk_value_new_film (g_steal_pointer (&path), false, &info));
  return true;
}

const mk_node_def mk_node_load_video = { .id = "LoadVideo", .label = "Load Video", .category = "image/video", .python_module = "comfy_extras.nodes_video", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_SCHEMA_V3 | MK_NODE_NO_DISK_CACHE, .check = check, .check_names = "file", .fingerprint = fingerprint, .run = run_load };
