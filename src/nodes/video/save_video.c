/* save_video.c - films into the output folder. */
#include "nodes/image/inputs.h"
#include "nodes/image/output_file.h"
#include "nodes/video/types.h"

#include <string.h>

static const char *const formats[] = { "auto", "mp4", "webm", "gif", NULL };
static const char *const codecs[] = { "auto", "h264", "vp9", "gif", NULL };
static const mk_port inputs[] = {
  { "video", "VIDEO", "The video to save." },
  { "filename_prefix", "STRING", "The prefix for the file to save. This may include formatting information such as %date:yyyy-MM-dd% or %Empty Latent Image.width% to include values from nodes.", MK_TEXT ("video/ComfyUI") },
  { "format", "COMBO", "The format to save the video as.", MK_TEXT ("auto"), .options = formats },
  { "codec", "COMBO", "The codec to use for the video.", MK_TEXT ("auto"), .options = codecs },
  { 0 } };
static const mk_port outputs[] = { { 0 } };

static bool
save (mk_run *r, const mk_video *video, const mk_video_options *options, GError **error)
{
  g_auto (mk_output_file) file = { 0 };
  if (!mk_output_file_next (r, mk_run_folders (r)->output, mk_run_get_string (r, "filename_prefix"), options->width, options->height, mk_video_format_suffix (options->format), &file, error)
      || !mk_video_save (video, file.path, options, mk_run_job (r), error))
    return false;
  mk_run_set_ui (r, mk_json_new_shown (&file, "output", true));
  return true;
}

static bool
run (mk_run *r, GError **error)
{
  const mk_video *video = mk_run_get_data (r, "video", &mk_video_type);
  if (video == NULL)
    return mk_error (error, MK_ERROR_TYPE, "video: there is none");
  int format = mk_run_get_choice (r, "format", formats), codec = mk_run_get_choice (r, "codec", codecs);
  if (format <= 0) /* the format that the codec belongs to, or the film's own */
    format = codec > 0 ? codec : (int)mk_video_get_format (video) + 1;
  if (codec > 0 && codec != format)
    return mk_error (error, MK_ERROR_UNSUPPORTED, "a %s file does not hold %s here; it holds %s", formats[format], codecs[codec], codecs[format]);
  g_autoptr (mk_json) texts = mk_run_get_metadata (r);
  mk_video_options options = { .format = (mk_video_format)(format - 1), .width = video->info.width, .height = video->info.height, .fps = video->info.fps, .texts = texts };
  return save (r, video, &options, error);
}

const mk_node_def mk_node_save_video = { .id = "SaveVideo", .label = "Save Video", .category = "image/video", .help = "Saves the input images to your ComfyUI output directory.", .python_module = "comfy_extras.nodes_video", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_OUTPUT | MK_NODE_NO_DISK_CACHE | MK_NODE_SCHEMA_V3, .run = run };

static const char *const webm_codecs[] = { "vp9", "av1", NULL };
static const mk_port webm_inputs[] = {
  { "images", "IMAGE" },
  { "filename_prefix", "STRING", MK_TEXT ("ComfyUI") },
  { "codec", "COMBO", .options = webm_codecs },
  { "fps", "FLOAT", MK_FLOAT_RANGE (0.01, 1000, 24, 0.01) },
  { "crf", "FLOAT", "Higher crf means lower quality with a smaller file size, lower crf means higher quality with a larger file size.", MK_FLOAT_RANGE (0, 63, 32, 1), .extra_json = "{\"min\": 0, \"step\": 1}" },
  { 0 } };

static bool
run_webm (mk_run *r, GError **error)
{
  mk_image *images = mk_run_get_image (r, "images", error);
  if (images == NULL)
    return false;
  g_autoptr (mk_json) texts = mk_run_get_metadata (r);
  mk_video video = { .frames = images, .info = { .width = images->width, .height = images->height, .n_frames = images->n } };
  mk_video_options options = { .format = MK_VIDEO_WEBM, .is_av1 = mk_run_get_choice (r, "codec", webm_codecs) == 1, .width = images->width, .height = images->height, .fps = mk_run_get_real (r, "fps"), .has_crf = true, .crf = mk_run_get_real (r, "crf"), .texts = texts };
  return save (r, &video, &options, error);
}

const mk_node_def mk_node_save_webm = { .id = "SaveWEBM", .category = "image/video", .python_module = "comfy_extras.nodes_video", .inputs = webm_inputs, .outputs = outputs, .flags = MK_NODE_OUTPUT | MK_NODE_NO_DISK_CACHE | MK_NODE_EXPERIMENTAL | MK_NODE_SCHEMA_V3, .run = run_webm };
