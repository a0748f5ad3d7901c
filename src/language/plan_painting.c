/* The film painted anew by Stable Diffusion: what the scene looks like in the prompt, its passes for the ControlNet. */
#include <stdlib.h>

#include "language/command.h"
#include "language/plan_private.h"
#include "scene/style.h"

enum { DEFAULT_WIDTH = 512, DEFAULT_HEIGHT = 288, LATENT_STEP = 8, SMALLEST = 64 };
#define NEGATIVE "blurry, low quality, text, watermark, frame"

/* --- the scene in words --- */

static const char *
name_color (const char *hex)
{
  static const struct {
    int r, g, b;
    const char *name;
  } names[] = { { 216, 30, 30, "red" },   { 240, 130, 30, "orange" }, { 245, 215, 50, "yellow" }, { 50, 150, 60, "green" },  { 31, 95, 214, "blue" },  { 120, 50, 160, "purple" },
                { 240, 140, 180, "pink" }, { 110, 70, 40, "brown" },   { 15, 15, 15, "black" },    { 128, 128, 128, "grey" }, { 245, 245, 245, "white" }, { 60, 200, 210, "turquoise" } };
  unsigned long rgb = hex[0] == '#' ? strtoul (hex + 1, NULL, 16) : 0;
  int r = (int)(rgb >> 16) & 255, g = (int)(rgb >> 8) & 255, b = (int)rgb & 255, nearest = 1 << 30;
  const char *name = "";
  for (size_t i = 0; i < MK_COUNT (names); i++) {
    int distance = (r - names[i].r) * (r - names[i].r) + (g - names[i].g) * (g - names[i].g) + (b - names[i].b) * (b - names[i].b);
    if (distance < nearest) {
      nearest = distance;
      name = names[i].name;
    }
  }
  return name;
}

static const char *
field (const mk_json *command, const char *key)
{
  return mk_json_get_string (mk_json_get (command, key));
}

static void
add_words (GString *text, const char *words)
{
  if (words[0] != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 && text->str[text->len - 1] != ' ' ? " " : "", words);
}

static void
describe (GString *text, const mk_json *command)
{
  const char *op = field (command, "op");
  int64_t count = mk_json_get_int (mk_json_get (command, "count"));
  if (g_str_equal (op, "add")) {
    if (count > 1)
      g_string_append_printf (text, "%d", (int)count);
    if (field (command, "color")[0] == '#')
      add_words (text, name_color (field (command, "color")));
    add_words (text, field (command, "material"));
    add_words (text, field (command, "name")[0] != '\0' ? field (command, "name") : field (command, "object"));
  } else if (g_str_equal (op, "animate"))
    add_words (text, field (command, "motion"));
  else if (g_str_equal (op, "ground"))
    add_words (text, field (command, "surface"));
  else if (g_str_equal (op, "sky"))
    add_words (text, field (command, "kind"));
}

/* "red ball, bounce, grass, sunset, watercolour painting on rough paper" */
static char *
describe_all (const mk_json *commands, const char *painting)
{
  GString *text = g_string_new (NULL);
  for (size_t i = 0; i < mk_json_length (commands); i++) {
    g_autoptr (GString) one = g_string_new (NULL);
    describe (one, mk_json_at (commands, i));
    if (one->len > 0)
      g_string_append_printf (text, "%s, ", one->str);
  }
  return g_string_free (g_string_append (text, painting), FALSE);
}

/* --- the nodes --- */

static int
size_of (const mk_planner *p, const char *name, int wanted, int by_default)
{
  g_autoptr (mk_json) said = wanted > 0 ? mk_json_new_int (wanted) : mk_plan_field_or (p, name, mk_json_new_int (by_default));
  return MAX (SMALLEST, (int)mk_json_get_int (said) / LATENT_STEP * LATENT_STEP);
}

static void
add_control_maps (mk_planner *p, bool is_still, char id[16])
{
  const mk_plan_options *o = p->options;
  mk_json *inputs = mk_plan_add_node (p, "SceneControlMaps", "Frames, and what the ControlNet sees", id);
  mk_json_set (inputs, "scene", mk_plan_link (p->last, 0));
  mk_json_set (inputs, "width", mk_json_new_int (size_of (p, "width", o->width, DEFAULT_WIDTH)));
  mk_json_set (inputs, "height", mk_json_new_int (size_of (p, "height", o->height, DEFAULT_HEIGHT)));
  mk_json_set (inputs, "quality", o->quality != NULL ? mk_json_new_string (o->quality) : mk_plan_field_or (p, "quality", mk_json_new_string ("draft")));
  mk_json_set (inputs, "seed", mk_plan_seed (p));
  mk_json_set (inputs, "start_s", mk_json_new_real (is_still ? -1 : 0));
  mk_json_set (inputs, "frames", mk_json_new_int (is_still ? 1 : 0));
}

static void
add_text (mk_planner *p, const char *checkpoint, const char *title, const char *text, char id[16])
{
  mk_json *inputs = mk_plan_add_node (p, "CLIPTextEncode", title, id);
  mk_json_set (inputs, "clip", mk_plan_link (checkpoint, 1));
  mk_json_set (inputs, "text", mk_json_new_string (text));
}

