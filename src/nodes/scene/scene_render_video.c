#include "base/log.h"
#include "media/frame_journal.h"
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

/* --- frames that outlive a crash, a stop and the end of the program --- */

/* What is made twice after a crash, against what the disk has to write: half a second of work, or as long as what is remembered
 * takes at this pace (7 MB at 640×360, 66 MB at 1080p). */
#define LEAST_US ((int64_t)G_USEC_PER_SEC / 2)
#define BYTES_PER_S ((int64_t)4 << 20)

typedef struct {
  mk_frame_journal *frames; /* NULL when none are kept, which is no reason to make no film */
  uint8_t *rgb8;            /* one of them */
  void *memory;             /* NULL until it is wanted first */
  bool has_mark;            /* one can go on behind some of them */
  int64_t marked_us, pause_us;
} keep;

static void
keep_init (keep *k, const mk_run *run, const mk_renderer *renderer, const mk_video_info *info)
{
  g_autoptr (GError) error = NULL;
  const char *folder = mk_run_folders (run)->unfinished;
  g_autofree char *name = folder != NULL ? mk_run_content_name (run) : NULL;
  size_t length = mk_renderer_memory_length (renderer);
  *k = (keep){ .pause_us = MAX (LEAST_US, (int64_t)length * G_USEC_PER_SEC / BYTES_PER_S), .rgb8 = g_malloc ((size_t)info->width * (size_t)info->height * 3), .marked_us = g_get_monotonic_time () };
  k->frames = name != NULL ? mk_frame_journal_open (folder, name, info->width, info->height, length, &error) : NULL;
  k->has_mark = k->frames != NULL && mk_frame_journal_n_frames (k->frames) > 0;
  if (error != NULL)
    mk_log (MK_LOG_WARNING, "scene", "a film would begin anew after a crash: %s", error->message);
}

/* What was stopped in the middle, by a person or because the program ends, may be asked for again; a film that is done or failed leaves nothing,
 * and neither does one of which there is too little to go on behind. */
static void
keep_end (keep *k, bool is_stopped)
{
  bool may_go_on = is_stopped && k->has_mark;
  if (k->frames != NULL && !may_go_on)
    mk_frame_journal_remove (k->frames);
  mk_frame_journal_free (k->frames);
  g_free (k->rgb8);
  g_free (k->memory);
}

static void
keep_add (keep *k, const mk_renderer *renderer)
{
  if (k->frames == NULL)
    return;
  mk_frame_journal_add (k->frames, k->rgb8);
  if (g_get_monotonic_time () - k->marked_us < k->pause_us)
    return;
  if (k->memory == NULL)
    k->memory = g_try_malloc (MAX (mk_renderer_memory_length (renderer), 1));
  if (k->memory != NULL) {
    mk_renderer_save_memory (renderer, k->memory);
    mk_frame_journal_mark (k->frames, k->memory);
    k->has_mark = true;
  }
  k->marked_us = g_get_monotonic_time ();
}

/* Frames that an earlier life has made go into the film, and the renderer remembers the last. How many, or -1. */
static int
take_up (const keep *k, mk_renderer *renderer, const mk_job *job, mk_video_writer *writer, const mk_video_info *info, GError **error)
{
  int n = k->frames != NULL ? MIN (mk_frame_journal_n_frames (k->frames), info->n_frames) : 0;
  for (int i = 0; i < n; i++) {
    if (mk_job_is_cancelled (job)) {
      mk_error (error, MK_ERROR_CANCELLED, "cancelled");
      return -1;
    }
    if (!mk_frame_journal_read (k->frames, i, k->rgb8, error) || !mk_video_writer_add_rgb8 (writer, k->rgb8, error))
      return -1;
  }
  if (n > 0) {
    mk_renderer_load_memory (renderer, mk_frame_journal_memory (k->frames), (n - 1) / info->fps);
    mk_job_report (job, n, info->n_frames);
  }
  return n;
}

/* One frame in memory at a time, however long the film. */
static bool
shoot (mk_run *run, mk_renderer *renderer, keep *kept, mk_video_writer *writer, const mk_video_info *info, GError **error)
{
  const mk_job *job = mk_run_job (run);
  mk_job inner = { .cancel = job != NULL ? job->cancel : NULL };
  int n_made = take_up (kept, renderer, job, writer, info, error);
  for (int i = n_made; n_made >= 0 && i < info->n_frames; i++) {
    g_auto (mk_frame) frame = { 0 };
    if (!mk_renderer_frame (renderer, i / info->fps, &frame, &inner, error))
      return false;
    mk_video_make_rgb8 (frame.color, 0, kept->rgb8);
    if (!mk_video_writer_add_rgb8 (writer, kept->rgb8, error))
      return false;
    keep_add (kept, renderer);
    mk_run_preview_image (run, frame.color, 0);
    mk_job_report (job, i + 1, info->n_frames);
  }
  return n_made >= 0 && mk_video_writer_finish (writer, error);
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
  if (writer == NULL)
    return false;
  keep kept;
  keep_init (&kept, r, renderer, &info);
  g_autoptr (GError) failure = NULL;
  bool is_made = shoot (r, renderer, &kept, writer, &info, &failure);
  keep_end (&kept, g_error_matches (failure, MK_ERROR, MK_ERROR_CANCELLED));
  if (!is_made) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return false;
  }
  mk_run_set_output (r, 0, mk_value_new_film (g_steal_pointer (&path), true, &info));
  return true;
}

const mk_node_def mk_node_scene_render_video = {
  .id = "SceneRenderVideo", .label = "Render Film", .category = "scene", .version = 4,
  .help = "A path-traced film of a scene, frame by frame; memory does not grow with its length.",
  .inputs = inputs, .outputs = outputs, .flags = MK_NODE_NO_DISK_CACHE, .run = run };
