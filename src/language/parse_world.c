/* Light, sky, ground, and how it is rendered. */
#include <math.h>
#include <string.h>

#include "language/constructions.h"
#include "scene/surroundings.h"

#define PLACE_NEAR_M 1.2 /* from whom the sentence is about to the first piece of a place, and that again for each metre of its size */
#define PLACE_DEEP 0.5
#define PLACE_FAR_M 12.0

/* Words that only lead up to something: "with", "in the", "under a". */
int
mk_skip_lead (const mk_parser *p, int i)
{
  static const char *const leads[] = { "with", "in", "under", "by", "at", "lit", "during", "using", "into", "to", NULL };
  for (int steps = 0; steps < 3 && i < mk_n_tokens (p); steps++) {
    const mk_hit *det = mk_hit_at (p, i, MK_WORD_det);
    if (det->n > 0 && !mk_json_get_bool (mk_json_get (det->sense->value, "another")))
      i += det->n;
    else if (g_strv_contains (leads, mk_glue_at (p, i)))
      i++;
  }
  return i;
}

/* "empty" of "an empty street": over words that say nothing to a word of `kind`; `i` itself when none follows. */
static int
skip_adjectives (mk_parser *p, int i, mk_word_kind kind)
{
  int at = i;
  for (int steps = 0; steps < 4 && mk_hit_at (p, at, kind)->n == 0 && mk_hit_at (p, at, MK_WORD_prep)->n == 0; steps++) {
    const mk_hit *adjective = mk_hit_at (p, at, MK_WORD_adjective), *size = mk_hit_at (p, at, MK_WORD_size), *filler = mk_hit_at (p, at, MK_WORD_filler), *shade = mk_hit_at (p, at, MK_WORD_shade);
    at += MAX (MAX (adjective->n, size->n), MAX (filler->n, shade->n));
  }
  if (mk_hit_at (p, at, kind)->n == 0)
    return i;
  for (int k = i; k < at; k++)
    if (mk_hit_at (p, k, MK_WORD_filler)->n == 0)
      mk_note_unshown (p, k, 1);
  return at;
}

bool
mk_is_thing_at (const mk_parser *p, int i)
{
  return mk_hit_at (p, i, MK_WORD_object)->n > 0 || mk_hit_at (p, i, MK_WORD_noun)->n > 0 || mk_hit_at (p, i, MK_WORD_floor)->n > 0 || mk_hit_at (p, i, MK_WORD_likeness)->n > 0;
}

/* --- sky --- */

/* A place brings no sky or ground where the sentence has one. */
static bool
is_said_already (const mk_parser *p, const char *op)
{
  for (guint i = 0; i < p->commands->len && p->is_furnishing; i++)
    if (g_str_equal (mk_json_get_string (mk_json_get (mk_command_json (p, (int)i), "op")), op))
      return true;
  return false;
}

/* "at night, a stormy sea", "a foggy night": clouds and fog are at any hour, and the hour is what is seen. */
static void
set_sky_kind (mk_parser *p, mk_json *json, const char *kind)
{
  const char *before = mk_json_get_string (mk_json_get (json, "kind"));
  bool was_hour = mk_world_has (p, "skies", "hours", before), is_hour = mk_world_has (p, "skies", "hours", kind);
  bool is_weather = g_str_equal (kind, "overcast") || g_str_equal (kind, "fog"), was_weather = g_str_equal (before, "overcast") || g_str_equal (before, "fog");
  if (is_weather && was_hour)
    return;
  if (was_weather && is_hour)
    mk_set_text (json, "kind", kind);
  else
    mk_choice_set (p, json, "kind", kind);
}

static int
set_sky (mk_parser *p, int from, int to, const mk_json *value)
{
  if (is_said_already (p, "sky"))
    return to;
  int command = mk_command_single (p, "sky", MK_BUCKET_SKY);
  mk_json *json = mk_command_json (p, command);
  for (mk_json_iter i = mk_json_iterate (value); json != NULL && mk_json_next (&i);)
    if (g_str_equal (i.key, "kind"))
      set_sky_kind (p, json, mk_json_get_string (i.value));
    else if (g_str_equal (i.key, "backdrop"))
      p->has_backdrop = true;
    else if (!g_str_equal (i.key, "ground"))
      mk_json_set (json, i.key, mk_json_copy (i.value));
  if (json != NULL && !mk_json_has (json, "kind") && p->context == NULL)
    mk_set_text (json, "kind", mk_json_has (json, "wind") ? "day" : "fog");
  bool has_ground = false;
  for (guint i = 0; i < p->commands->len; i++)
    has_ground |= g_str_equal (mk_json_get_string (mk_json_get (mk_command_json (p, (int)i), "op")), "ground");
  if (mk_json_has (value, "ground") && !has_ground)
    mk_set_text (mk_command_json (p, mk_command_single (p, "ground", MK_BUCKET_GROUND)), "surface", mk_json_get_string (mk_json_get (value, "ground")));
  mk_note (p, from, to, "sky", command);
  return to;
}

