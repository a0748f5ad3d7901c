/* names.c - see names.h. */
#include "diffusion/names.h"

#include <stdio.h>
#include <string.h>

typedef struct {
  const char *ours, *theirs;
} pair;

static const pair ends[] = {
  { "time_embed.0", "time_embedding.linear_1" },
  { "time_embed.2", "time_embedding.linear_2" },
  { "label_emb.0.0", "add_embedding.linear_1" },
  { "label_emb.0.2", "add_embedding.linear_2" },
  { "input_blocks.0.0", "conv_in" },
  { "out.0", "conv_norm_out" },
  { "out.2", "conv_out" },
  { "middle_block_out.0", "controlnet_mid_block" },
  { "task_embedding", "task_embedding" },
  { "transformer_layes", "transformer_layes" },
  { "spatial_ch_projs", "spatial_ch_projs" },
  { "control_add_embedding", "control_add_embedding" },
  { "input_hint_block.0", "controlnet_cond_embedding.conv_in" },
  { "input_hint_block.2", "controlnet_cond_embedding.blocks.0" },
  { "input_hint_block.4", "controlnet_cond_embedding.blocks.1" },
  { "input_hint_block.6", "controlnet_cond_embedding.blocks.2" },
  { "input_hint_block.8", "controlnet_cond_embedding.blocks.3" },
  { "input_hint_block.10", "controlnet_cond_embedding.blocks.4" },
  { "input_hint_block.12", "controlnet_cond_embedding.blocks.5" },
  { "input_hint_block.14", "controlnet_cond_embedding.conv_out" },
};
static const pair res_parts[] = {
  { "in_layers.0", "norm1" },    { "in_layers.2", "conv1" },  { "emb_layers.1", "time_emb_proj" },
  { "out_layers.0", "norm2" },   { "out_layers.3", "conv2" }, { "skip_connection", "conv_shortcut" },
};

/* `text` when it begins with `start` and ends there or goes on with a dot: what follows; else NULL. */
static const char *
rest_after (const char *text, const char *start)
{
  size_t n = strlen (start);
  return strncmp (text, start, n) == 0 && (text[n] == '\0' || text[n] == '.') ? text + n : NULL;
}

static char *
swap (const char *text, const pair *pairs, size_t n, bool to_theirs, const char *before)
{
  for (size_t i = 0; i < n; i++) {
    const char *rest = rest_after (text, to_theirs ? pairs[i].ours : pairs[i].theirs);
    if (rest != NULL)
      return g_strconcat (before, to_theirs ? pairs[i].theirs : pairs[i].ours, rest, NULL);
  }
  return NULL;
}

static char *
res_or_attention (const char *rest, const char *block, int index)
{
  g_autofree char *resnet = g_strdup_printf ("%s.resnets.%d.", block, index);
  char *name = swap (rest, res_parts, MK_COUNT (res_parts), true, resnet);
  return name != NULL ? name : g_strdup_printf ("%s.attentions.%d.%s", block, index, rest);
}

char *
mk_name_to_diffusers (const char *key)
{
  int i, part, n = 0;
  char *name = swap (key, ends, MK_COUNT (ends), true, "");
  if (name != NULL)
    return name;
  if (sscanf (key, "zero_convs.%d.0%n", &i, &n) == 1 && n > 0)
    return g_strdup_printf ("controlnet_down_blocks.%d%s", i, key + n);
  n = 0;
  if (sscanf (key, "input_blocks.%d.%d.%n", &i, &part, &n) == 2 && n > 0 && i > 0) {
    g_autofree char *block = g_strdup_printf ("down_blocks.%d", (i - 1) / 3);
    if ((i - 1) % 3 == 2)
      return g_str_has_prefix (key + n, "op") ? g_strdup_printf ("%s.downsamplers.0.conv%s", block, key + n + 2) : NULL;
    return res_or_attention (key + n, block, (i - 1) % 3);
  }
  n = 0;
  if (sscanf (key, "middle_block.%d.%n", &i, &n) == 1 && n > 0)
    return res_or_attention (key + n, "mid_block", i / 2);
  n = 0;
  if (sscanf (key, "output_blocks.%d.%d.%n", &i, &part, &n) == 2 && n > 0) {
    g_autofree char *block = g_strdup_printf ("up_blocks.%d", i / 3);
    if (part > 0 && rest_after (key + n, "conv") != NULL)
      return g_strdup_printf ("%s.upsamplers.0.%s", block, key + n);
    return res_or_attention (key + n, block, i % 3);
  }
  return NULL;
}

/* "resnets.1.conv1.weight" at a place of ours: "PLACE.0.in_layers.2.weight". */
static char *
part_from (const char *rest, const char *kind, const char *place)
{
  if (strcmp (kind, "attentions") == 0)
    return g_strdup_printf ("%s.1.%s", place, rest);
  g_autofree char *before = g_strdup_printf ("%s.0.", place);
  return strcmp (kind, "resnets") == 0 ? swap (rest, res_parts, MK_COUNT (res_parts), false, before) : NULL;
}

