/* What sentences say of how a film is painted, and what the workflow then paints with. */
#include "check.h"
#include "language/command.h"
#include "language/parse.h"
#include "language/plan.h"

#include <string.h>

static mk_json *
read_sentence (const char *sentence)
{
  GError *error = NULL;
  static mk_language *language;
  g_autofree char *assets = g_build_filename (mk_test_source (), "..", "assets", NULL);
  const mk_library *library = mk_library_shared (assets, &error);
  CHECK_OK (library, error);
  if (language == NULL)
    language = mk_language_new (assets, "en", library, &error);
  g_autoptr (mk_understanding) understood = NULL;
  CHECK_OK (mk_language_parse (language, sentence, NULL, &understood, &error), error);
  return mk_json_copy (understood->commands);
}

TEST (styles_of_painting_and_built_in_looks_are_told_apart)
{
  static const struct {
    const char *sentence, *painting, *style;
  } cases[] = {
    { "a robot walks in the style of a watercolour", "watercolour painting", "" },
    { "a robot walks, in the style of van gogh, camera orbits", "in the style of van gogh", "" },
    { "a dog runs as an oil painting", "oil painting", "" },
    { "a robot dances in anime style on grass", "anime", "" },
    { "a boat drawn in ink and a tree", "ink drawing", "" },
    { "a watercolour of a lighthouse at sunset", "watercolour", "" },
    { "a cat, low poly, in the style of a watercolour", "watercolour", "low-poly" },
    { "a robot in the style of claymation", "", "clay" },
    { "a house in the style of clay", "", "clay" },
    { "in the style of film noir, a car", "", "noir" },
    { "a red ball in clay style", "", "clay" },
    { "a red car painted blue", "", "" },
    { "a fish in oil", "", "" },
    { "a man reads a comic book", "", "" },
    { "a pencil on a table", "", "" },
    { "a painting of a castle", "", "" },
  };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autoptr (mk_json) commands = read_sentence (cases[i].sentence);
    const mk_json *render = mk_commands_find (commands, "render");
    const char *painting = mk_json_get_string (mk_json_get (render, "painting")), *style = mk_json_get_string (mk_json_get (render, "style"));
    bool is_as_said = cases[i].painting[0] == '\0' ? painting[0] == '\0' : strstr (painting, cases[i].painting) != NULL;
    if (!is_as_said || !g_str_equal (style, cases[i].style))
      mk_test_fail (__FILE__, __LINE__, "“%s” gave the painting “%s” and the style “%s”", cases[i].sentence, painting, style);
  }
}

static const mk_json *
find_node (const mk_json *workflow, const char *class_type, unsigned *n)
{
  const mk_json *found = NULL;
  *n = 0;
  for (mk_json_iter i = mk_json_iterate (workflow); mk_json_next (&i);)
    if (g_str_equal (mk_json_get_string (mk_json_get (i.value, "class_type")), class_type)) {
      found = mk_json_get (i.value, "inputs");
      (*n)++;
    }
  return found;
}

TEST (a_painted_film_is_painted_when_there_is_a_painter_and_rendered_when_not)
{
  static const mk_plan_painter painter = { "some.safetensors", "pose.safetensors", 5 };
  unsigned n;
  g_autoptr (mk_json) commands = read_sentence ("a red ball bounces on grass in the style of a watercolour");
  g_autoptr (mk_json) rendered = mk_commands_plan (commands, &(mk_plan_options){ 0 }), painted = mk_commands_plan (commands, &(mk_plan_options){ .painter = &painter, .width = 333, .height = 100 });
  find_node (rendered, "SceneRenderVideo", &n);
  CHECK_INT (n, ==, 1);
  find_node (rendered, "PaintFrames", &n);
  CHECK_INT (n, ==, 0);
  find_node (painted, "SceneRenderVideo", &n);
  CHECK_INT (n, ==, 0);
  CHECK_STRING (mk_json_get_string (mk_json_get (find_node (painted, "CheckpointLoaderSimple", &n), "ckpt_name")), "some.safetensors");
  CHECK_INT (mk_json_get_int (mk_json_at (mk_json_get (find_node (painted, "PaintFrames", &n), "hints"), 1)), ==, 5);
  CHECK_INT (mk_json_get_int (mk_json_get (find_node (painted, "SceneControlMaps", &n), "width")), ==, 328); /* latents are eighths */
  find_node (painted, "SaveVideo", &n);
  CHECK_INT (n, ==, 1);
  g_autofree char *text = mk_json_print_compact (painted);
  CHECK (strstr (text, "red ball, bounce") != NULL && strstr (text, "grass") != NULL && strstr (text, "watercolour painting on rough paper") != NULL);
}