/* "a pink sky", "the sky is green", "a black background". */
static int
parse_colored_sky (mk_parser *p, int i)
{
  mk_np look;
  double brightness = 1;
  int at = mk_read_light_look (p, mk_skip_lead (p, i), &look, &brightness);
  const mk_hit *sky = mk_hit_at (p, at, MK_WORD_sky_word);
  if (sky->n == 0)
    return i;
  int next = at + sky->n;
  const mk_hit *copula = mk_hit_at (p, next, MK_WORD_copula);
  if (look.n_colors == 0 && copula->n > 0) {
    if (mk_hit_at (p, next + copula->n, MK_WORD_sky)->n > 0)
      return set_sky (p, i, next + copula->n + mk_hit_at (p, next + copula->n, MK_WORD_sky)->n, mk_hit_at (p, next + copula->n, MK_WORD_sky)->sense->value);
    next += copula->n;
    while (mk_hit_at (p, next, MK_WORD_filler)->n == 1 || mk_hit_at (p, next, MK_WORD_adjective)->n == 1) /* "plain" */
      next++;
    next = mk_read_light_look (p, next, &look, &brightness);
  }
  if (look.n_colors == 0) {
    int color = mk_read_light_look (p, next, &look, &brightness);
    next = look.n_colors > 0 && p->edit.kind == MK_EDIT_MAKE ? color : next;
  }
  if (look.n_colors == 0)
    return i;
  mk_json *json = mk_command_json (p, mk_command_single (p, "sky", MK_BUCKET_SKY));
  mk_set_text (json, "kind", "color");
  mk_set_text (json, "color", look.colors[0]);
  p->has_backdrop |= g_str_equal (mk_hit_text (sky), "backdrop");
  mk_note (p, i, next, "sky", mk_command_single (p, "sky", MK_BUCKET_SKY));
  return next;
}

int
mk_parse_sky (mk_parser *p, int i)
{
  int colored = parse_colored_sky (p, i);
  if (colored > i)
    return colored;
  const mk_hit *direct = mk_hit_at (p, i, MK_WORD_sky);
  int at = direct->n > 0 ? i : mk_skip_lead (p, i);
  const mk_hit *sky = mk_hit_at (p, at, MK_WORD_sky);
  int next = at + sky->n;
  if (sky->n == 0 || mk_hit_at (p, at, MK_WORD_style)->n > sky->n || mk_hit_at (p, at, MK_WORD_scene)->n > sky->n || mk_hit_at (p, at, MK_WORD_object)->n > sky->n)
    return i;
  /* "a neon cube": a look, no sky. */
  if (sky->n == 1 && (mk_is_thing_at (p, next) || mk_hit_at (p, next, MK_WORD_quote)->n > 0 || (mk_hit_at (p, at, MK_WORD_material)->n > 0 && mk_np_is_head_ahead (p, next))))
    return i;
  if (mk_hit_at (p, at, MK_WORD_made_of)->n == 0 && mk_hit_at (p, at, MK_WORD_material)->n > 0 && p->clause.is_predicate)
    return i;
  while (mk_hit_at (p, next, MK_WORD_sky_word)->n > 0 || mk_hit_at (p, next, MK_WORD_light_word)->n > 0)
    next++;
  return set_sky (p, i, next, sky->sense->value);
}

/* --- ground --- */

static const char *
surface_of_material (const mk_parser *p, const char *material)
{
  if (g_str_equal (material, "cloth") || g_str_equal (material, "velvet"))
    return "carpet";
  return mk_world_has (p, "stuff", "surfaces", material) ? material : g_str_equal (material, "brick") || g_str_equal (material, "ceramic") ? "tiles" : "";
}

static int
set_ground (mk_parser *p, int from, int to, const char *surface, const mk_np *look)
{
  if (is_said_already (p, "ground"))
    return to;
  int command = mk_command_single (p, "ground", MK_BUCKET_GROUND);
  mk_json *json = mk_command_json (p, command);
  if (*surface != 0)
    mk_choice_set (p, json, "surface", surface);
  if (look->n_colors > 0)
    mk_set_text (json, "color", look->colors[0]);
  mk_note (p, from, to, "ground", command);
  return to;
}

