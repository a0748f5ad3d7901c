/* text_encoder.c - see text_encoder.h. */
#include "diffusion/text_encoder.h"

#include <string.h>

typedef struct {
  mk_norm norm1, norm2;
  mk_dense *q, *k, *v, *out, *up, *down;
} layer;

struct mk_text_encoder {
  mk_weights *weights;
  int width, n_layers, n_tokens;
  float *positions; /* 77 × width */
  layer *layers;
  mk_norm final;
};

static bool
load_layer (mk_nn *nn, mk_weights *w, layer *l, int width, int i)
{
  l->norm1 = mk_norm_load (nn, w, width, "encoder.layers.%d.layer_norm1", i);
  l->norm2 = mk_norm_load (nn, w, width, "encoder.layers.%d.layer_norm2", i);
  l->q = mk_dense_load (nn, w, "encoder.layers.%d.self_attn.q_proj", i);
  l->k = mk_dense_load (nn, w, "encoder.layers.%d.self_attn.k_proj", i);
  l->v = mk_dense_load (nn, w, "encoder.layers.%d.self_attn.v_proj", i);
  l->out = mk_dense_load (nn, w, "encoder.layers.%d.self_attn.out_proj", i);
  l->up = mk_dense_load (nn, w, "encoder.layers.%d.mlp.fc1", i);
  l->down = mk_dense_load (nn, w, "encoder.layers.%d.mlp.fc2", i);
  return !mk_nn_failed (nn);
}

mk_text_encoder *
mk_text_encoder_load (mk_nn *nn, mk_weights *weights)
{
  const mk_safetensor *tokens = mk_weights_find (weights, "embeddings.token_embedding.weight");
  if (mk_nn_failed (nn))
    return NULL;
  if (tokens == NULL || tokens->n_dims != 2 || tokens->dims[0] <= MK_CLIP_END || tokens->dims[1] < 64 || tokens->dims[1] % 64 != 0) {
    mk_error (&nn->error, MK_ERROR_FORMAT, "%s has no CLIP text model that fits", mk_safetensors_get_name (mk_weights_get_file (weights)));
    return NULL;
  }
  mk_text_encoder *encoder = g_new0 (mk_text_encoder, 1);
  encoder->weights = mk_weights_ref (weights);
  encoder->n_tokens = tokens->dims[0];
  encoder->width = tokens->dims[1];
  while (mk_weights_has (weights, "encoder.layers.%d.layer_norm1.weight", encoder->n_layers))
    encoder->n_layers++;
  encoder->layers = g_new0 (layer, encoder->n_layers + 1);
  encoder->positions = mk_weights_read (weights, "embeddings.position_embedding.weight", (size_t)MK_CLIP_CHUNK * (size_t)encoder->width, &nn->error);
  for (int i = 0; i < encoder->n_layers && load_layer (nn, weights, &encoder->layers[i], encoder->width, i); i++)
    ;
  encoder->final = mk_norm_load (nn, weights, encoder->width, "final_layer_norm");
  if (encoder->n_layers == 0)
    mk_error (nn->error == NULL ? &nn->error : NULL, MK_ERROR_FORMAT, "the text model has no layers");
  if (mk_nn_failed (nn))
    g_clear_pointer (&encoder, mk_text_encoder_free);
  return encoder;
}

void
mk_text_encoder_free (mk_text_encoder *encoder)
{
  if (encoder == NULL)
    return;
  for (int i = 0; i < encoder->n_layers; i++) {
    layer *l = &encoder->layers[i];
    mk_dense *all[] = { l->q, l->k, l->v, l->out, l->up, l->down };
    for (size_t k = 0; k < MK_COUNT (all); k++)
      mk_dense_free (all[k]);
    mk_norm_clear (&l->norm1);
    mk_norm_clear (&l->norm2);
  }
  mk_norm_clear (&encoder->final);
  g_free (encoder->layers);
  g_free (encoder->positions);
  mk_weights_unref (encoder->weights);
  g_free (encoder);
}

int
mk_text_encoder_width (const mk_text_encoder *encoder)
{
  return encoder->width;
}

