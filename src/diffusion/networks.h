/* networks.h - networks that stay loaded between runs, as long as there is room.
 *
 * Purpose   Packing the weights of a model takes seconds; a second picture must not pay for it. Least recently used ones
 *           leave first.
 * Budget    Half of the machine's memory, or MIKTOS_MODEL_MEMORY megabytes. A network that is in use never leaves; one that
 *           does not fit into what the system has free is refused with the megabytes, before anything is read.
 * Threads   Any thread may call anything; a network is constant and may be used by several.
 * Tests     tests/diffusion/test_models.c
 */
#pragma once
#include "diffusion/nn.h"

typedef enum { MK_NETWORK_UNET, MK_NETWORK_TEXT, MK_NETWORK_VAE, MK_NETWORK_UPSCALER, MK_NETWORK_TAESD, MK_N_NETWORKS } mk_network_kind;

typedef struct mk_network mk_network;

/* The network made from `weights`, loaded when it is not: one more user. `nn` is for loading only. */
mk_network *mk_networks_use (mk_network_kind kind, mk_weights *weights, mk_nn *nn, GError **error);
/* One user less. */
void        mk_network_release (mk_network *network);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_network, mk_network_release)
/* mk_unet, mk_text_encoder, mk_vae, mk_upscaler or mk_taesd. */
const void *mk_network_get (const mk_network *network);

/* 0 = the default. What is too much leaves at once, unless in use. */
void   mk_networks_set_budget (size_t n_bytes);
/* Everything that is not in use leaves. */
void   mk_networks_clear (void);
size_t mk_networks_n_bytes (void);
size_t mk_networks_n (void);

/* An open file, shared with everybody who opens the same unchanged one; to be unreferenced. */
struct mk_safetensors *mk_networks_open_file (const char *path, GError **error);

/* Bytes that could be had now without pushing other programs out; 0 when the system does not say. */
size_t mk_memory_available (void);