/* Modifiers before "floor", "grass": colours, a material; others are passed over. */
static int
read_ground_look (mk_parser *p, int i, mk_np *look, const char **surface)
{
  double brightness = 1;
  int at = mk_read_light_look (p, i, look, &brightness);
  const mk_hit *material = mk_hit_at (p, at, MK_WORD_material), *size = mk_hit_at (p, at, MK_WORD_size), *finish = mk_hit_at (p, at, MK_WORD_finish);
  at += material->n == 0 ? MAX (size->n, finish->n) : 0;
  material = mk_hit_at (p, at, MK_WORD_material);
  if (material->n > 0 && mk_hit_at (p, at + material->n, MK_WORD_floor)->n > 0) {
    *surface = surface_of_material (p, mk_hit_text (material));
    at += material->n;
  }
  int surface_at = skip_adjectives (p, at, MK_WORD_surface);
  return surface_at > at ? surface_at : skip_adjectives (p, at, MK_WORD_floor);
}

/* "the ground is snow", "the floor is red". */
static int
parse_ground_predicate (mk_parser *p, int i, int floor_end)
{
  const mk_hit *copula = mk_hit_at (p, floor_end, MK_WORD_copula);
  mk_np look;
  double brightness = 1;
  bool is_made = p->edit.kind == MK_EDIT_MAKE;
  if (copula->n == 0 && !is_made)
    return i;
  int at = floor_end + copula->n;
  while (mk_is_word (p, at, "made") || mk_is_word (p, at, "of") || mk_is_word (p, at, "covered") || mk_is_word (p, at, "in") || mk_is_word (p, at, "with") || mk_is_word (p, at, "to"))
    at++;
  const mk_hit *surface = mk_hit_at (p, at, MK_WORD_surface), *material = mk_hit_at (p, at, MK_WORD_material);
  const char *name = surface->n > 0 ? mk_hit_text (surface) : material->n > 0 ? surface_of_material (p, mk_hit_text (material)) : "";
  look = (mk_np){ 0 };
  int next = at + (surface->n > 0 ? surface->n : *name != 0 ? material->n : 0);
  if (*name == 0)
    next = mk_read_light_look (p, at, &look, &brightness);
  return next > at ? set_ground (p, i, next, name, &look) : i;
}

/* "indoors": the floor is a room's. */
static int
parse_walls (mk_parser *p, int i)
{
  int n = mk_hit_at (p, i, MK_WORD_walls)->n, command = n > 0 ? mk_command_single (p, "ground", MK_BUCKET_GROUND) : -1;
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return i + n;
  if (!mk_json_has (json, "surface"))
    mk_set_text (json, "surface", "wood");
  mk_json_set (json, "walls", mk_json_new_bool (true));
  mk_note (p, i, i + n, "ground", command);
  return i + n;
}

/* "across a green meadow": ground, which is no thing to cross. */
bool
mk_is_ground_ahead (const mk_parser *p, int i)
{
  i += mk_hit_at (p, i, MK_WORD_det)->n;
  for (int steps = 0; steps < 3; steps++)
    i += MAX (mk_hit_at (p, i, MK_WORD_color)->n, mk_hit_at (p, i, MK_WORD_adjective)->n);
  const mk_hit *surface = mk_hit_at (p, i, MK_WORD_surface);
  return surface->n > 0 && surface->n >= mk_hit_at (p, i, MK_WORD_object)->n && !mk_np_is_head_ahead (p, i + surface->n);
}

