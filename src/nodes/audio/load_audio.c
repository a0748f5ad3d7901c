/* load_audio.c - sounds of the input folder, and those that the editor recorded. */
#include "media/audio_file.h"
#include "nodes/audio/types.h"
#include "nodes/image/input_file.h"

#define MAX_FILE_BYTES ((size_t)1 << 30)

static char **
list_files (const mk_run *run)
{
  static const char *const suffixes[] = { ".wav", ".mp3", ".flac", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".mp4", ".webm", ".mkv", ".mov", ".avi", ".m4v", NULL };
  return mk_input_file_list (run, suffixes);
}

static const mk_port load_inputs[] = {
  { "audio", "COMBO", .list_options = list_files, .extra_json = "{\"audio_upload\": true}" },
  { 0 } };
static const mk_port record_inputs[] = { { "audio", "AUDIO_RECORD", .extra_json = "{}" }, { 0 } };
static const mk_port outputs[] = { { "AUDIO", "AUDIO" }, { 0 } };

static bool
check (mk_run *run, GError **error)
{
  return mk_input_file_check (run, "audio", "Invalid audio file", error);
}

static bool
fingerprint (mk_run *run, mk_hasher *hasher, GError **error)
{
  g_autofree char *bytes = NULL;
  size_t length = 0;
  if (!mk_run_has (run, "audio") || !mk_input_file_read (run, "audio", MAX_FILE_BYTES, &bytes, &length, error))
    return false;
  mk_hasher_add_bytes (hasher, bytes, length);
  return true;
}

static bool
run_load (mk_run *run, GError **error)
{
  g_autofree char *path = mk_input_file_find (run, "audio", error);
  return path != NULL && mk_run_answer_audio (run, mk_audio_read_file (path, NULL, error));
}

const mk_node_def mk_node_load_audio = { .id = "LoadAudio", .label = "Load Audio", .category = "audio", .python_module = "comfy_extras.nodes_audio", .inputs = load_inputs, .outputs = outputs, .check = check, .check_names = "audio", .fingerprint = fingerprint, .run = run_load };
const mk_node_def mk_node_record_audio = { .id = "RecordAudio", .label = "Record Audio", .category = "audio", .python_module = "comfy_extras.nodes_audio", .inputs = record_inputs, .outputs = outputs, .fingerprint = fingerprint, .run = run_load };