static void
add_painter (mk_planner *p, bool is_still, char id[16])
{
  const mk_plan_painter *painter = p->options->painter;
  char maps[16], checkpoint[16], control[16], positive[16], negative[16];
  g_autofree char *prompt = describe_all (p->commands, field (p->render, "painting"));
  add_control_maps (p, is_still, maps);
  mk_json_set (mk_plan_add_node (p, "CheckpointLoaderSimple", "Stable Diffusion", checkpoint), "ckpt_name", mk_json_new_string (painter->checkpoint));
  mk_json_set (mk_plan_add_node (p, "ControlNetLoader", "ControlNet", control), "control_net_name", mk_json_new_string (painter->control_net));
  add_text (p, checkpoint, "How it shall look", prompt, positive);
  add_text (p, checkpoint, "What it shall not be", NEGATIVE, negative);
  mk_json *inputs = mk_plan_add_node (p, "PaintFrames", "Paint this animation", id);
  mk_json_set (inputs, "model", mk_plan_link (checkpoint, 0));
  mk_json_set (inputs, "positive", mk_plan_link (positive, 0));
  mk_json_set (inputs, "negative", mk_plan_link (negative, 0));
  mk_json_set (inputs, "vae", mk_plan_link (checkpoint, 2));
  mk_json_set (inputs, "control_net", mk_plan_link (control, 0));
  mk_json_set (inputs, "images", mk_plan_link (maps, 0));
  mk_json_set (inputs, "hints", mk_plan_link (maps, painter->hint));
  mk_json_set (inputs, "motion", mk_plan_link (maps, 6));
  mk_json_set (inputs, "clip", mk_plan_link (maps, 0));
  mk_json_set (inputs, "frames", mk_json_new_int (0));
  mk_json_set (inputs, "seed", mk_plan_seed (p));
  mk_json_set (inputs, "steps", mk_json_new_int (20));
  mk_json_set (inputs, "cfg", mk_json_new_real (7));
  mk_json_set (inputs, "sampler_name", mk_json_new_string ("dpmpp_2m"));
  mk_json_set (inputs, "scheduler", mk_json_new_string ("karras"));
  mk_json_set (inputs, "denoise", mk_json_new_real (0.65));
  mk_json_set (inputs, "strength", mk_json_new_real (1));
  mk_json_set (inputs, "carry", mk_json_new_real (0.7));
}

static void
add_picture (mk_planner *p, const char *painted, const char *prefix)
{
  char first[16], saver[16];
  mk_json *inputs = mk_plan_add_node (p, "ImageFromBatch", "First picture", first);
  mk_json_set (inputs, "image", mk_plan_link (painted, 0));
  mk_json_set (inputs, "batch_index", mk_json_new_int (0));
  mk_json_set (inputs, "length", mk_json_new_int (1));
  inputs = mk_plan_add_node (p, "SaveImage", "Save picture", saver);
  mk_json_set (inputs, "images", mk_plan_link (first, 0));
  mk_json_set (inputs, "filename_prefix", mk_json_new_string (prefix));
}

static void
add_film (mk_planner *p, const char *painted, const char *prefix)
{
  char film[16], saver[16];
  mk_json *inputs = mk_plan_add_node (p, "CreateVideo", "Film", film);
  mk_json_set (inputs, "images", mk_plan_link (painted, 0));
  mk_json_set (inputs, "fps", mk_json_copy (mk_json_get (mk_json_get (mk_json_get (p->workflow, "1"), "inputs"), "fps")));
  inputs = mk_plan_add_node (p, "SaveVideo", "Save film", saver);
  mk_json_set (inputs, "video", mk_plan_link (film, 0));
  mk_json_set (inputs, "filename_prefix", mk_json_new_string (prefix));
  mk_json_set (inputs, "format", mk_json_new_string ("mp4"));
  mk_json_set (inputs, "codec", mk_json_new_string ("h264"));
}

void
mk_plan_add_painting (mk_planner *p, unsigned outputs, bool is_still, const char *prefix)
{
  char painted[16];
  bool films = (outputs & MK_PLAN_FILM) != 0 && !is_still, pictures = (outputs & MK_PLAN_POSTER) != 0 || (is_still && (outputs & MK_PLAN_FILM) != 0);
  if (!films && !pictures)
    return;
  add_painter (p, !films, painted);
  if (pictures)
    add_picture (p, painted, prefix);
  if (films)
    add_film (p, painted, prefix);
}

const char *
mk_commands_painting (const mk_json *commands)
{
  const char *painting = field (mk_commands_find (commands, "render"), "painting");
  return painting[0] != '\0' ? painting : NULL;
}

char *
mk_plan_looks_new (void)
{
  GString *text = g_string_new (NULL);
  for (size_t i = 1; mk_style_words[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", i == 1 ? "" : mk_style_words[i + 1] == NULL ? " and " : ", ", mk_style_words[i]);
  return g_string_free (text, FALSE);
}
