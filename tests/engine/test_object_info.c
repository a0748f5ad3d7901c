#include "harness.h"

#include "graph/object_info.h"

/* What ComfyUI has the same under other conditions: files on its disk, formats that its FFmpeg has. */
static const char *const other_options[] = { "LoadImage", "LoadImageMask", "LoadImageOutput", "LoadAudio", "LoadVideo", "LoadLatent", "SaveVideo", "VAELoader", NULL };

/* Explanations are for people, and ours may say more. */
static void
drop_tips (mk_json *record)
{
  for (mk_json_iter section = mk_json_iterate (mk_json_get (record, "input")); mk_json_next (&section);)
    for (mk_json_iter input = mk_json_iterate (section.value); mk_json_next (&input);)
      if (mk_json_get_kind (input.value) == MK_JSON_ARRAY && mk_json_get_kind (mk_json_at (input.value, 1)) == MK_JSON_OBJECT)
        mk_json_remove (mk_json_at (input.value, 1), "tooltip");
}

/* Python keeps 0 and 0.0 apart, JSON does not. */
static bool
is_same_value (const mk_json *a, const mk_json *b)
{
  return mk_json_is_number (a) && mk_json_is_number (b) ? mk_json_get_real (a) == mk_json_get_real (b) : mk_json_equal (a, b);
}

/* [type] and [type, {}] say the same. */
static bool
is_same_input (const mk_json *a, const mk_json *b)
{
  const mk_json *own = mk_json_at (a, 1), *theirs = mk_json_at (b, 1);
  bool is_same = mk_json_equal (mk_json_at (a, 0), mk_json_at (b, 0)) && mk_json_length (own) == mk_json_length (theirs);
  for (mk_json_iter i = mk_json_iterate (theirs); is_same && mk_json_next (&i);)
    is_same = is_same_value (mk_json_get (own, i.key), i.value);
  return is_same;
}

static void
check_inputs (const char *id, const mk_json *ours, const mk_json *theirs)
{
  for (mk_json_iter section = mk_json_iterate (theirs); mk_json_next (&section);) {
    const mk_json *own = mk_json_get (ours, section.key);
    if (mk_json_length (own) != mk_json_length (section.value))
      mk_test_fail (__FILE__, __LINE__, "%s has %zu %s inputs, ComfyUI %zu", id, mk_json_length (own), section.key, mk_json_length (section.value));
    for (mk_json_iter input = mk_json_iterate (section.value); mk_json_next (&input);) {
      const mk_json *mine = mk_json_get (own, input.key);
      bool is_hidden = g_str_equal (section.key, "hidden");
      if (is_hidden ? !mk_json_equal (mine, input.value) : !is_same_input (mine, input.value)) {
        g_autofree char *a = mk_json_print (mine), *b = mk_json_print (input.value);
        mk_test_fail (__FILE__, __LINE__, "%s, input %s: %s, in ComfyUI %s", id, input.key, a, b);
      }
    }
  }
}

TEST (nodes_that_comfyui_has_are_printed_as_it_prints_them)
{
  static const char *const fields[] = { "output", "output_name", "output_is_list", "output_node", "category", "python_module", "display_name" };
  g_autoptr (harness) h = harness_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_json) catalogue = NULL, all = mk_object_info_all (h->registry, &h->folders);
  g_autofree char *path = g_build_filename (mk_test_source (), "golden", "comfyui-nodes.json", NULL);
  int n = 0;
  CHECK_OK (mk_json_parse_file (path, NULL, &catalogue, &error), error);
  for (mk_json_iter i = mk_json_iterate (all); mk_json_next (&i);) {
    const mk_json *theirs = mk_json_get (catalogue, i.key);
    if (theirs == NULL || g_strv_contains (other_options, i.key))
      continue;
    n++;
    drop_tips (i.value);
    for (size_t k = 0; k < MK_COUNT (fields); k++)
      if (!mk_json_equal (mk_json_get (i.value, fields[k]), mk_json_get (theirs, fields[k]))) {
        g_autofree char *a = mk_json_print (mk_json_get (i.value, fields[k])), *b = mk_json_print (mk_json_get (theirs, fields[k]));
        mk_test_fail (__FILE__, __LINE__, "%s, %s: %s, in ComfyUI %s", i.key, fields[k], a, b);
      }
    bool is_v3 = g_str_equal (mk_json_get_string (mk_json_get (theirs, "schema")), "v3");
    if (is_v3 != mk_json_has (i.value, "api_node"))
      mk_test_fail (__FILE__, __LINE__, "%s is of ComfyUI's %s form", i.key, is_v3 ? "newer" : "older");
    check_inputs (i.key, mk_json_get (i.value, "input"), mk_json_get (theirs, "input"));
  }
  CHECK_INT (n, >=, 20);
}

/* True when a link of this type comes from a model, or goes into one. */
static bool
needs_model (const char *type)
{
  static const char *const types[] = { "MODEL", "CLIP", "VAE", "CONTROL_NET", "CLIP_VISION", "CLIP_VISION_OUTPUT", "STYLE_MODEL", "GLIGEN", "UPSCALE_MODEL", "CONDITIONING", "LATENT",
    "NOISE", "GUIDER", "SAMPLER", "SIGMAS", "PHOTOMAKER", "HOOKS", "HOOK_KEYFRAMES", "AUDIO_ENCODER", "AUDIO_ENCODER_OUTPUT", "MODEL_PATCH", "LATENT_OPERATION", "TIMESTEPS_RANGE",
    "LOSS_MAP", "LORA_MODEL", "WAN_CAMERA_EMBEDDING", NULL };
  return g_strv_contains (types, type);
}

static bool
node_needs_model (const mk_json *record)
{
  bool needs = false;
  const mk_json *outputs = mk_json_get (record, "output");
  for (size_t i = 0; i < mk_json_length (outputs); i++)
    needs |= needs_model (mk_json_get_string (mk_json_at (outputs, i)));
  for (mk_json_iter section = mk_json_iterate (mk_json_get (record, "input")); mk_json_next (&section);)
    for (mk_json_iter input = mk_json_iterate (section.value); mk_json_next (&input);)
      needs |= needs_model (mk_json_get_string (mk_json_at (input.value, 0)));
  return needs;
}

TEST (every_node_of_comfyui_that_needs_no_model_is_there)
{
  g_autoptr (harness) h = harness_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_json) catalogue = NULL;
  g_autofree char *path = g_build_filename (mk_test_source (), "golden", "comfyui-nodes.json", NULL);
  int n_missing = 0, n = 0;
  CHECK_OK (mk_json_parse_file (path, NULL, &catalogue, &error), error);
  for (mk_json_iter i = mk_json_iterate (catalogue); mk_json_next (&i);) {
    if (node_needs_model (i.value))
      continue;
    n++;
    if (mk_registry_find (h->registry, i.key) == NULL) {
      g_print ("# missing: %s\n", i.key);
      n_missing++;
    }
  }
  CHECK_INT (n, >, 90);
  CHECK_INT (n_missing, ==, 0);
}