int
mk_parse_ground (mk_parser *p, int i)
{
  if (mk_hit_at (p, i, MK_WORD_walls)->n > 0)
    return parse_walls (p, i);
  const mk_hit *verb = mk_hit_at (p, i, MK_WORD_motion);
  if (verb->n > 0 && verb->form == MK_FORM_ING && p->subject.n > 0 && (mk_hit_at (p, i + verb->n, MK_WORD_det)->n > 0 || mk_hit_at (p, i + verb->n, MK_WORD_pronoun)->n > 0)) /* "a snake crossing the road" */
    return i;
  if (mk_is_done_by_several (p, i))
    return i;
  static const char *const leads[] = { "on", "in", "over", "across", "through", "onto", "into", "upon", "at", "along", "above", "with", "by", "from", "out", "of", "beneath", "below", "under", "off", NULL };
  mk_np look;
  const char *surface = "";
  int at = i, steps = 0;
  const mk_hit *whole = mk_hit_at (p, i, MK_WORD_surface); /* "auf dem Eis" is said of no ice cream */
  if (whole->n > 2 && g_strv_contains (leads, mk_glue_at (p, i)) && !p->clause.wants_target && (mk_hit_at (p, i + whole->n - 1, MK_WORD_object)->n > 0 || mk_hit_at (p, i + whole->n - 1, MK_WORD_material)->n > 0))
    return set_ground (p, i, i + whole->n, mk_hit_text (whole), &(mk_np){ .number = -1 });
  while (at < mk_n_tokens (p) && steps++ < 2 && g_strv_contains (leads, mk_glue_at (p, at)) && !p->clause.wants_target)
    at++;
  const mk_hit *relation = mk_hit_at (p, i, MK_WORD_relation); /* "floating on", "standing in", "high above", "near" */
  bool is_on = g_str_equal (mk_hit_text (relation), "on") || g_str_equal (mk_hit_text (relation), "inside"), is_aside = at == i && relation->n > 0 && !is_on;
  at += at == i ? relation->n : 0;
  bool has_lead = at > i;
  bool is_made_of = at == i + 1 && mk_hit_at (p, i, MK_WORD_made_of)->n > 0 && mk_is_word (p, i, "of") && mk_hit_at (p, at, MK_WORD_material)->n > 0 && (p->anchor.n > 0 || p->subject.n > 0);
  if (is_made_of) /* "a queen of ice" */
    return i;
  at += mk_is_word (p, at, "top") && mk_is_word (p, at + 1, "of") ? 2 : 0;
  const mk_hit *det = mk_hit_at (p, at, MK_WORD_det);
  bool is_new = det->n > 0 && mk_json_get_bool (mk_json_get (det->sense->value, "new"));
  if (is_new && mk_hit_at (p, at + det->n, MK_WORD_object)->n > 0 && mk_hit_at (p, at + det->n, MK_WORD_material)->n > 0 && !mk_np_is_head_ahead (p, at + det->n + 1)) /* "on a stone" */
    return i;
  at = read_ground_look (p, at + det->n, &look, &surface);
  const mk_hit *floor = mk_hit_at (p, at, MK_WORD_floor), *found = mk_hit_at (p, at, MK_WORD_surface), *object = mk_hit_at (p, at, MK_WORD_object);
  if (floor->n > 0 && floor->n >= object->n) {
    int said = parse_ground_predicate (p, i, at + floor->n);
    if (said > i)
      return said;
    bool is_indoors = look.n_colors > 0 && *surface == 0 && mk_json_has (floor->sense->value, "surface"); /* "a white floor" is no lawn */
    if (is_indoors)
      surface = mk_json_get_string (mk_json_get (floor->sense->value, "surface"));
    if (look.n_colors > 0 || *surface != 0)
      return set_ground (p, i, at + floor->n, surface, &look);
    /* "on the ground": where all stands anyway. */
    if (has_lead) {
      mk_note (p, i, at + floor->n, "ground", -1);
      return at + floor->n;
    }
    return i;
  }
  const mk_hit *hills = mk_hit_at (p, at, MK_WORD_hills);
  if (found->n == 0 && hills->n > object->n && !mk_np_is_head_ahead (p, at + hills->n)) {
    set_ground (p, i, at + hills->n, "grass", &look);
    mk_set_real (mk_command_json (p, mk_command_single (p, "ground", MK_BUCKET_GROUND)), "hills_m", mk_json_get_real (hills->sense->value));
    return at + hills->n;
  }
  /* A surface that is a thing too ("a lake") is a thing unless something is on it: "a house by a lake" has one beside it. */
  bool is_beside = is_aside || (has_lead && (mk_is_word (p, i, "by") || mk_is_word (p, i, "at") || mk_is_word (p, i, "with") || mk_is_word (p, i, "of") || mk_is_word (p, i, "from") || (mk_is_word (p, i, "along") && !p->clause.has_verb)));
  bool is_stuff = object->n > 0 && object->sense->is_kin && det->n == 0; /* "turquoise water", and "the water" that one walks to */
  bool is_object = object->n > found->n || (object->n == found->n && (!has_lead || is_beside) && object->n > 0 && !is_stuff);
  bool is_look = mk_is_thing_at (p, at + found->n) && mk_hit_at (p, at + found->n, MK_WORD_floor)->n == 0;
  bool is_material = !has_lead && p->edit.kind == MK_EDIT_MAKE && at > 0 && mk_hit_at (p, at - 1, MK_WORD_pronoun)->n > 0 && mk_hit_at (p, at, MK_WORD_material)->n > 0; /* "make everything wood" */
  if (found->n == 0 || is_object || is_look || is_material || mk_hit_at (p, at, MK_WORD_scene)->n > found->n || (p->clause.is_predicate && !has_lead))
    return i;
  if (!has_lead && mk_hit_at (p, at + found->n, MK_WORD_floor)->n == 0 && mk_np_is_head_ahead (p, at + found->n))
    return i;
  int next = at + found->n;
  next += mk_hit_at (p, next, MK_WORD_floor)->n;
  set_ground (p, i, next, mk_hit_text (found), &look);
  if (hills->n > 0)
    mk_set_real (mk_command_json (p, mk_command_single (p, "ground", MK_BUCKET_GROUND)), "hills_m", mk_json_get_real (hills->sense->value));
  return next;
}

