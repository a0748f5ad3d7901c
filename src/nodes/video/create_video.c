/* create_video.c - pictures and sound become a film, and a film pictures and sound. */
#include "nodes/audio/types.h"
#include "nodes/image/inputs.h"
#include "nodes/video/types.h"

static const mk_port create_inputs[] = {
  { "images", "IMAGE" },
  { "fps", "FLOAT", MK_FLOAT_RANGE (1, 120, 30, 1) },
  { "audio", "AUDIO", .need = MK_OPTIONAL },
  { 0 } };
static const mk_port create_outputs[] = { { "VIDEO", "VIDEO" }, { 0 } };
static const mk_port apart_inputs[] = {
  { "video", "VIDEO" },
  { 0 } };
static const mk_port apart_outputs[] = { { "images", "IMAGE" }, { "audio", "AUDIO" }, { "fps", "FLOAT" }, { 0 } };

static bool
run_create (mk_run *run, GError **error)
{
  mk_image *images = mk_run_get_image (run, "images", error);
  if (images == NULL)
    return false;
  mk_audio *sound = mk_run_get_data (run, "audio", &mk_audio_type);
  mk_run_set_output (run, 0, mk_value_new_film_of_frames (mk_image_ref (images), mk_run_get_real (run, "fps"), sound != NULL ? mk_audio_ref (sound) : NULL));
  return true;
}

static bool
run_apart (mk_run *run, GError **error)
{
  const mk_video *video = mk_run_get_data (run, "video", &mk_video_type);
  if (video == NULL)
    return mk_error (error, MK_ERROR_TYPE, "video: there is none");
  mk_image *frames = mk_video_get_frames (video, error);
  if (frames == NULL)
    return false;
  mk_audio *sound = mk_video_get_sound (video);
  mk_run_set_output (run, 0, mk_value_new_image (frames));
  mk_run_set_output (run, 1, sound != NULL ? mk_value_new_audio (sound) : mk_value_new_json (NULL));
  mk_run_set_output (run, 2, mk_value_new_real (video->info.fps));
  return true;
}

const mk_node_def mk_node_create_video = { .id = "CreateVideo", .label = "Create Video", .category = "image/video", .python_module = "comfy_extras.nodes_video", .inputs = create_inputs, .outputs = create_outputs, .flags = MK_NODE_SCHEMA_V3 | MK_NODE_NO_DISK_CACHE, .run = run_create };
const mk_node_def mk_node_get_video_components = { .id = "GetVideoComponents", .label = "Get Video Components", .category = "image/video", .python_module = "comfy_extras.nodes_video", .inputs = apart_inputs, .outputs = apart_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_apart };
