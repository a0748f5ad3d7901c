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
  bool is_open;     /* OpenCLIP's names */
  mk_activation activation;
  float *positions; /* 77 × width */
  layer *layers;
  mk_norm final;
  mk_dense *projection; /* NULL = none */
};

/* What the parts are called by Hugging Face and by OpenCLIP. */
enum { TOKENS, POSITIONS, FINAL, NORM1, NORM2, OUT, UP, DOWN };
static const char *const names[][2] = {
  [TOKENS] = { "embeddings.token_embedding.weight", "token_embedding.weight" },
  [POSITIONS] = { "embeddings.position_embedding.weight", "positional_embedding" },
  [FINAL] = { "final_layer_norm", "ln_final" },
  [NORM1] = { "encoder.layers.%d.layer_norm1", "transformer.resblocks.%d.ln_1" },
  [NORM2] = { "encoder.layers.%d.layer_norm2", "transformer.resblocks.%d.ln_2" },
  [OUT] = { "encoder.layers.%d.self_attn.out_proj", "transformer.resblocks.%d.attn.out_proj" },
  [UP] = { "encoder.layers.%d.mlp.fc1", "transformer.resblocks.%d.mlp.c_fc" },
  [DOWN] = { "encoder.layers.%d.mlp.fc2", "transformer.resblocks.%d.mlp.c_proj" },
};

/* The formats above have one %d each. */
static char *
layer_name (const mk_text_encoder *e, int part, int i)
{
  g_auto (GStrv) halves = g_strsplit (names[part][e->is_open], "%d", 2);
  return g_strdup_printf ("%s%d%s", halves[0], i, halves[1]);
}

static bool
load_layer (mk_nn *nn, const mk_text_encoder *e, layer *l, int i)
{
  mk_weights *w = e->weights;
  g_autofree char *norm1 = layer_name (e, NORM1, i), *norm2 = layer_name (e, NORM2, i), *out = layer_name (e, OUT, i), *up = layer_name (e, UP, i), *down = layer_name (e, DOWN, i);
  l->norm1 = mk_norm_load (nn, w, e->width, "%s", norm1);
  l->norm2 = mk_norm_load (nn, w, e->width, "%s", norm2);
  l->out = mk_dense_load (nn, w, "%s", out);
  l->up = mk_dense_load (nn, w, "%s", up);
  l->down = mk_dense_load (nn, w, "%s", down);
  if (e->is_open) {
    mk_dense **stacked[] = { &l->q, &l->k, &l->v };
    for (int k = 0; k < 3; k++)
      *stacked[k] = mk_dense_load_rows (nn, w, k * e->width, e->width, "transformer.resblocks.%d.attn.in_proj_weight", "transformer.resblocks.%d.attn.in_proj_bias", i);
  } else {
    l->q = mk_dense_load (nn, w, "encoder.layers.%d.self_attn.q_proj", i);
    l->k = mk_dense_load (nn, w, "encoder.layers.%d.self_attn.k_proj", i);
    l->v = mk_dense_load (nn, w, "encoder.layers.%d.self_attn.v_proj", i);
  }
  return !mk_nn_failed (nn);
}

/* OpenCLIP keeps its projection as [in, out], Hugging Face as a linear map. */
static void
load_projection (mk_nn *nn, mk_text_encoder *e)
{
  size_t width = (size_t)e->width;
  const mk_safetensor *found = mk_weights_find (e->weights, "text_projection");
  if (e->activation == MK_ACT_GELU && mk_weights_has (e->weights, "text_projection.weight"))
    e->projection = mk_dense_load (nn, e->weights, "text_projection");
  if (!e->is_open || found == NULL || mk_nn_failed (nn))
    return;
  size_t n_out = found->n_items / width;
  g_autofree float *columns = found->n_dims == 2 && n_out > 0 ? mk_weights_read (e->weights, "text_projection", width * n_out, &nn->error) : NULL;
  g_autofree float *rows = columns != NULL ? g_new (float, width *n_out) : NULL;
  for (size_t i = 0; rows != NULL && i < width; i++)
    for (size_t o = 0; o < n_out; o++)
      rows[o * width + i] = columns[i * n_out + o];
  if (rows != NULL)
    e->projection = mk_dense_new (nn, rows, NULL, (int)n_out, e->width, 1);
}

