#include "harness.h"

#include "base/file.h"
#include "graph/left_out.h"
#include "graph/object_info.h"

#include <string.h>

/* Inputs that cannot be told in ComfyUI's bytes, and why. */
static const struct { const char *node, *input, *why; } others[] = {
  { "VAELoader", "vae_name", "ComfyUI lists a VAE without weights, pixel_space, for models that work on pixels; none of those run here" },
  { "TrimAudioDuration", "start_index", "a whole number below -2^63 is written as a real one, since JSON's integers are of 64 bits here; the value is the same" },
  { "SaveVideo", "format", "WebM and GIF are offered beside what ComfyUI offers" },
  { "SaveVideo", "codec", "VP9 and GIF are offered beside what ComfyUI offers" },
};

/* Explanations are for people, and the catalogue is without them. */
static void
drop_tips (mk_json *record)
{
  for (mk_json_iter section = mk_json_iterate (mk_json_get (record, "input")); mk_json_next (&section);)
    for (mk_json_iter input = mk_json_iterate (section.value); mk_json_next (&input);)
      if (mk_json_get_kind (input.value) == MK_JSON_ARRAY && mk_json_get_kind (mk_json_at (input.value, 1)) == MK_JSON_OBJECT)
        mk_json_remove (mk_json_at (input.value, 1), "tooltip");
}

static bool
is_excused (const char *node, const char *input)
{
  for (size_t i = 0; i < MK_COUNT (others); i++)
    if (g_str_equal (others[i].node, node) && g_str_equal (others[i].input, input))
      return true;
  return false;
}

static void
compare_texts (const char *id, const char *what, const mk_json *ours, const mk_json *theirs)
{
  g_autofree char *a = mk_json_print (ours), *b = mk_json_print (theirs);
  bool is_same = g_str_equal (a, b);
  if (is_excused (id, what) == is_same)
    mk_test_fail (__FILE__, __LINE__, is_same ? "%s, %s is ComfyUI's by now: %s" : "%s, %s: %s, in ComfyUI %s", id, what, a, b);
}

/* Names in their order, then one by one. */
static void
compare_inputs (const char *id, const mk_json *ours, const mk_json *theirs)
{
  for (mk_json_iter section = mk_json_iterate (theirs); mk_json_next (&section);) {
    g_autoptr (GString) own_names = g_string_new (section.key), names = g_string_new (section.key);
    for (mk_json_iter input = mk_json_iterate (mk_json_get (ours, section.key)); mk_json_next (&input);)
      g_string_append_printf (own_names, " %s", input.key);
    for (mk_json_iter input = mk_json_iterate (section.value); mk_json_next (&input);)
      g_string_append_printf (names, " %s", input.key);
    if (!g_str_equal (own_names->str, names->str))
      mk_test_fail (__FILE__, __LINE__, "%s has %s, in ComfyUI %s", id, own_names->str, names->str);
    for (mk_json_iter input = mk_json_iterate (section.value); mk_json_next (&input);)
      compare_texts (id, input.key, mk_json_get (mk_json_get (ours, section.key), input.key), input.value);
  }
}

/* The older form prints them only when they are set. */
static void
compare_flag (const char *id, const char *flag, const mk_json *ours, const mk_json *theirs)
{
  if (mk_json_get_bool (mk_json_get (ours, flag)) != mk_json_get_bool (mk_json_get (theirs, flag)))
    mk_test_fail (__FILE__, __LINE__, "%s is %s in one of the two only", id, flag);
}

TEST (nodes_that_comfyui_has_are_printed_byte_for_byte_as_it_prints_them)
{
  static const char *const fields[] = { "output", "output_name", "output_is_list", "output_node", "category", "python_module", "display_name" };
  g_autoptr (harness) h = harness_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *example = g_build_filename (h->folders.input, "example.png", NULL); /* the one file that ComfyUI comes with */
  CHECK_OK (mk_file_write (example, "", 0, &error), error);
  g_autoptr (mk_json) catalogue = NULL, all = mk_object_info_all (h->registry, &h->folders);
  g_autofree char *path = g_build_filename (mk_test_source (), "golden", "comfyui-nodes.json", NULL);
  int n = 0;
  CHECK_OK (mk_json_parse_file (path, NULL, &catalogue, &error), error);
  for (mk_json_iter i = mk_json_iterate (all); mk_json_next (&i);) {
    mk_json *theirs = mk_json_get (catalogue, i.key);
    if (theirs == NULL)
      continue;
    n++;
    drop_tips (i.value);
    drop_tips (theirs);
    for (size_t k = 0; k < MK_COUNT (fields); k++)
      compare_texts (i.key, fields[k], mk_json_get (i.value, fields[k]), mk_json_get (theirs, fields[k]));
    compare_flag (i.key, "deprecated", i.value, theirs);
    compare_flag (i.key, "experimental", i.value, theirs);
    bool is_v3 = g_str_equal (mk_json_get_string (mk_json_get (theirs, "schema")), "v3");
    if (is_v3 != mk_json_has (i.value, "api_node"))
      mk_test_fail (__FILE__, __LINE__, "%s is of ComfyUI's %s form", i.key, is_v3 ? "newer" : "older");
    compare_inputs (i.key, mk_json_get (i.value, "input"), mk_json_get (theirs, "input"));
  }
  CHECK_INT (n, >, 220);
}

/* Everything that the table names, each once. */
static GHashTable *
left_out_names (void)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (const mk_left_out *group = mk_left_out_nodes; group->why != NULL; group++) {
    g_auto (GStrv) nodes = g_strsplit (group->nodes, " ", -1);
    for (char **name = nodes; *name != NULL; name++)
      if (!g_hash_table_add (names, g_strdup (*name)))
        mk_test_fail (__FILE__, __LINE__, "%s is left out twice", *name);
  }
  return names;
}

TEST (every_node_of_comfyui_is_here_or_left_out_for_a_stated_reason)
{
  g_autoptr (harness) h = harness_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_json) catalogue = NULL;
  g_autoptr (GHashTable) names = left_out_names ();
  g_autofree char *path = g_build_filename (mk_test_source (), "golden", "comfyui-nodes.json", NULL);
  CHECK_OK (mk_json_parse_file (path, NULL, &catalogue, &error), error);
  for (mk_json_iter i = mk_json_iterate (catalogue); mk_json_next (&i);) {
    bool is_here = mk_registry_find (h->registry, i.key) != NULL, is_left_out = g_hash_table_remove (names, i.key);
    if (is_here == is_left_out)
      mk_test_fail (__FILE__, __LINE__, is_here ? "%s is here by now: src/graph/left_out.c need not name it" : "%s is neither here nor named in src/graph/left_out.c", i.key);
    if (is_left_out != (mk_left_out_why (i.key) != NULL))
      mk_test_fail (__FILE__, __LINE__, "why %s is left out cannot be looked up", i.key);
  }
  CHECK_INT (g_hash_table_size (names), ==, 0); /* ComfyUI has them all */
}

TEST (what_is_left_out_is_known_by_its_whole_name)
{
  CHECK_STRING (mk_left_out_why ("WanImageToVideo"), "Models of Wan do not run here");
  CHECK_STRING (mk_left_out_why ("CombineHooks8"), "Miktos does not have it yet");
  CHECK (mk_left_out_why ("CombineHooks4 CombineHooks8") == NULL);
  CHECK (mk_left_out_why ("WanImage") == NULL && mk_left_out_why ("ImageToVideo") == NULL);
  CHECK (mk_left_out_why ("") == NULL && mk_left_out_why (" ") == NULL && mk_left_out_why ("KSampler") == NULL);
}
