/* save_audio.c - sounds into files: FLAC, MP3, Opus, and a FLAC that is only listened to. */
#include "media/audio_file.h"
#include "nodes/audio/types.h"
#include "nodes/image/output_file.h"

#include <stdlib.h>

#define PREFIX { "filename_prefix", "STRING", MK_TEXT ("audio/ComfyUI") }

static const char *const mp3_qualities[] = { "V0", "128k", "320k", NULL };
static const char *const opus_qualities[] = { "64k", "96k", "128k", "192k", "320k", NULL };
static const mk_port flac_inputs[] = { { "audio", "AUDIO" }, PREFIX, { 0 } };
static const mk_port mp3_inputs[] = { { "audio", "AUDIO" }, PREFIX, { "quality", "COMBO", MK_TEXT ("V0"), .options = mp3_qualities }, { 0 } };
static const mk_port opus_inputs[] = { { "audio", "AUDIO" }, PREFIX, { "quality", "COMBO", MK_TEXT ("128k"), .options = opus_qualities }, { 0 } };
static const mk_port preview_inputs[] = { { "audio", "AUDIO" }, { 0 } };
static const mk_port outputs[] = { { 0 } };

static bool
save_all (mk_run *run, const char *folder, const char *type, const char *prefix, mk_audio_options *options, GError **error)
{
  mk_audio *audio = mk_run_get_audio (run, "audio", error);
  g_autoptr (mk_json) texts = mk_run_get_metadata (run), shown = mk_json_new_object ();
  mk_json *list = mk_json_new_array ();
  mk_json_set (shown, "audio", list);
  options->texts = texts;
  g_auto (mk_output_file) file = { 0 };
  for (int i = 0; audio != NULL && i < audio->n; i++) {
    if (!mk_output_file_next (run, folder, prefix, 0, 0, mk_audio_format_suffix (options->format), &file, error) || !mk_audio_write_file (audio, i, file.path, options, error))
      return false;
    mk_json_append_file (list, &file, type);
  }
  if (audio != NULL)
    mk_run_set_ui (run, g_steal_pointer (&shown));
  return audio != NULL;
}

static bool
save_as (mk_run *run, mk_audio_format format, GError **error)
{
  /* "320k"; V0 is no number and stays 0, the best variable rate */
  const char *quality = format != MK_AUDIO_FLAC ? mk_run_get_string (run, "quality") : "";
  mk_audio_options options = { .format = format, .bit_rate = atoi (quality) * 1000 };
  return save_all (run, mk_run_folders (run)->output, "output", mk_run_get_string (run, "filename_prefix"), &options, error);
}

static bool
run_flac (mk_run *run, GError **error)
{
  return save_as (run, MK_AUDIO_FLAC, error);
}

static bool
run_mp3 (mk_run *run, GError **error)
{
  return save_as (run, MK_AUDIO_MP3, error);
}

static bool
run_opus (mk_run *run, GError **error)
{
  return save_as (run, MK_AUDIO_OPUS, error);
}

static bool
run_preview (mk_run *run, GError **error)
{
  g_autofree char *prefix = mk_output_file_temp_prefix ();
  mk_audio_options options = { .format = MK_AUDIO_FLAC };
  return save_all (run, mk_run_folders (run)->temp, "temp", prefix, &options, error);
}

const mk_node_def mk_node_save_audio = { .id = "SaveAudio", .label = "Save Audio (FLAC)", .category = "audio", .python_module = "comfy_extras.nodes_audio", .inputs = flac_inputs, .outputs = outputs, .flags = MK_NODE_OUTPUT | MK_NODE_NO_DISK_CACHE, .run = run_flac };
const mk_node_def mk_node_save_audio_mp3 = { .id = "SaveAudioMP3", .label = "Save Audio (MP3)", .category = "audio", .python_module = "comfy_extras.nodes_audio", .inputs = mp3_inputs, .outputs = outputs, .flags = MK_NODE_OUTPUT | MK_NODE_NO_DISK_CACHE, .run = run_mp3 };
const mk_node_def mk_node_save_audio_opus = { .id = "SaveAudioOpus", .label = "Save Audio (Opus)", .category = "audio", .python_module = "comfy_extras.nodes_audio", .inputs = opus_inputs, .outputs = outputs, .flags = MK_NODE_OUTPUT | MK_NODE_NO_DISK_CACHE, .run = run_opus };
const mk_node_def mk_node_preview_audio = { .id = "PreviewAudio", .label = "Preview Audio", .category = "audio", .python_module = "comfy_extras.nodes_audio", .inputs = preview_inputs, .outputs = outputs, .flags = MK_NODE_OUTPUT | MK_NODE_NO_DISK_CACHE, .run = run_preview };
