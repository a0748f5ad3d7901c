/* lora.c - see lora.h. */
#include "diffusion/lora.h"
#include "base/log.h"
#include "diffusion/names.h"
#include "diffusion/networks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Which weights a name stands for. */
typedef struct {
  int network;       /* 0 = UNet, 1 and 2 = text encoders */
  char *key;         /* without ".weight" */
} target;

static void
free_target (gpointer data)
{
  g_free (((target *)data)->key);
  g_free (data);
}

static void
add_name (GHashTable *names, char *taken_name, int network, const char *key)
{
  target *t = g_new (target, 1);
  *t = (target) { network, g_strdup (key) };
  if (!g_hash_table_contains (names, taken_name))
    g_hash_table_insert (names, taken_name, t);
  else {
    g_free (taken_name);
    free_target (t);
  }
}

static char *
underscored (const char *before, const char *name)
{
  char *all = g_strconcat (before, name, NULL);
  for (char *c = all; *c != '\0'; c++)
    if (*c == '.')
      *c = '_';
  return all;
}

static void
add_unet_names (GHashTable *names, const char *key)
{
  g_autofree char *theirs = mk_name_to_diffusers (key);
  add_name (names, underscored ("lora_unet_", key), 0, key);
  add_name (names, g_strconcat ("diffusion_model.", key, NULL), 0, key);
  add_name (names, g_strdup (key), 0, key);
  if (theirs == NULL)
    return;
  add_name (names, underscored ("lora_unet_", theirs), 0, key);
  add_name (names, underscored ("lycoris_", theirs), 0, key);
  add_name (names, g_strconcat ("unet.", theirs, NULL), 0, key);
  add_name (names, g_strdup (theirs), 0, key);
  /* the diffusers library's first files named the processor, and lacked the list that to_out is */
  g_auto (GStrv) halves = g_strsplit (theirs, ".to_", 2);
  if (halves[0] != NULL && halves[1] != NULL) {
    g_autofree char *end = g_str_has_suffix (halves[1], ".0") ? g_strndup (halves[1], strlen (halves[1]) - 2) : g_strdup (halves[1]);
    add_name (names, g_strdup_printf ("unet.%s.processor.to_%s", halves[0], end), 0, key);
    add_name (names, g_strdup_printf ("%s.processor.to_%s", halves[0], end), 0, key);
  }
}

/* OpenCLIP's layers are trained under Hugging Face's names; q, k and v are rows of one weight there. */
static char *
text_name (const char *key)
{
  static const struct {
    const char *ours, *theirs;
  } pairs[] = { { "mlp.c_fc", "mlp.fc1" }, { "mlp.c_proj", "mlp.fc2" }, { "attn.out_proj", "self_attn.out_proj" } };
  int layer, n = 0;
  if (g_str_has_prefix (key, "encoder.layers."))
    return g_strdup (key);
  if (sscanf (key, "transformer.resblocks.%d.%n", &layer, &n) == 1 && n > 0)
    for (size_t i = 0; i < MK_COUNT (pairs); i++)
      if (strcmp (key + n, pairs[i].ours) == 0)
        return g_strdup_printf ("encoder.layers.%d.%s", layer, pairs[i].theirs);
  return NULL;
}

static void
add_text_names (GHashTable *names, const char *key, int network, bool is_pair)
{
  g_autofree char *theirs = text_name (key);
  if (theirs == NULL)
    return;
  const char *kohya = !is_pair ? "lora_te_text_model_" : network == 1 ? "lora_te1_text_model_" : "lora_te2_text_model_";
  const char *diffusers = network == 1 ? "text_encoder.text_model." : "text_encoder_2.text_model.";
  add_name (names, underscored (kohya, theirs), network, key);
  if (!is_pair)
    add_name (names, underscored ("lora_te1_text_model_", theirs), network, key);
  add_name (names, g_strconcat (diffusers, theirs, NULL), network, key);
  add_name (names, g_strdup_printf ("text_encoders.clip_%c.transformer.text_model.%s", network == 1 ? 'l' : 'g', theirs), network, key);
}

/* The keys of all weights at this place, by what they are called in the file, or by their own names when renamed. */
static void
each_key (const mk_weights *weights, void (*add) (void *user, const char *key), void *user)
{
  g_auto (GStrv) keys = mk_weights_list (weights);
  for (char **key = keys; *key != NULL; key++)
    if (g_str_has_suffix (*key, ".weight")) {
      (*key)[strlen (*key) - strlen (".weight")] = '\0';
      add (user, *key);
    }
}

typedef struct {
  GHashTable *names;
  int network;
  bool is_pair;
} name_maker;

static void
add_names (void *user, const char *key)
{
  const name_maker *maker = user;
  if (maker->network == 0)
    add_unet_names (maker->names, key);
  else
    add_text_names (maker->names, key, maker->network, maker->is_pair);
}

static GHashTable *
collect_parts (const mk_safetensors *file)
{
  GHashTable *parts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (size_t i = 0; i < mk_safetensors_n (file); i++) {
    const mk_safetensor *tensor = mk_safetensors_at (file, i);
    size_t n_end;
    mk_part part = mk_adapter_find_part (tensor->name, &n_end);
    if (part == MK_N_PARTS)
      continue;
    g_autofree char *name = g_strndup (tensor->name, strlen (tensor->name) - n_end);
    mk_adapter *adapter = g_hash_table_lookup (parts, name);
    if (adapter == NULL) {
      adapter = g_new0 (mk_adapter, 1);
      g_hash_table_insert (parts, g_steal_pointer (&name), adapter);
    }
    adapter->parts[part] = tensor;
  }
  return parts;
}

