/* New things, as a noun phrase says them: how many, in what colours, of what recipe. */
#include <string.h>

#include "language/constructions.h"
#include "language/reply_words.h"

/* "unas gafas", "some scissors": of what is one thing by a plural word its article counts no more. */
static bool
is_some_pair (const mk_parser *p, const mk_thing *thing, const mk_np *np)
{
  const mk_hit *det = mk_hit_at (p, np->from, MK_WORD_det);
  return det->n > 0 && np->group == NULL && mk_json_has (det->sense->value, "number") && np->number == mk_json_get_real (mk_json_get (det->sense->value, "number")) && mk_noun_is_always_many (p, thing->noun);
}

void
mk_set_count (mk_parser *p, mk_thing *thing, const mk_np *np)
{
  double count = is_some_pair (p, thing, np) ? 1 : np->number >= 0 ? np->number : np->group != NULL ? mk_json_get_real (mk_json_get (np->group, "count")) : np->n_colors > 1 && np->is_plural && !mk_is_piebald (thing) ? np->n_colors : np->is_plural ? 3 : 1;
  if (count > 500)
    mk_assume (p, "I placed 500 %s, the most there may be.", mk_noun_written (p, thing->noun));
  thing->count = (unsigned)CLAMP (count, 1, 500);
  if (count < 500 && count != (double)thing->count)
    mk_assume (p, "There is no part of a %s; I placed %u of the %g.", mk_noun_written (p, thing->noun), thing->count, count);
  if (thing->count > 1)
    mk_json_set (thing->add, "count", mk_json_new_int (thing->count));
  if (np->group != NULL)
    mk_set_text (thing->add, "arrange", mk_json_get_string (mk_json_get (np->group, "arrange")));
  thing->is_vague = np->is_plural && np->number < 0 && np->group == NULL && (np->n_colors < 2 || mk_is_piebald (thing));
  if (thing->is_vague)
    mk_assume (p, MK_SAID_THREE, mk_noun_written (p, thing->noun));
}

/* Ten that are no two alike, neighbours far apart in hue. */
static const char *const palette[] = { "#e23b3b", "#2f6fd6", "#f4c21f", "#35a852", "#8a4fd0", "#f2822a", "#22b3b8", "#e85fa6", "#9ac53e", "#6b4a35" };

mk_json *
mk_motley (unsigned n)
{
  mk_json *list = mk_json_new_array ();
  for (unsigned i = 0; i < MIN (n, MK_COUNT (palette)); i++)
    mk_json_append (list, mk_json_new_string (palette[i]));
  return list;
}

static void
set_colors (mk_parser *p, mk_thing *thing, const mk_np *np)
{
  if (np->n_colors > 2 && thing->count == 1) /* "a red, white and blue ball" */
    mk_assume (p, "One thing has two colours at most: the %s takes the first two; several would share the colours.", mk_noun_written (p, thing->noun));
  bool is_motley = thing->count > 1 && np->n_colors == 0 && np->material != NULL && g_str_equal (np->material, "rainbow"); /* "ten colourful cubes": each has one */
  if ((np->n_colors < 2 || mk_is_two_tone (thing)) && !is_motley)
    return;
  if (is_motley)
    mk_json_remove (thing->add, "material");
  mk_json *list = is_motley ? mk_motley (thing->count) : mk_json_new_array ();
  for (unsigned i = 0; i < np->n_colors && !is_motley; i++)
    mk_json_append (list, mk_json_new_string (np->colors[i]));
  mk_json_set (thing->add, "colors", list);
}

static int
make_text (mk_parser *p, const mk_np *np)
{
  int index = mk_thing_new (p, "text", "text", NULL);
  if (index < 0)
    return -1;
  const char *end = g_utf8_offset_to_pointer (np->text, MIN (g_utf8_strlen (np->text, -1), 200));
  mk_json_set (mk_thing_at (p, index)->add, "text", mk_json_new_string_length (np->text, (size_t)(end - np->text)));
  return index;
}

static int
make_object (mk_parser *p, const mk_np *np)
{
  int index = mk_thing_new (p, "add", np->noun, np->object);
  if (index < 0)
    return -1;
  mk_json *add = mk_thing_at (p, index)->add;
  mk_set_text (add, "object", np->object != NULL ? np->object->name : "stand-in");
  mk_set_text (add, "name", np->noun);
  if (np->object == NULL)
    mk_set_text (add, "label", np->label != NULL ? np->label : np->noun);
  return index;
}