/* --- render --- */

static mk_json *
render_json (mk_parser *p, int from, int to)
{
  int command = mk_command_single (p, "render", MK_BUCKET_RENDER);
  mk_note (p, from, to, "render", command);
  return mk_command_json (p, command);
}

static int
parse_size (mk_parser *p, int i, int at)
{
  const mk_hit *resolution = mk_hit_at (p, at, MK_WORD_resolution);
  int x = at + 1;
  if (resolution->n > 0 && !(mk_hit_at (p, at, MK_WORD_object)->n > 0 && mk_np_is_head_ahead (p, at)) && !(resolution->n == 1 && mk_np_is_head_ahead (p, at + 1) && mk_is_word (p, at, "square"))) {
    mk_json *render = render_json (p, i, at + resolution->n);
    mk_set_real (render, "width", mk_json_get_real (mk_json_at (resolution->sense->value, 0)));
    mk_set_real (render, "height", mk_json_get_real (mk_json_at (resolution->sense->value, 1)));
    return at + resolution->n;
  }
  double side[2];
  int colon = mk_parse_number (p, at, &side[0]), end = colon > at && (mk_is_mark (p, colon, ':') || mk_is_word (p, colon, "by")) ? mk_parse_number (p, colon + 1, &side[1]) : colon;
  g_autofree char *ratio = end > colon ? g_strdup_printf ("%g %g", side[0], side[1]) : g_strdup (""); /* "16:9" */
  for (const mk_sense *sense = mk_lexicon_find (p->language->lexicon, ratio); sense != NULL; sense = sense->next)
    if (sense->kind == MK_WORD_resolution) {
      mk_json *render = render_json (p, i, end);
      mk_set_real (render, "width", mk_json_get_real (mk_json_at (sense->value, 0)));
      mk_set_real (render, "height", mk_json_get_real (mk_json_at (sense->value, 1)));
      return end;
    }
  bool is_pair = x + 1 < mk_n_tokens (p) && mk_token_at (p, at)->kind == MK_TOKEN_NUMBER && (mk_is_word (p, x, "x") || mk_is_word (p, x, "by")) && mk_token_at (p, x + 1)->kind == MK_TOKEN_NUMBER;
  double width = is_pair ? mk_token_at (p, at)->number : 0, height = is_pair ? mk_token_at (p, x + 1)->number : 0;
  if (width < 64 || height < 64)
    return i;
  if (width > 8192 || height > 8192)
    mk_assume (p, "Pictures are at most 8192 wide and high; I took the most.");
  mk_json *render = render_json (p, i, x + 2);
  mk_set_real (render, "width", floor (MIN (width, 8192)));
  mk_set_real (render, "height", floor (MIN (height, 8192)));
  return x + 2;
}

static int
parse_number_setting (mk_parser *p, int i, int at)
{
  double number = 0;
  int unit = mk_parse_number (p, at, &number);
  const mk_hit *hit = mk_hit_at (p, unit, MK_WORD_unit);
  const char *what = hit->n > 0 ? mk_json_get_string (mk_json_at (hit->sense->value, 0)) : "";
  if (unit > at && g_str_equal (what, "fps")) {
    if (number < 1 || number > 120)
      mk_assume (p, "Films have 1 to 120 pictures a second; I took the nearest.");
    mk_set_real (render_json (p, i, unit + hit->n), "fps", CLAMP (number, 1, 120));
    return unit + hit->n;
  }
  int at_f = unit + hit->n + (mk_is_word (p, unit + hit->n, "at") ? 1 : 0); /* "50mm at f/1.4" */
  bool is_lens = (p->last_camera >= 0 || (mk_is_word (p, at_f, "f") && mk_is_mark (p, at_f + 1, '/'))) && hit->n > 0 && g_str_equal (hit->sense->phrase, "mm") && number >= 8 && !mk_np_is_head_ahead (p, unit + hit->n);
  if (unit > at && (g_str_equal (what, "lens") || is_lens)) {
    int command = p->last_camera >= 0 ? p->last_camera : mk_command_new (p, "camera", MK_BUCKET_CAMERA);
    mk_json *json = mk_command_json (p, command);
    if (json != NULL && p->last_camera < 0) {
      mk_set_text (json, "id", mk_new_id (p, "camera"));
      p->last_camera = command;
    }
    mk_set_real (json, "lens_mm", CLAMP (number, 4, 1200));
    mk_note (p, i, unit + hit->n, "camera", command);
    return unit + hit->n;
  }
  at += mk_is_word (p, at, "at") && mk_is_word (p, at + 1, "f") ? 1 : 0;
  int stop = at + 1 + (mk_is_mark (p, at + 1, '/') ? 1 : 0); /* "f/2.8" */
  if (mk_is_word (p, at, "f") && mk_parse_number (p, stop, &number) > stop && p->last_camera >= 0) {
    mk_set_real (mk_command_json (p, p->last_camera), "f_stop", CLAMP (number, 0.7, 64));
    mk_note (p, i, stop + 1, "camera", p->last_camera);
    return stop + 1;
  }
  if (mk_is_word (p, at, "seed") && at + 1 < mk_n_tokens (p) && mk_token_at (p, at + 1)->kind == MK_TOKEN_NUMBER) {
    mk_json *render = render_json (p, i, at + 2);
    mk_json_set (render, "seed", mk_json_new_uint (g_ascii_strtoull (mk_token_at (p, at + 1)->text, NULL, 10)));
    return at + 2;
  }
  /* "a 10 second video" */
  if (unit > at && g_str_equal (what, "s") && (mk_is_word (p, unit + hit->n, "video") || mk_is_word (p, unit + hit->n, "film") || mk_is_word (p, unit + hit->n, "animation") || mk_is_word (p, unit + hit->n, "clip") || mk_is_word (p, unit + hit->n, "long") || mk_is_word (p, unit + hit->n, "movie"))) {
    mk_set_film_seconds (p, render_json (p, i, unit + hit->n + 1), number * mk_json_get_real (mk_json_at (hit->sense->value, 1)));
    return unit + hit->n + 1;
  }
  return i;
}

