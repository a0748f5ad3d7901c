/* tokenizer.h - from a prompt to CLIP's numbers.
 *
 * Purpose   "(word:1.2)", embedding:NAME and everything else people write, in chunks of 77 tokens.
 * Source    Byte-pair encoding of CLIP (Radford et al. 2021); weights and chunks as ComfyUI's (protocol §8.6).
 * Threads   Any thread may call anything.
 * Tests     tests/diffusion/test_tokenizer.c against ComfyUI's own results
 */
#pragma once
#include "diffusion/tensor.h"

#define MK_CLIP_CHUNK 77
#define MK_CLIP_START 49406
#define MK_CLIP_END 49407

typedef struct {
  int id;           /* -1: `vector` row `row` stands here */
  mk_tensor *vector; /* borrowed from the list's embeddings */
  int row;
  float weight;
} mk_token;

typedef struct {
  int n_chunks;
  mk_token *tokens;        /* n_chunks × 77 */
  GPtrArray *embeddings;   /* keeps the vectors */
} mk_tokens;

/* Finds the vectors [rows, width] of an embedding, a new reference, or NULL. */
typedef mk_tensor *(*mk_embedding_func) (void *user, const char *name);

/* `find` NULL: "embedding:" is plain text. LIMIT above 1 MB of text, SYNTAX when it is not UTF-8. */
mk_tokens *mk_tokenize (const char *prompt, int pad, mk_embedding_func find, void *user, GError **error);
void       mk_tokens_free (mk_tokens *tokens); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_tokens, mk_tokens_free)
