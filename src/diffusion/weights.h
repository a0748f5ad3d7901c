/* weights.h - the weights of one network: a file, a place in it, and what patches change.
 *
 * Purpose   Layers ask for "input_blocks.0.0.weight"; LoRAs are added here, so that no network knows of them.
 * Threads   Immutable once shared.
 * Memory    Reference counted; numbers stay in the mapped file until a layer packs them.
 * Tests     tests/diffusion/test_networks.c
 */
#pragma once
#include "diffusion/adapter.h"

typedef struct mk_weights mk_weights;

/* W = base × W + strength × P, where P is what an adapter holds or the same tensor of other weights. Several of one key are
 * applied in order. */
typedef struct {
  char *key;           /* without the weights' prefix */
  mk_adapter adapter;
  mk_weights *other;   /* instead of it: what is merged in */
  float strength, base;
} mk_patch;

/* Takes no ownership of `file` but a reference. `prefix` ends with a dot or is "". */
mk_weights *mk_weights_new (mk_safetensors *file, const char *prefix, bool round_to_half);
mk_weights *mk_weights_ref (mk_weights *weights);
void        mk_weights_unref (mk_weights *weights); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_weights, mk_weights_unref)

/* The same weights with more patches; takes the elements' keys and references of `other`, and a reference of the file
 * they lie in (NULL when they only merge). */
mk_weights *mk_weights_patch (const mk_weights *weights, mk_safetensors *file, const mk_patch *patches, size_t n);
/* The same weights, asked for under other names: `names` maps keys to names of tensors in the file. Takes it. */
mk_weights *mk_weights_rename (mk_weights *taken, GHashTable *names);
/* Equal exactly when every tensor read is equal: the same file, place and patches. */
bool        mk_weights_equal (const mk_weights *a, const mk_weights *b);
bool        mk_weights_is_patched (const mk_weights *weights, const char *key);
/* Every key there is; g_strfreev. */
char      **mk_weights_list (const mk_weights *weights);
/* Bytes of all tensors at this place, as stored. */
size_t      mk_weights_n_bytes (const mk_weights *weights);

/* NULL when absent. The first form borrows; the formatted one is for layers. */
const mk_safetensor *mk_weights_find (const mk_weights *weights, const char *key);
bool                 mk_weights_has (const mk_weights *weights, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Numbers with patches applied. FORMAT when the key is absent, the shape differs or a number is not finite.
 * `n_wanted` 0 = any number; the caller frees. */
float *mk_weights_read (const mk_weights *weights, const char *key, size_t n_wanted, GError **error);
/* The numbers as halves where they lie in the file, when they are halves there and no patch changes them; else NULL. They are
 * not looked at: who does, and finds one that is not finite, lets mk_weights_check_halves say which. */
const uint16_t *mk_weights_get_halves (const mk_weights *weights, const char *key);
bool mk_weights_check_halves (const mk_weights *weights, const char *key, GError **error);
/* One row of a table that is `width` wide. */
bool mk_weights_read_row (const mk_weights *weights, const char *key, size_t row, float *out, size_t width, GError **error);
/* Tells the system that the pages of a tensor that was read may go. */
void mk_weights_forget (const mk_weights *weights, const char *key);
mk_safetensors *mk_weights_get_file (const mk_weights *weights);
const char     *mk_weights_get_prefix (const mk_weights *weights);