static void
add_patch (GArray *patches, const mk_adapter *adapter, const char *key, const char *end, double strength)
{
  mk_patch patch = { .key = g_strconcat (key, end, NULL), .adapter = *adapter, .strength = (float)strength, .base = 1 };
  g_array_append_val (patches, patch);
}

/* What an adapter adds to its weights and to its bias. */
static void
add_patches (GArray *patches, const mk_adapter *adapter, const char *key, double strength)
{
  mk_adapter weight = *adapter, difference = { { NULL } }, bias = { { NULL } };
  difference.parts[MK_PART_DIFFERENCE] = weight.parts[MK_PART_DIFFERENCE];
  bias.parts[MK_PART_DIFFERENCE] = weight.parts[MK_PART_BIAS];
  weight.parts[MK_PART_DIFFERENCE] = weight.parts[MK_PART_BIAS] = NULL;
  if (mk_adapter_has_matrix (&weight))
    add_patch (patches, &weight, key, ".weight", strength);
  if (difference.parts[MK_PART_DIFFERENCE] != NULL)
    add_patch (patches, &difference, key, ".weight", strength);
  if (bias.parts[MK_PART_DIFFERENCE] != NULL)
    add_patch (patches, &bias, key, ".bias", strength);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

static bool
is_of_text (const char *name)
{
  return g_str_has_prefix (name, "lora_te") || g_str_has_prefix (name, "text_encoder");
}

/* Sorts the file's parts to the three networks. */
static void
sort_parts (GHashTable *parts, GHashTable *names, const double strengths[2], bool has_clip, GArray *patches[3], mk_lora_fit *fit)
{
  g_autoptr (GList) sorted = g_list_sort (g_hash_table_get_keys (parts), compare_names);
  const char *unused = NULL;
  for (GList *at = sorted; at != NULL; at = at->next) {
    const target *t = g_hash_table_lookup (names, at->data);
    fit->n_parts++;
    if (t == NULL) {
      if (unused == NULL && (has_clip || !is_of_text (at->data)))
        unused = at->data;
      continue;
    }
    *(t->network == 0 ? &fit->n_model : &fit->n_clip) += 1;
    if (strengths[t->network > 0] != 0)
      add_patches (patches[t->network], g_hash_table_lookup (parts, at->data), t->key, strengths[t->network > 0]);
  }
  if (unused != NULL && fit->n_model + fit->n_clip > 0)
    mk_log (MK_LOG_WARNING, "diffusion", "%d of the LoRA's %d parts have no place in this model, “%s” for one", fit->n_parts - fit->n_model - fit->n_clip, fit->n_parts, unused);
}

static void
make_names (GHashTable *names, const mk_model *model, const mk_clip *clip)
{
  name_maker maker = { names, 0, clip != NULL && clip->encoders[0] != NULL && clip->encoders[1] != NULL };
  each_key (model->weights, add_names, &maker);
  for (int i = 0; clip != NULL && i < 2; i++)
    if (clip->encoders[i] != NULL) {
      maker.network = i + 1;
      each_key (clip->encoders[i], add_names, &maker);
    }
}

bool
mk_lora_apply (const char *path, mk_model *model, mk_clip *clip, double strength_model, double strength_clip, mk_model **model_out, mk_clip **clip_out, mk_lora_fit *fit, GError **error)
{
  g_autoptr (mk_safetensors) file = mk_networks_open_file (path, error);
  if (file == NULL)
    return false;
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_target), parts = collect_parts (file);
  GArray *patches[3];
  for (int i = 0; i < 3; i++)
    patches[i] = g_array_new (FALSE, FALSE, sizeof (mk_patch));
  *fit = (mk_lora_fit) { 0 };
  make_names (names, model, clip);
  sort_parts (parts, names, (double[2]) { strength_model, strength_clip }, clip != NULL, patches, fit);
  bool good = fit->n_model + fit->n_clip > 0;
  if (good) {
    *model_out = mk_model_copy (model, mk_weights_patch (model->weights, file, (const mk_patch *)(const void *)patches[0]->data, patches[0]->len));
    if (clip != NULL)
      *clip_out = mk_clip_copy (clip);
    for (int i = 0; clip != NULL && i < 2; i++)
      if (clip->encoders[i] != NULL)
        mk_clip_set_weights (*clip_out, i, mk_weights_patch (clip->encoders[i], file, (const mk_patch *)(const void *)patches[i + 1]->data, patches[i + 1]->len));
  } else if (fit->n_parts == 0)
    mk_error (error, MK_ERROR_FORMAT, "%s is no LoRA: none of its %zu tensors is part of one", mk_safetensors_get_name (file), mk_safetensors_n (file));
  else
    mk_error (error, MK_ERROR_FORMAT, "%s does not fit this model: 0 of its %d parts matched; it was made for another family than %s", mk_safetensors_get_name (file), fit->n_parts, mk_family_name (model->family));
  for (int i = 0; i < 3; i++)
    g_array_unref (patches[i]); /* the keys went to the weights, or there are none */
  return good;
}