char *
mk_name_from_diffusers (const char *name, const bool has_attention[4])
{
  int level, index, n = 0;
  char kind[16];
  char *key = swap (name, ends, MK_COUNT (ends), false, "");
  if (key != NULL)
    return key;
  if (sscanf (name, "controlnet_down_blocks.%d%n", &index, &n) == 1 && n > 0)
    return g_strdup_printf ("zero_convs.%d.0%s", index, name + n);
  n = 0;
  if (sscanf (name, "down_blocks.%d.%15[a-z].%d.%n", &level, kind, &index, &n) == 3 && n > 0) {
    if (strcmp (kind, "downsamplers") == 0)
      return g_str_has_prefix (name + n, "conv") ? g_strdup_printf ("input_blocks.%d.0.op%s", 3 * level + 3, name + n + 4) : NULL;
    g_autofree char *place = g_strdup_printf ("input_blocks.%d", 1 + 3 * level + index);
    return part_from (name + n, kind, place);
  }
  n = 0;
  if (sscanf (name, "mid_block.%15[a-z].%d.%n", kind, &index, &n) == 2 && n > 0) {
    if (strcmp (kind, "attentions") == 0)
      return g_strdup_printf ("middle_block.1.%s", name + n);
    g_autofree char *before = g_strdup_printf ("middle_block.%d.", index * 2);
    return swap (name + n, res_parts, MK_COUNT (res_parts), false, before);
  }
  n = 0;
  if (sscanf (name, "up_blocks.%d.%15[a-z].%d.%n", &level, kind, &index, &n) == 3 && n > 0 && level >= 0 && level < 4) {
    if (strcmp (kind, "upsamplers") == 0)
      return g_strdup_printf ("output_blocks.%d.%d.%s", 3 * level + 2, has_attention[level] ? 2 : 1, name + n);
    g_autofree char *place = g_strdup_printf ("output_blocks.%d", 3 * level + index);
    return part_from (name + n, kind, place);
  }
  return NULL;
}

static const pair vae_parts[] = {
  { "norm", "group_norm" }, { "q", "to_q" }, { "k", "to_k" }, { "v", "to_v" }, { "proj_out", "to_out.0" },
  { "q", "query" },         { "k", "key" },  { "v", "value" }, { "proj_out", "proj_attn" },
};

/* Decoder levels are counted from the other end. */
char *
mk_name_from_diffusers_vae (const char *name)
{
  int level, index, n = 0;
  char half[16], way[8];
  if (g_str_has_prefix (name, "quant_conv.") || g_str_has_prefix (name, "post_quant_conv."))
    return g_strdup (name);
  const char *dot = strchr (name, '.');
  if (dot == NULL || dot - name > 15)
    return NULL;
  memcpy (half, name, (size_t)(dot - name));
  half[dot - name] = '\0';
  const char *rest = dot + 1;
  if (g_str_has_prefix (rest, "conv_norm_out"))
    return g_strdup_printf ("%s.norm_out%s", half, rest + strlen ("conv_norm_out"));
  if (g_str_has_prefix (rest, "conv_in") || g_str_has_prefix (rest, "conv_out"))
    return g_strdup (name);
  if (sscanf (rest, "mid_block.resnets.%d.%n", &index, &n) == 1 && n > 0)
    return g_strdup_printf ("%s.mid.block_%d.%s", half, index + 1, rest + n);
  n = 0;
  if (sscanf (rest, "mid_block.attentions.%d.%n", &index, &n) == 1 && n > 0) {
    g_autofree char *before = g_strdup_printf ("%s.mid.attn_1.", half);
    return swap (rest + n, vae_parts, MK_COUNT (vae_parts), false, before);
  }
  n = 0;
  if (sscanf (rest, "%7[a-z]_blocks.%d.%n", way, &level, &n) != 2 || n == 0)
    return NULL;
  bool is_up = strcmp (way, "up") == 0;
  int ours = is_up ? 3 - level : level, m = 0;
  if (sscanf (rest + n, "resnets.%d.%n", &index, &m) == 1 && m > 0) {
    const char *part = rest + n + m, *shortcut = rest_after (part, "conv_shortcut");
    return g_strdup_printf ("%s.%s.%d.block.%d.%s%s", half, way, ours, index, shortcut != NULL ? "nin_shortcut" : part, shortcut != NULL ? shortcut : "");
  }
  m = 0;
  if (sscanf (rest + n, "%*[a-z].%d.%n", &index, &m) == 1 && m > 0)
    return g_strdup_printf ("%s.%s.%d.%s.%s", half, way, ours, is_up ? "upsample" : "downsample", rest + n + m);
  return NULL;
}
