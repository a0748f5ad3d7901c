/* types.h - LATENT on the links of a workflow.
 *
 * Shape     samples n × channels × height × width, with cells of usually 8×8 pixels; films have their frames before the
 *           height; sounds and shapes are n × channels × length. Two to five dimensions.
 * Threads   Immutable once shared.
 */
#pragma once
#include "diffusion/latent_ops.h"
#include "graph/node.h"

#define MK_LATENT_TYPE_SIZE 32 /* with the NUL */

typedef struct {
  mk_tensor *samples;
  mk_image *noise_mask; /* 1 = to be made anew; one channel, any size; NULL = everywhere */
  int *batch_index;     /* which place of a batch each one's noise is for; NULL = their own */
  char type[MK_LATENT_TYPE_SIZE]; /* "audio" and the like, for those that ask; "" = pictures */
} mk_latent;

extern const mk_value_type mk_latent_type, mk_latent_operation_type;

/* Borrowed; TYPE when there is none. */
mk_latent *mk_run_get_latent (const mk_run *run, const char *input, GError **error);
/* The same for nodes that know only four dimensions: TYPE when it has more or fewer. */
mk_latent *mk_run_get_picture_latent (const mk_run *run, const char *input, GError **error);
/* A new one that shares everything with `from` but its samples, which it takes. NULL when `taken` is. */
mk_latent *mk_latent_with (const mk_latent *from, mk_tensor *taken);
void       mk_latent_set_mask (mk_latent *latent, mk_image *taken);
void       mk_latent_free (mk_latent *latent);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_latent, mk_latent_free)
/* Becomes output `index`; false, with the error that made it so, when it is NULL. Takes it. */
bool       mk_run_answer_latent (mk_run *run, unsigned index, mk_latent *taken);