static int
parse_style (mk_parser *p, int i, int at)
{
  const mk_hit *style = mk_hit_at (p, at, MK_WORD_style);
  int next = at + style->n;
  if (style->n == 0)
    return i;
  const mk_hit *word = mk_hit_at (p, next, MK_WORD_style_word);
  bool is_look = mk_hit_at (p, at, MK_WORD_material)->n == style->n || mk_hit_at (p, at, MK_WORD_object)->n == style->n;
  bool is_else = mk_hit_at (p, at, MK_WORD_surface)->n > 0 || mk_hit_at (p, at, MK_WORD_noun)->n > 0;
  bool is_of_thing = mk_np_is_head_ahead (p, next) || (p->clause.is_predicate && p->subject.n > 0) || (i == p->edit.end && mk_hit_at (p, i - 1, MK_WORD_pronoun)->n == 0);
  if (word->n == 0 && mk_hit_at (p, at, MK_WORD_color)->n > 0 && is_of_thing) /* "a black and white cow", "the cow is black and white" */
    return i;
  if (word->n == 0 && (is_look || (is_else && mk_np_is_head_ahead (p, next) && style->n == 1)))
    return i;
  mk_choice_set (p, render_json (p, i, next + word->n), "style", mk_hit_text (style));
  return next + word->n;
}

static int
parse_still (mk_parser *p, int i)
{
  const mk_hit *det = mk_hit_at (p, i, MK_WORD_det);
  int at = mk_hit_at (p, i, MK_WORD_still)->n > 0 ? i : i + det->n;
  const mk_hit *still = mk_hit_at (p, at, MK_WORD_still);
  if (still->n == 0 || mk_hit_at (p, at, MK_WORD_object)->n > still->n || (p->has_subject && still->n == 1))
    return i;
  mk_json_set (render_json (p, i, at + still->n), "still", mk_json_new_bool (true));
  p->is_portrait |= mk_json_get_bool (mk_json_get (still->sense->value, "portrait"));
  return at + still->n;
}

int
mk_parse_render (mk_parser *p, int i)
{
  const mk_hit *quality = mk_hit_at (p, i, MK_WORD_quality);
  int still = parse_still (p, i);
  if (still > i)
    return still;
  if (quality->n > 1 || (quality->n == 1 && !mk_np_is_head_ahead (p, i + 1))) {
    mk_set_text (render_json (p, i, i + quality->n), "quality", mk_hit_text (quality));
    return i + quality->n;
  }
  int at = mk_hit_at (p, i, MK_WORD_resolution)->n > 0 || mk_hit_at (p, i, MK_WORD_style)->n > 0 ? i : mk_skip_lead (p, i), next = parse_size (p, i, at);
  if (next == i)
    next = parse_number_setting (p, i, at);
  return next > i ? next : parse_style (p, i, at);
}

/* --- places as words --- */

bool
mk_is_mere_place (const mk_parser *p, int i)
{
  int at = i + mk_hit_at (p, i, MK_WORD_det)->n, n = mk_hit_at (p, at, MK_WORD_scene)->n;
  return n > 0 && n > mk_hit_at (p, at, MK_WORD_object)->n && !mk_is_thing_at (p, at + n) && !mk_np_is_head_ahead (p, at + n);
}