void
mk_np_note (mk_parser *p, const mk_np *np, int command)
{
  int head = np->head >= 0 ? np->head : np->to;
  if (np->later.to > 0)
    mk_assume_later (p, mk_words (p, np->earlier.from, np->earlier.to), mk_words (p, np->later.from, np->later.to));
  for (int i = np->from; i < head; i++) {
    const char *kind = mk_hit_at (p, i, MK_WORD_color)->n > 0 || mk_token_at (p, i)->kind == MK_TOKEN_HEX ? "color" : mk_hit_at (p, i, MK_WORD_material)->n > 0 ? "material" :
                       mk_hit_at (p, i, MK_WORD_size)->n > 0 ? "size" : mk_hit_at (p, i, MK_WORD_number)->n > 0 || mk_token_at (p, i)->kind == MK_TOKEN_NUMBER ? "count" : NULL;
    bool is_filled = kind != NULL || np->text != NULL || mk_hit_at (p, i, MK_WORD_det)->n > 0 || mk_hit_at (p, i, MK_WORD_filler)->n > 0 || mk_hit_at (p, i, MK_WORD_group)->n > 0 || mk_hit_at (p, i, MK_WORD_ordinal)->n > 0 || mk_hit_at (p, i, MK_WORD_finish)->n > 0 || mk_hit_at (p, i, MK_WORD_shade)->n > 0 ||
                     mk_hit_at (p, i, MK_WORD_adjective)->n > 0 || mk_hit_at (p, i, MK_WORD_option)->n > 0 || mk_hit_at (p, i, MK_WORD_unit)->n > 0 || mk_hit_at (p, i, MK_WORD_dimension)->n > 0;
    const mk_hit *company = mk_hit_at (p, i, MK_WORD_company);
    int n = MAX (1, company->n > 0 ? company->n + 1 : mk_hit_at (p, i, MK_WORD_adjective)->n); /* "crowd of", "two storey" */
    if (is_filled || company->n > 0)
      mk_note (p, i, MIN (i + n, head), kind, command);
  }
  if (np->head >= 0)
    mk_note (p, np->head, np->to, np->text != NULL ? "text" : "object", command);
}

/* "no ball, and the ball is red". */
static void
notice_unwanted (mk_parser *p, const mk_np *np)
{
  for (guint i = 0; i < p->unwanted->len && np->noun != NULL && !p->is_furnishing; i++)
    if (g_str_equal (p->unwanted->pdata[i], np->noun))
      mk_assume (p, "There was to be no %s, and then one was spoken of; I placed it.", mk_noun_written (p, np->noun));
}

/* "zero balls": there is none, and none comes with the place either. */
static void
make_none (mk_parser *p, const mk_np *np)
{
  if (np->noun != NULL)
    g_ptr_array_add (p->unwanted, (void *)np->noun);
  mk_assume (p, "I placed no %s, as you said.", np->noun != NULL ? np->noun : "such thing");
}

void
mk_make_new (mk_parser *p, const mk_np *np, mk_refs *refs)
{
  if (np->number == 0) {
    make_none (p, np);
    return;
  }
  notice_unwanted (p, np);
  if (np->object == NULL && np->text == NULL && (np->n_colors > 0 || np->material != NULL) && mk_hit_at (p, np->head, MK_WORD_floor)->n > 0) { /* "drops onto a white floor": where all stands anyway */
    mk_json *ground = mk_command_json (p, mk_command_single (p, "ground", MK_BUCKET_GROUND));
    if (ground != NULL && !mk_json_has (ground, "surface"))
      mk_set_text (ground, "surface", "studio");
    return;
  }
  int index = np->text != NULL ? make_text (p, np) : make_object (p, np);
  if (index < 0)
    return;
  mk_thing *thing = mk_thing_at (p, index);
  mk_refs_add (refs, index, 0);
  if (np->setting > 0)
    mk_setting_furnish (p, np->setting - 1);
  if (np->object == NULL && np->text == NULL && np->head >= 0)
    mk_note_unknown (p, np->head, np->to, true);
  if (np->is_kin)
    mk_assume (p, "I show “%s” as %s %s.", mk_noun_written (p, np->noun), strchr ("aeiou", np->object->name[0]) != NULL ? "an" : "a", np->object->name);
  mk_set_count (p, thing, np);
  mk_look_set (p, refs, np);
  set_colors (p, thing, np);
  if (np->option != NULL)
    mk_option_set (thing, np->option);
  if (np->trait != NULL)
    mk_clothes_wear (p, refs, np->trait);
  thing->material = np->material != NULL ? np->material : "";
}
