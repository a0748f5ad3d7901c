#include "bridge/painter.h"

#include "bridge/models.h"

#include <string.h>

#define EXAMPLE_CHECKPOINT "v1-5-pruned-emaonly.safetensors"
#define EXAMPLE_CONTROL_NET "control_v11f1p_sd15_depth_fp16.safetensors"

/* What a ControlNet's name says of what it reads, the steadiest for a film first; `hint` is an output of SceneControlMaps. */
static const struct {
  const char *word;
  int hint;
} senses[] = { { "depth", 1 }, { "normal", 2 }, { "lineart", 3 }, { "softedge", 3 }, { "hed", 3 }, { "scribble", 3 }, { "canny", 3 }, { "seg", 4 }, { "pose", 5 } };

static const char *
field (const mk_json *model, const char *key)
{
  return mk_json_get_string (mk_json_get (model, key));
}

/* Of a kind and in a format that is read; the name in small letters, or NULL. */
static char *
name_of (const mk_json *model, const char *kind)
{
  bool is_one = g_str_equal (field (model, "kind"), kind) && (g_str_equal (field (model, "format"), "safetensors") || g_str_equal (field (model, "format"), "sft"));
  return is_one ? g_ascii_strdown (field (model, "name"), -1) : NULL;
}

/* In-painting models want a mask: only when there is no other. */
static const char *
find_checkpoint (const mk_json *models)
{
  const char *found = NULL;
  bool is_last_choice = true;
  for (size_t i = 0; i < mk_json_length (models); i++) {
    const mk_json *model = mk_json_at (models, i);
    g_autofree char *name = name_of (model, "checkpoints");
    if (name == NULL || !g_str_equal (field (model, "base_model"), "SD 1.5") || (found != NULL && !is_last_choice))
      continue;
    bool inpaints = strstr (name, "inpaint") != NULL;
    if (found == NULL || !inpaints) {
      found = field (model, "name");
      is_last_choice = inpaints;
    }
  }
  return found;
}

static const char *
find_control_net (const mk_json *models, int *hint)
{
  const char *found = NULL;
  size_t best = MK_COUNT (senses);
  for (size_t i = 0; i < mk_json_length (models); i++) {
    g_autofree char *name = name_of (mk_json_at (models, i), "controlnet");
    if (name == NULL || strstr (name, "xl") != NULL || strstr (name, "sd21") != NULL || strstr (name, "flux") != NULL)
      continue;
    for (size_t k = 0; k < best; k++)
      if (strstr (name, senses[k].word) != NULL) {
        best = k;
        found = field (mk_json_at (models, i), "name");
        *hint = senses[k].hint;
      }
  }
  return found;
}

static char *
say_lacks (const char *folder, const char *painting, bool has_checkpoint, bool has_control_net)
{
  GString *text = g_string_new (NULL);
  g_string_printf (text, "To paint the film (%s), put ", painting);
  if (!has_checkpoint)
    g_string_append_printf (text, "a Stable Diffusion 1.x checkpoint (such as " EXAMPLE_CHECKPOINT ") into %s/checkpoints%s", folder, has_control_net ? "" : " and ");
  if (!has_control_net)
    g_string_append_printf (text, "a ControlNet for depth (such as " EXAMPLE_CONTROL_NET "; its name says what it reads) into %s/controlnet", folder);
  g_autofree char *looks = mk_plan_looks_new ();
  g_string_append_printf (text, ". Until then it is rendered as it is; looks that need no models are %s.", looks);
  return g_string_free (text, FALSE);
}

mk_painter *
mk_painter_find (const char *models_folder, const char *painting, char **lacks)
{
  int hint = 0;
  g_autoptr (mk_json) models = mk_models_scan (models_folder);
  const char *checkpoint = find_checkpoint (models), *control_net = find_control_net (models, &hint);
  if (checkpoint == NULL || control_net == NULL) {
    *lacks = say_lacks (models_folder, painting, checkpoint != NULL, control_net != NULL);
    return NULL;
  }
  mk_painter *painter = g_new (mk_painter, 1);
  painter->plan = (mk_plan_painter){ g_strdup (checkpoint), g_strdup (control_net), hint };
  return painter;
}

mk_painter *
mk_painter_find_for (const char *models_folder, const mk_json *commands, mk_understanding *understood)
{
  const char *painting = mk_commands_painting (commands);
  char *lacks = NULL;
  mk_painter *painter = painting != NULL ? mk_painter_find (models_folder, painting, &lacks) : NULL;
  if (lacks != NULL && mk_commands_painting (understood->commands) != NULL) {
    g_autofree char *own = g_steal_pointer (&understood->reply);
    understood->reply = g_strdup_printf ("%s %s", own, lacks);
    g_ptr_array_add (understood->assumptions, lacks);
  } else
    g_free (lacks);
  return painter;
}

void
mk_painter_free (mk_painter *painter)
{
  if (painter == NULL)
    return;
  g_free ((char *)painter->plan.checkpoint);
  g_free ((char *)painter->plan.control_net);
  g_free (painter);
}
