/* embeddings.h - textual inversions: words that stand for learned vectors.
 *
 * Formats   .safetensors with "emb_params" (one encoder) or "clip_l" and "clip_g" (XL), rows × width.
 * Source    Gal et al., "An Image is Worth One Word", 2022.
 * Threads   A list belongs to one thread.
 */
#pragma once
#include "diffusion/safetensors.h"

typedef struct mk_embeddings mk_embeddings;

/* `folder` may be NULL; `encoder` 0 = CLIP-L (or the only one), 1 = OpenCLIP-G, `width` wide. */
mk_embeddings *mk_embeddings_new (const char *folder, int encoder, int width);
void           mk_embeddings_free (mk_embeddings *embeddings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_embeddings, mk_embeddings_free)
/* An mk_embedding_func: NAME or NAME.safetensors, also in sub-folders; never outside of the folder. NULL, with a
 * warning in the log, when it cannot be used. */
mk_tensor *mk_embeddings_find (void *embeddings, const char *name);
