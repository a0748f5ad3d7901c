/* model.c - see model.h. */
#include "diffusion/model.h"
#include "diffusion/embeddings.h"
#include "diffusion/networks.h"
#include "diffusion/text_encoder.h"

#include <string.h>

const char *
mk_family_name (mk_family family)
{
  static const char *const names[] = { "Stable Diffusion 1", "Stable Diffusion 2", "SDXL", "SDXL refiner" };
  return names[family];
}

mk_model *
mk_model_ref (mk_model *model)
{
  g_atomic_int_inc (&model->n_refs);
  return model;
}

void
mk_model_unref (mk_model *model)
{
  if (model == NULL || !g_atomic_int_dec_and_test (&model->n_refs))
    return;
  mk_weights_unref (model->weights);
  g_array_unref (model->patches);
  g_array_unref (model->shrinks);
  g_clear_pointer (&model->empty, g_ptr_array_unref);
  g_free (model);
}

mk_model *
mk_model_copy (const mk_model *model, mk_weights *weights)
{
  mk_model *copy = g_memdup2 (model, sizeof *model);
  copy->weights = weights != NULL ? weights : mk_weights_ref (model->weights);
  copy->patches = g_array_copy (model->patches);
  copy->shrinks = g_array_copy (model->shrinks);
  copy->empty = model->empty != NULL ? g_ptr_array_ref (model->empty) : NULL;
  copy->n_refs = 1;
  return copy;
}

mk_clip *
mk_clip_ref (mk_clip *clip)
{
  g_atomic_int_inc (&clip->n_refs);
  return clip;
}

void
mk_clip_unref (mk_clip *clip)
{
  if (clip == NULL || !g_atomic_int_dec_and_test (&clip->n_refs))
    return;
  mk_weights_unref (clip->encoders[0]);
  mk_weights_unref (clip->encoders[1]);
  g_free (clip->embeddings);
  g_free (clip);
}

mk_clip *
mk_clip_copy (const mk_clip *clip)
{
  mk_clip *copy = g_memdup2 (clip, sizeof *clip);
  for (int i = 0; i < 2; i++)
    if (copy->encoders[i] != NULL)
      mk_weights_ref (copy->encoders[i]);
  copy->embeddings = g_strdup (clip->embeddings);
  copy->n_refs = 1;
  return copy;
}

void
mk_clip_set_weights (mk_clip *clip, int index, mk_weights *taken)
{
  mk_weights_unref (clip->encoders[index]);
  clip->encoders[index] = taken;
}

mk_control_net *
mk_control_net_copy (const mk_control_net *net)
{
  mk_control_net *copy = g_memdup2 (net, sizeof *net);
  mk_weights_ref (copy->weights);
  copy->n_refs = 1;
  return copy;
}

mk_control_net *
mk_control_net_ref (mk_control_net *net)
{
  g_atomic_int_inc (&net->n_refs);
  return net;
}

void
mk_control_net_unref (mk_control_net *net)
{
  if (net == NULL || !g_atomic_int_dec_and_test (&net->n_refs))
    return;
  mk_weights_unref (net->weights);
  g_free (net);
}

/* How each family uses its encoders. */
typedef struct {
  int pad, layer;
  bool norms;
} usage;

static usage
usage_of (const mk_clip *clip, int index)
{
  switch (clip->family) {
  case MK_FAMILY_SD1: break;
  case MK_FAMILY_SD2: return (usage) { 0, -2, true };
  case MK_FAMILY_SDXL: return (usage) { index == 0 ? MK_CLIP_END : 0, -2, false };
  case MK_FAMILY_SDXL_REFINER: return (usage) { 0, -2, false };
  }
  return (usage) { MK_CLIP_END, -1, true };
}

static bool
encode (mk_nn *nn, const mk_clip *clip, int index, const char *text, mk_tensor **states, mk_tensor **pooled, GError **error)
{
  usage use = usage_of (clip, index);
  g_autoptr (mk_network) network = mk_networks_use (MK_NETWORK_TEXT, clip->encoders[index], nn, error);
  if (network == NULL)
    return false;
  const mk_text_encoder *encoder = mk_network_get (network);
  g_autoptr (mk_embeddings) embeddings = mk_embeddings_new (clip->embeddings, index, mk_text_encoder_width (encoder));
  g_autoptr (mk_tokens) tokens = mk_tokenize (text, use.pad, clip->embeddings != NULL ? mk_embeddings_find : NULL, embeddings, error);
  return tokens != NULL && mk_text_encoder_run (nn, encoder, tokens, use.pad, clip->layer != 0 ? clip->layer : use.layer, use.norms, states, pooled, error);
}

/* Side by side: n tokens of both; the shorter is filled up with zeros. */
static mk_tensor *
join (const mk_tensor *a, const mk_tensor *b, GError **error)
{
  int dims[3] = { 1, MAX (a->dims[1], b->dims[1]), a->dims[2] + b->dims[2] };
  mk_tensor *joined = mk_tensor_new (3, dims, error);
  for (int t = 0; joined != NULL && t < dims[1]; t++) {
    float *to = mk_tensor_write (joined) + (size_t)t * (size_t)dims[2];
    if (t < a->dims[1])
      memcpy (to, mk_tensor_read (a) + (size_t)t * (size_t)a->dims[2], (size_t)a->dims[2] * sizeof (float));
    if (t < b->dims[1])
      memcpy (to + a->dims[2], mk_tensor_read (b) + (size_t)t * (size_t)b->dims[2], (size_t)b->dims[2] * sizeof (float));
  }
  return joined;
}

bool
mk_clip_encode_two (mk_nn *nn, const mk_clip *clip, const char *text_l, const char *text_g, mk_tensor **states, mk_tensor **pooled, GError **error)
{
  g_autoptr (mk_tensor) first = NULL, first_pooled = NULL, second = NULL, second_pooled = NULL;
  if (clip->encoders[0] == NULL && clip->encoders[1] == NULL)
    return mk_error (error, MK_ERROR_TYPE, "this CLIP holds no text encoder");
  if (clip->encoders[0] != NULL && !encode (nn, clip, 0, text_l, &first, &first_pooled, error))
    return false;
  if (clip->encoders[1] != NULL && !encode (nn, clip, 1, text_g, &second, &second_pooled, error))
    return false;
  mk_tensor *both = first == NULL ? mk_tensor_ref (second) : second == NULL ? mk_tensor_ref (first) : join (first, second, error);
  if (both == NULL)
    return false;
  *states = both;
  *pooled = mk_tensor_ref (second_pooled != NULL ? second_pooled : first_pooled);
  return true;
}

bool
mk_clip_encode (mk_nn *nn, const mk_clip *clip, const char *text, mk_tensor **states, mk_tensor **pooled, GError **error)
{
  return mk_clip_encode_two (nn, clip, text, text, states, pooled, error);
}
