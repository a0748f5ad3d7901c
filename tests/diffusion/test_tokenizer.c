#include "golden.h"

#include "diffusion/tokenizer.h"

#include <string.h>

static mk_tensor *
find_embedding (void *user, const char *name)
{
  if (user == NULL || (strcmp (name, "tiny_embedding") != 0 && strcmp (name, "tiny_embedding.safetensors") != 0))
    return NULL;
  g_autoptr (mk_safetensors) file = golden_open ("tiny_embedding");
  return golden_tensor (file, "emb_params");
}

static bool
check_case (const mk_json *test, void *user)
{
  const char *prompt = mk_json_get_string (mk_json_get (test, "prompt"));
  const mk_json *ids = mk_json_get (test, "ids"), *weights = mk_json_get (test, "weights");
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_tokens) tokens = mk_tokenize (prompt, MK_CLIP_END, find_embedding, user, &error);
  if (mk_json_has (test, "error")) {
    if (tokens != NULL)
      g_print ("# “%s” is an error in ComfyUI\n", prompt);
    return tokens == NULL;
  }
  if (tokens == NULL || (size_t)tokens->n_chunks != mk_json_length (ids)) {
    g_print ("# “%s”: %d chunks, wanted %zu\n", prompt, tokens != NULL ? tokens->n_chunks : 0, mk_json_length (ids));
    return false;
  }
  for (int i = 0; i < tokens->n_chunks * MK_CLIP_CHUNK; i++) {
    const mk_json *want = mk_json_at (mk_json_at (ids, (size_t)i / MK_CLIP_CHUNK), (size_t)i % MK_CLIP_CHUNK);
    double weight = mk_json_get_real (mk_json_at (mk_json_at (weights, (size_t)i / MK_CLIP_CHUNK), (size_t)i % MK_CLIP_CHUNK));
    /* JSON has no infinity: it is written as another kind */
    int id = mk_json_get_kind (want) == MK_JSON_STRING ? -1 : (int)mk_json_get_int (want);
    double got = (double)tokens->tokens[i].weight;
    if (tokens->tokens[i].id != id || !(fabs (got - weight) < 1e-6 * fmax (1, fabs (weight)) || (!isfinite (got) && !mk_json_is_number (mk_json_at (mk_json_at (weights, (size_t)i / MK_CLIP_CHUNK), (size_t)i % MK_CLIP_CHUNK))))) {
      g_print ("# “%s” token %d: %d × %g, wanted %d × %g\n", prompt, i, tokens->tokens[i].id, got, id, weight);
      return false;
    }
  }
  return true;
}

static void
check_file (const char *name, void *user)
{
  g_autoptr (mk_json) document = golden_cases (name);
  const mk_json *cases = mk_json_get (document, "cases");
  int n_wrong = 0;
  for (size_t i = 0; i < mk_json_length (cases); i++)
    n_wrong += !check_case (mk_json_at (cases, i), user);
  CHECK_INT (mk_json_length (cases), >, 5);
  CHECK_INT (n_wrong, ==, 0);
}

TEST (prompts_become_the_tokens_of_comfyui)
{
  check_file ("tokenizer", NULL);
}

TEST (embeddings_stand_where_they_are_named)
{
  check_file ("textual_inversion", "present");
}