/* OpenAI's have 12 layers, OpenCLIP's H and G 24 and 32. */
bool
mk_text_encoder_is_open_clip (const mk_weights *weights)
{
  return mk_weights_has (weights, "token_embedding.weight") || mk_weights_has (weights, "encoder.layers.%d.layer_norm1.weight", 22);
}

mk_text_encoder *
mk_text_encoder_load (mk_nn *nn, mk_weights *weights)
{
  if (mk_nn_failed (nn))
    return NULL;
  bool is_open = mk_weights_has (weights, "token_embedding.weight");
  const mk_safetensor *tokens = mk_weights_find (weights, names[TOKENS][is_open]);
  if (tokens == NULL || tokens->n_dims != 2 || tokens->dims[0] <= MK_CLIP_END || tokens->dims[1] < 64 || tokens->dims[1] % 64 != 0) {
    mk_error (&nn->error, MK_ERROR_FORMAT, "%s has no CLIP text model that fits: “%s%s” must be a table of at least %d rows, a multiple of 64 wide",
              mk_safetensors_get_name (mk_weights_get_file (weights)), mk_weights_get_prefix (weights), names[TOKENS][0], MK_CLIP_END + 1);
    return NULL;
  }
  mk_text_encoder *encoder = g_new0 (mk_text_encoder, 1);
  encoder->weights = mk_weights_ref (weights);
  encoder->n_tokens = tokens->dims[0];
  encoder->width = tokens->dims[1];
  encoder->is_open = is_open;
  while (mk_weights_has (weights, is_open ? "transformer.resblocks.%d.ln_1.weight" : "encoder.layers.%d.layer_norm1.weight", encoder->n_layers))
    encoder->n_layers++;
  encoder->layers = g_new0 (layer, encoder->n_layers + 1);
  encoder->positions = mk_weights_read (weights, names[POSITIONS][is_open], (size_t)MK_CLIP_CHUNK * (size_t)encoder->width, &nn->error);
  for (int i = 0; i < encoder->n_layers && load_layer (nn, encoder, &encoder->layers[i], i); i++)
    ;
  encoder->final = mk_norm_load (nn, weights, encoder->width, "%s", names[FINAL][is_open]);
  encoder->activation = is_open || mk_text_encoder_is_open_clip (weights) ? MK_ACT_GELU : MK_ACT_QUICK_GELU;
  load_projection (nn, encoder);
  if (encoder->n_layers == 0)
    mk_error (nn->error == NULL ? &nn->error : NULL, MK_ERROR_FORMAT, "%s: the text model has no layers", mk_safetensors_get_name (mk_weights_get_file (weights)));
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
  mk_dense_free (encoder->projection);
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
embed (mk_nn *nn, const mk_text_encoder *e, const mk_tokens *tokens, int n_batch, int pad, float *x)
{
  size_t width = (size_t)e->width;
  g_autofree float *row = g_new (float, width);
  for (int chunk = 0; chunk < n_batch; chunk++)
    for (int t = 0; t < MK_CLIP_CHUNK; t++) {
      mk_token empty = { .id = t == 0 ? MK_CLIP_START : t == 1 ? MK_CLIP_END : pad };
      const mk_token *token = chunk < tokens->n_chunks ? &tokens->tokens[chunk * MK_CLIP_CHUNK + t] : &empty;
      const float *from = token->id >= 0 ? row : mk_tensor_read (token->vector) + (size_t)token->row * width;
      if (token->id >= 0 && !mk_weights_read_row (e->weights, names[TOKENS][e->is_open], (size_t)token->id, row, width, &nn->error))
        return false;
      if (token->id < 0 && token->vector->dims[1] != e->width)
        return mk_error (&nn->error, MK_ERROR_FORMAT, "an embedding of width %d does not fit a text model of width %d", token->vector->dims[1], e->width);
      float *to = x + ((size_t)chunk * MK_CLIP_CHUNK + (size_t)t) * width;
      for (size_t i = 0; i < width; i++)
        to[i] = from[i] + e->positions[(size_t)t * width + i];
    }
  return true;
}

static mk_act
run_layer (mk_nn *nn, const layer *l, mk_act x, int n_heads, mk_activation activation)
{
  mk_act normed = mk_layer_norm (nn, &l->norm1, x);
  mk_act q = mk_dense_run (nn, l->q, normed, NULL), k = mk_dense_run (nn, l->k, normed, NULL), v = mk_dense_run (nn, l->v, normed, NULL);
  mk_act mixed = mk_attention (nn, q, k, v, n_heads, true);
  mk_act middle = mk_dense_run (nn, l->out, mixed, &(mk_dense_how) { .residual = &x });
  mk_act again = mk_layer_norm (nn, &l->norm2, middle);
  mk_act wide = mk_dense_run (nn, l->up, again, &(mk_dense_how) { .activation = activation });
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

/* The state at the first end of text, which has seen everything before it. */
static mk_act
pool (mk_nn *nn, const mk_text_encoder *e, const mk_tokens *tokens, mk_act last)
{
  int at = 0;
  while (at < MK_CLIP_CHUNK - 1 && (at == 0 || tokens->tokens[at].id != MK_CLIP_END))
    at++;
  mk_act state = mk_act_new (nn, 1, 1, 1, e->width);
  if (!mk_nn_failed (nn))
    memcpy (state.x, last.x + (size_t)at * (size_t)e->width, (size_t)e->width * sizeof (float));
  if (e->projection == NULL)
    return state;
  mk_act projected = mk_dense_run (nn, e->projection, state, NULL);
  mk_act_free (nn, state);
  return projected;
}

bool
mk_text_encoder_run (mk_nn *nn, const mk_text_encoder *e, const mk_tokens *tokens, int pad, int chosen, bool norms, mk_tensor **states, mk_tensor **pooled, GError **error)
{
  bool weighted = has_weights (tokens);
  int n = tokens->n_chunks, n_batch = n + (weighted ? 1 : 0), stop = -chosen >= 1 && -chosen <= e->n_layers ? e->n_layers + chosen : e->n_layers - 1;
  size_t width = (size_t)e->width, chunk = MK_CLIP_CHUNK * width;
  mk_act x = mk_act_new (nn, n_batch, MK_CLIP_CHUNK, 1, e->width), kept = { 0 };
  if (mk_nn_failed (nn) || !embed (nn, e, tokens, n_batch, pad, x.x))
    return mk_nn_finish (nn, error);
  for (int i = 0; i < e->n_layers; i++) {
    x = run_layer (nn, &e->layers[i], x, e->width / 64, e->activation);
    if (i == stop)
      kept = norms ? mk_layer_norm (nn, &e->final, x) : mk_act_copy (nn, x);
  }
  mk_act last = mk_layer_norm (nn, &e->final, x), end = pool (nn, e, tokens, last);
  if (!mk_nn_finish (nn, error))
    return false;
  int dims[3] = { 1, n * MK_CLIP_CHUNK, e->width }, pooled_dims[2] = { 1, end.c };
  g_autoptr (mk_tensor) out = mk_tensor_new (3, dims, error);
  g_autoptr (mk_tensor) pooled_out = out != NULL ? mk_tensor_new (2, pooled_dims, error) : NULL;
  if (pooled_out == NULL)
    return false;
  memcpy (mk_tensor_write (pooled_out), end.x, (size_t)end.c * sizeof (float));
  float *to = mk_tensor_write (out);
  const float *empty = kept.x + (size_t)n * chunk;
  for (size_t i = 0; i < (size_t)n * chunk; i++) {
    float weight = tokens->tokens[i / width].weight;
    to[i] = weight == 1.0f ? kept.x[i] : (kept.x[i] - empty[i % chunk]) * weight + empty[i % chunk];
  }
  mk_act_free (nn, x);
  mk_act_free (nn, kept);
  mk_act_free (nn, last);
  mk_act_free (nn, end);
  *states = g_steal_pointer (&out);
  *pooled = g_steal_pointer (&pooled_out);
  return true;
}