void
mk_place_furnish (mk_parser *p, int i)
{
  const mk_hit *scene = mk_hit_at (p, i, MK_WORD_scene);
  for (guint k = 0; k < p->places->len; k++)
    if (mk_json_equal (((const mk_sense *)p->places->pdata[k])->value, scene->sense->value))
      return;
  g_ptr_array_add (p->places, (void *)scene->sense);
  mk_assume (p, "I furnished “%s” with what is usual there.", mk_said (p, i, i + scene->n));
}

/* "a living room": a few sentences of its own, from the lexicon, kept for the end. */
int
mk_parse_scene (mk_parser *p, int i)
{
  int at = mk_hit_at (p, i, MK_WORD_scene)->n > 0 ? i : skip_adjectives (p, mk_skip_lead (p, i), MK_WORD_scene);
  const mk_hit *scene = mk_hit_at (p, at, MK_WORD_scene), *object = mk_hit_at (p, at, MK_WORD_object);
  const mk_hit *material = mk_hit_at (p, i + mk_hit_at (p, i, MK_WORD_det)->n, MK_WORD_material);
  int covered = i + mk_hit_at (p, i, MK_WORD_det)->n + material->n; /* "a snowy street" */
  if (scene->n == 0 && material->n > 0 && *surface_of_material (p, mk_hit_text (material)) != 0 && mk_hit_at (p, covered, MK_WORD_scene)->n > 0 && !p->is_quiet) {
    set_ground (p, i, covered, surface_of_material (p, mk_hit_text (material)), &(mk_np){ 0 });
    return covered;
  }
  if (scene->n == 0 || p->is_quiet || object->n > scene->n || p->clause.verb >= 0 || mk_is_thing_at (p, at + scene->n) || (object->n > 0 && p->clause.has_verb))
    return i;
  if (mk_is_word (p, i, "across") && p->clause.action >= 0)
    mk_go_across (p, p->clause.action);
  mk_note (p, i, at + scene->n, "object", -1);
  mk_place_furnish (p, at);
  return at + scene->n;
}

/* "A woman at the table" of a kitchen, whose table is in front of the oven: that is where she is. */
static bool
is_said_among (const mk_parser *p)
{
  for (guint i = 0; i < p->n_said; i++) {
    const mk_json *places = mk_json_get (mk_thing_at (p, (int)i)->add, "place");
    for (size_t k = 0; k < mk_json_length (places); k++)
      for (guint piece = p->n_said; piece < p->things->len; piece++)
        if (g_str_equal (mk_json_get_string (mk_json_at (mk_json_get (mk_json_at (places, k), "targets"), 0)), mk_thing_at (p, (int)piece)->id))
          return true;
  }
  return false;
}

/* The first piece of a place is behind whom the sentence is about, so that they are seen before it and not among the backs of its
 * furniture: the larger it is, the more of the place lies before it. */
static void
put_behind_who_is_said (mk_parser *p)
{
  mk_thing *first = p->things->len > p->n_said ? mk_thing_at (p, (int)p->n_said) : NULL;
  bool is_backdrop = first == NULL || first->info == NULL || first->info->is_set || first->info->is_around || first->info->sky != NULL || g_str_equal (mk_json_get_string (mk_json_get (first->add, "arrange")), "scatter");
  mk_refs who = { 0 };
  for (guint i = 0; i < p->n_said && !is_backdrop; i++)
    if (!mk_thing_at (p, (int)i)->is_removed && !mk_is_carried (mk_json_get (mk_thing_at (p, (int)i)->add, "place")))
      mk_refs_add (&who, (int)i, 0);
  if (who.n == 0 || mk_json_has (first->add, "place") || is_said_among (p))
    return;
  mk_json *place = mk_json_new_object (), *places = mk_json_new_array ();
  mk_json_set (place, "relation", mk_json_new_string ("behind"));
  mk_json_set (place, "targets", mk_refs_to_json (p, &who));
  mk_json_set (place, "distance_m", mk_json_new_real (round (10 * fmin (PLACE_NEAR_M + PLACE_DEEP * (double)first->info->size_m, PLACE_FAR_M)) / 10));
  mk_json_append (places, place);
  mk_json_set (first->add, "place", places);
}

static bool
is_place_of_said (const mk_parser *p, const mk_thing *piece)
{
  for (guint i = 0; i < p->n_said; i++) {
    const mk_json *places = mk_json_get (mk_thing_at (p, (int)i)->add, "place");
    for (size_t k = 0; k < mk_json_length (places); k++)
      if (g_str_equal (mk_json_get_string (mk_json_at (mk_json_get (mk_json_at (places, k), "targets"), 0)), piece->id))
        return true;
  }
  return false;
}

