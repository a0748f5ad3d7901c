#include "nodes/image/inputs.h"
#include "nodes/image/output_file.h"
#include "nodes/scene/render_ports.h"
#include "nodes/video/types.h"

#include <math.h>

static const char *const formats[] = { "mp4", "webm", "gif", NULL };
static const mk_port inputs[] = {
  SCENE_IN,
  RENDER_INS,
  { "format", "COMBO", "Container and codec.", .need = MK_OPTIONAL, MK_TEXT ("mp4"), .options = formats },
  { 0 } };
static const mk_port outputs[] = { { "VIDEO", "VIDEO" }, { 0 } };

static mk_video_writer *
open_film (mk_run *run, const mk_scene *scene, mk_video_info *info, char **path, GError **error)
{
  const char *format = mk_run_has (run, "format") ? mk_run_get_string (run, "format") : "mp4";
  g_autoptr (mk_json) texts = mk_run_get_metadata (run);
  mk_video_options options = { .width = (int)mk_run_get_int (run, "width"), .height = (int)mk_run_get_int (run, "height"), .fps = scene->fps, .quality = 85, .texts = texts };
  for (int f = 0; formats[f] != NULL; f++)
    if (g_str_equal (formats[f], format))
      options.format = (mk_video_format)f;
  *info = (mk_video_info){ .width = options.width, .height = options.height, .fps = scene->fps, .n_frames = MAX (1, (int)lroundf (scene->duration_s * scene->fps)) };
  info->duration_s = info->n_frames / (double)scene->fps;
  *path = g_strdup_printf ("%s/film-%08x%08x.%s", mk_run_folders (run)->temp, g_random_int (), g_random_int (), mk_video_format_suffix (options.format));
  return mk_video_writer_new (*path, &options, error);
}

/* One frame in memory at a time, however long the film. */
static bool
shoot (mk_run *run, mk_renderer *renderer, mk_video_writer *writer, const mk_video_info *info, GError **error)
{
  const mk_job *job = mk_run_job (run);
  mk_job inner = { .cancel = job != NULL ? job->cancel : NULL };
  for (int i = 0; i < info->n_frames; i++) {
    g_auto (mk_frame) frame = { 0 };
    if (!mk_renderer_frame (renderer, i / info->fps, &frame, &inner, error) || !mk_video_writer_add (writer, frame.color, 0, error))
      return false;
    mk_run_preview_image (run, frame.color, 0);
    mk_job_report (job, i + 1, info->n_frames);
  }
  return mk_video_writer_finish (writer, error);
}

static bool
run (mk_run *r, GError **error)
{
  mk_scene *complete = NULL;
  g_autofree char *path = NULL;
  mk_video_info info;
  g_autoptr (mk_renderer) renderer = mk_run_renderer (r, 0, &complete, error);
  g_autoptr (mk_scene) scene = complete;
  g_autoptr (mk_video_writer) writer = renderer != NULL ? open_film (r, scene, &info, &path, error) : NULL;
  if (writer == NULL || !shoot (r, renderer, writer, &info, error))
    return false;
  mk_run_set_output (r, 0, mk_value_new_film (g_steal_pointer (&path), true, &info));
  return true;
}

const mk_node_def mk_node_scene_render_video = {
  .id = "SceneRenderVideo", .label = "Render Film", .category = "scene", .version = 4,
  .help = "A path-traced film of a scene, frame by frame; memory does not grow with its length.",
  .inputs = inputs, .outputs = outputs, .flags = MK_NODE_NO_DISK_CACHE, .run = run };