static bool
embed (mk_nn *nn, const mk_text_encoder *e, const mk_tokens *tokens, int n_batch, float *x)
{
  size_t width = (size_t)e->width;
  g_autofree float *table = mk_weights_read (e->weights, "embeddings.token_embedding.weight", 0, &nn->error);
  if (table == NULL)
    return false;
  for (int chunk = 0; chunk < n_batch; chunk++)
    for (int t = 0; t < MK_CLIP_CHUNK; t++) {
      mk_token empty = { .id = t == 0 ? MK_CLIP_START : MK_CLIP_END };
      const mk_token *token = chunk < tokens->n_chunks ? &tokens->tokens[chunk * MK_CLIP_CHUNK + t] : &empty;
      const float *from = token->id >= 0 ? table + (size_t)token->id * width : mk_tensor_read (token->vector) + (size_t)token->row * width;
      if (token->id < 0 && token->vector->dims[1] != e->width)
        return mk_error (&nn->error, MK_ERROR_FORMAT, "an embedding of width %d does not fit a text model of width %d", token->vector->dims[1], e->width);
      float *to = x + ((size_t)chunk * MK_CLIP_CHUNK + (size_t)t) * width;
      for (size_t i = 0; i < width; i++)
        to[i] = from[i] + e->positions[(size_t)t * width + i];
    }
  return true;
}

static mk_act
run_layer (mk_nn *nn, const layer *l, mk_act x, int n_heads)
{
  mk_act normed = mk_layer_norm (nn, &l->norm1, x);
  mk_act q = mk_dense_run (nn, l->q, normed, NULL), k = mk_dense_run (nn, l->k, normed, NULL), v = mk_dense_run (nn, l->v, normed, NULL);
  mk_act mixed = mk_attention (nn, q, k, v, n_heads, true);
  mk_act middle = mk_dense_run (nn, l->out, mixed, &(mk_dense_how) { .residual = &x });
  mk_act again = mk_layer_norm (nn, &l->norm2, middle);
  mk_act wide = mk_dense_run (nn, l->up, again, &(mk_dense_how) { .activation = MK_ACT_QUICK_GELU });
  mk_act out = mk_dense_run (nn, l->down, wide, &(mk_dense_how) { .residual = &middle });
  mk_act done[] = { x, normed, q, k, v, mixed, middle, again, wide };
  for (size_t i = 0; i < MK_COUNT (done); i++)
    mk_act_free (nn, done[i]);
  return out;
}

static bool
has_weights (const mk_tokens *tokens)
{
  for (int i = 0; i < tokens->n_chunks * MK_CLIP_CHUNK; i++)
    if (tokens->tokens[i].weight != 1.0f)
      return true;
  return false;
}

bool
mk_text_encoder_run (mk_nn *nn, const mk_text_encoder *e, const mk_tokens *tokens, int chosen, mk_tensor **states, mk_tensor **pooled, GError **error)
{
  bool weighted = has_weights (tokens);
  int n = tokens->n_chunks, n_batch = n + (weighted ? 1 : 0), stop = -chosen >= 1 && -chosen <= e->n_layers ? e->n_layers + chosen : e->n_layers - 1;
  size_t width = (size_t)e->width, chunk = MK_CLIP_CHUNK * width;
  mk_act x = mk_act_new (nn, n_batch, MK_CLIP_CHUNK, 1, e->width), kept = { 0 };
  if (mk_nn_failed (nn) || !embed (nn, e, tokens, n_batch, x.x))
    return mk_nn_finish (nn, error);
  for (int i = 0; i < e->n_layers; i++) {
    x = run_layer (nn, &e->layers[i], x, e->width / 64);
    if (i == stop)
      kept = mk_layer_norm (nn, &e->final, x);
  }
  mk_act last = mk_layer_norm (nn, &e->final, x);
  if (!mk_nn_finish (nn, error))
    return false;
  int dims[3] = { 1, n * MK_CLIP_CHUNK, e->width }, pooled_dims[2] = { 1, e->width }, end = 0;
  g_autoptr (mk_tensor) out = mk_tensor_new (3, dims, error);
  g_autoptr (mk_tensor) pool = out != NULL ? mk_tensor_new (2, pooled_dims, error) : NULL;
  if (pool == NULL)
    return false;
  while (end < MK_CLIP_CHUNK - 1 && (end == 0 || tokens->tokens[end].id != MK_CLIP_END))
    end++;
  memcpy (mk_tensor_write (pool), last.x + (size_t)end * width, width * sizeof (float));
  float *to = mk_tensor_write (out);
  const float *empty = kept.x + (size_t)n * chunk;
  for (size_t i = 0; i < (size_t)n * chunk; i++) {
    float weight = tokens->tokens[i / width].weight;
    to[i] = weight == 1.0f ? kept.x[i] : (kept.x[i] - empty[i % chunk]) * weight + empty[i % chunk];
  }
  mk_act_free (nn, x);
  mk_act_free (nn, kept);
  mk_act_free (nn, last);
  *states = g_steal_pointer (&out);
  *pooled = g_steal_pointer (&pool);
  return true;
}