/* Who is in a place is what its picture is about; the furniture is around. */
static void
set_back (mk_parser *p)
{
  bool has_subject = false;
  for (guint i = 0; i < p->n_said; i++) {
    const mk_thing *said = mk_thing_at (p, (int)i);
    has_subject |= !said->is_removed && said->info != NULL && !said->info->is_set;
  }
  for (guint i = p->n_said; i < p->things->len && has_subject; i++) {
    mk_thing *piece = mk_thing_at (p, (int)i);
    if (piece->info != NULL && !piece->info->is_set && !is_place_of_said (p, piece))
      mk_json_set (piece->add, "backdrop", mk_json_new_bool (true));
  }
}

void
mk_furnish (mk_parser *p)
{
  p->n_said = p->things->len;
  for (guint i = 0; i < p->places->len; i++) {
    const mk_sense *place = p->places->pdata[i];
    p->is_furnishing = true;
    p->subject.n = p->anchor.n = p->head.n = p->latest.n = p->n_recent = 0;
    p->has_subject = false;
    p->clause.action = p->last_action = p->previous_action = -1;
    mk_parse_words (p, mk_json_get_string (place->value));
    p->is_furnishing = false;
  }
  put_behind_who_is_said (p);
  set_back (p);
}

const char *
mk_falling_kind (const mk_parser *p, int i, int *next)
{
  const mk_hit *weather = mk_hit_at (p, i, MK_WORD_weather), *surface = mk_hit_at (p, i, MK_WORD_surface), *object = mk_hit_at (p, i, MK_WORD_object);
  const char *of_object = object->n > 0 ? mk_json_get_string (mk_json_get (mk_json_get (mk_lexicon_world (p->language->lexicon), "falls_as"), object->sense->object->name)) : "";
  *next = i + (weather->n > 0 ? weather->n : *of_object != 0 ? object->n : surface->n);
  return weather->n > 0 ? mk_json_get_string (mk_json_get (weather->sense->value, "kind")) : *of_object != 0 ? of_object : mk_hit_text (surface); /* "the snow" falls, where it does */
}

/* "stop the rain", "no more snow": what falls no longer does. */
static int
remove_weather (mk_parser *p, int i, int at)
{
  int next = at;
  const char *kind = mk_falling_kind (p, at, &next);
  mk_json *ids = mk_json_new_array ();
  for (size_t k = 0; k < mk_json_length (p->context) && next > at; k++) {
    const mk_json *command = mk_json_at (p->context, k);
    if (g_str_equal (mk_json_get_string (mk_json_get (command, "op")), "particles") && g_str_equal (mk_json_get_string (mk_json_get (command, "kind")), kind) && mk_json_has (command, "id"))
      mk_json_append (ids, mk_json_ref (mk_json_get (command, "id")));
  }
  int command = mk_ids_remove (p, ids);
  if (command < 0)
    return i;
  mk_note (p, i, next, "sky", command);
  return next;
}

/* "the ground", "the fog", "shadows", "the rain": what is no thing. */
int
mk_parse_world_removal (mk_parser *p, int i)
{
  const mk_hit *det = mk_hit_at (p, i, MK_WORD_det);
  int at = i + det->n, fallen = remove_weather (p, i, at);
  if (fallen > i)
    return fallen;
  const mk_hit *floor = mk_hit_at (p, at, MK_WORD_floor), *surface = mk_hit_at (p, at, MK_WORD_surface), *shadow = mk_hit_at (p, at, MK_WORD_shadow), *sky = mk_hit_at (p, at, MK_WORD_sky);
  if (floor->n > 0 || (surface->n > 0 && mk_hit_at (p, at, MK_WORD_object)->n == 0)) {
    int command = mk_command_single (p, "ground", MK_BUCKET_GROUND), n = MAX (floor->n, surface->n);
    mk_set_text (mk_command_json (p, command), "surface", "none");
    mk_note (p, i, at + n, "ground", command);
    return at + n;
  }
  if (sky->n > 0 && mk_json_has (sky->sense->value, "fog")) {
    int command = mk_command_single (p, "sky", MK_BUCKET_SKY);
    mk_set_real (mk_command_json (p, command), "fog", 0);
    mk_note (p, i, at + sky->n, "sky", command);
    return at + sky->n;
  }
  if (shadow->n > 0) {
    int command = mk_command_single (p, "sky", MK_BUCKET_SKY);
    mk_set_text (mk_command_json (p, command), "kind", "overcast");
    mk_assume (p, "Light always casts shadows; an overcast sky makes them faint.");
    mk_note (p, i, at + shadow->n, "sky", command);
    return at + shadow->n;
  }
  return i;
}
