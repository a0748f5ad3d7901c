/* empty_film.c - where a new film, a new sound and a new shape begin. */
#include "nodes/latent/types.h"

#include <math.h>

#define FILM(id, width, height, length, from, by, frame_from, frame_by) \
  static const mk_port id##_inputs[] = {                                \
    { "width", "INT", MK_INT_RANGE (from, 16384, width, by) },          \
    { "height", "INT", MK_INT_RANGE (from, 16384, height, by) },        \
    { "length", "INT", MK_INT_RANGE (frame_from, 16384, length, frame_by) }, \
    { "batch_size", "INT", MK_INT_RANGE (1, 4096, 1, 0) },              \
    { 0 } }

FILM (hunyuan, 848, 480, 25, 16, 16, 1, 4);
FILM (mochi, 848, 480, 25, 16, 16, 7, 6);
FILM (cosmos, 1280, 704, 121, 16, 16, 1, 8);
FILM (ltxv, 768, 512, 97, 64, 32, 1, 8);
static const mk_port sound_inputs[] = {
  { "seconds", "FLOAT", MK_FLOAT_RANGE (1.0, 1000.0, 47.6, 0.1) },
  { "batch_size", "INT", MK_INT_RANGE (1, 4096, 1, 0) },
  { 0 } };
static const mk_port song_inputs[] = {
  { "seconds", "FLOAT", MK_FLOAT_RANGE (1.0, 1000.0, 120.0, 0.1) },
  { "batch_size", "INT", MK_INT_RANGE (1, 4096, 1, 0) },
  { 0 } };
static const mk_port shape_inputs[] = {
  { "resolution", "INT", MK_INT_RANGE (1, 8192, 3072, 0) },
  { "batch_size", "INT", MK_INT_RANGE (1, 4096, 1, 0) },
  { 0 } };
static const mk_port latent_outputs[] = { { "LATENT", "LATENT" }, { 0 } };

/* The first frame stands alone, then so many become one; cells are square. */
static bool
answer_film (mk_run *run, int n_channels, int n_frames, int cell, GError **error)
{
  int dims[] = { (int)mk_run_get_int (run, "batch_size"), n_channels, ((int)mk_run_get_int (run, "length") - 1) / n_frames + 1,
    (int)mk_run_get_int (run, "height") / cell, (int)mk_run_get_int (run, "width") / cell };
  return mk_run_answer_latent (run, 0, mk_latent_with (NULL, mk_tensor_new (MK_COUNT (dims), dims, error)));
}

static bool
run_hunyuan (mk_run *run, GError **error)
{
  return answer_film (run, 16, 4, 8, error);
}

static bool
run_mochi (mk_run *run, GError **error)
{
  return answer_film (run, 12, 6, 8, error);
}

static bool
run_cosmos (mk_run *run, GError **error)
{
  return answer_film (run, 16, 8, 8, error);
}

static bool
run_ltxv (mk_run *run, GError **error)
{
  return answer_film (run, 128, 8, 32, error);
}

/* `type` is what samplers of such models look for. */
static bool
answer_other (mk_run *run, const char *type, const int *dims, int n_dims, GError **error)
{
  mk_latent *latent = mk_latent_with (NULL, mk_tensor_new (n_dims, dims, error));
  if (latent != NULL)
    g_strlcpy (latent->type, type, sizeof latent->type);
  return mk_run_answer_latent (run, 0, latent);
}

/* Stable Audio: 2048 samples of 44.1 kHz to a step, in pairs. */
static bool
run_sound (mk_run *run, GError **error)
{
  int dims[] = { (int)mk_run_get_int (run, "batch_size"), 64, (int)rint (mk_run_get_real (run, "seconds") * 44100 / 2048 / 2) * 2 };
  return answer_other (run, "audio", dims, MK_COUNT (dims), error);
}

/* ACE-Step: a spectrogram, a column per 512 samples, in cells of 8. */
static bool
run_song (mk_run *run, GError **error)
{
  int dims[] = { (int)mk_run_get_int (run, "batch_size"), 8, 16, (int)(mk_run_get_real (run, "seconds") * 44100 / 512 / 8) };
  return answer_other (run, "audio", dims, MK_COUNT (dims), error);
}

/* Hunyuan3D 2: a set of tokens. */
static bool
run_shape (mk_run *run, GError **error)
{
  int dims[] = { (int)mk_run_get_int (run, "batch_size"), 64, (int)mk_run_get_int (run, "resolution") };
  return answer_other (run, "hunyuan3dv2", dims, MK_COUNT (dims), error);
}

const mk_node_def mk_node_empty_hunyuan_latent_video = { .id = "EmptyHunyuanLatentVideo", .category = "latent/video", .python_module = "comfy_extras.nodes_hunyuan", .inputs = hunyuan_inputs, .outputs = latent_outputs, .run = run_hunyuan };
const mk_node_def mk_node_empty_mochi_latent_video = { .id = "EmptyMochiLatentVideo", .category = "latent/video", .python_module = "comfy_extras.nodes_mochi", .inputs = mochi_inputs, .outputs = latent_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_mochi };
const mk_node_def mk_node_empty_cosmos_latent_video = { .id = "EmptyCosmosLatentVideo", .category = "latent/video", .python_module = "comfy_extras.nodes_cosmos", .inputs = cosmos_inputs, .outputs = latent_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_cosmos };
const mk_node_def mk_node_empty_ltxv_latent_video = { .id = "EmptyLTXVLatentVideo", .category = "latent/video/ltxv", .python_module = "comfy_extras.nodes_lt", .inputs = ltxv_inputs, .outputs = latent_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_ltxv };
const mk_node_def mk_node_empty_latent_audio = { .id = "EmptyLatentAudio", .label = "Empty Latent Audio", .category = "latent/audio", .python_module = "comfy_extras.nodes_audio", .inputs = sound_inputs, .outputs = latent_outputs, .run = run_sound };
const mk_node_def mk_node_empty_ace_step_latent_audio = { .id = "EmptyAceStepLatentAudio", .category = "latent/audio", .python_module = "comfy_extras.nodes_ace", .inputs = song_inputs, .outputs = latent_outputs, .flags = MK_NODE_SCHEMA_V3, .run = run_song };
const mk_node_def mk_node_empty_latent_hunyuan3d_v2 = { .id = "EmptyLatentHunyuan3Dv2", .category = "latent/3d", .python_module = "comfy_extras.nodes_hunyuan3d", .inputs = shape_inputs, .outputs = latent_outputs, .run = run_shape };
