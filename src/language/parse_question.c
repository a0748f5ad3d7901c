/* Questions: "how many trees are there?", "is the cat on the table?", "what does the dog do?". They are answered, and make nothing. */
#include <string.h>

#include "language/constructions.h"

static int
end_of_question (const mk_parser *p, int i)
{
  while (i < mk_n_tokens (p) && !mk_is_mark (p, i, '?') && !mk_is_mark (p, i, '.') && !mk_is_mark (p, i, '!'))
    i++;
  return i;
}

static void
ask_for (mk_parser *p, const mk_hit *object)
{
  for (guint t = 0; t < p->things->len; t++)
    if (!mk_thing_at (p, (int)t)->is_removed && g_str_equal (mk_json_get_string (mk_json_get (mk_thing_at (p, (int)t)->add, "object")), object->sense->object->name))
      mk_refs_add (&p->question.of, (int)t, 0);
  if (p->question.noun == NULL)
    p->question.noun = object->sense->phrase;
}

/* "which animals are there?" */
static void
ask_for_category (mk_parser *p, const mk_hit *category)
{
  for (guint t = 0; t < p->things->len; t++) {
    const mk_thing *thing = mk_thing_at (p, (int)t);
    if (!thing->is_removed && thing->info != NULL && g_str_equal (thing->info->category, mk_hit_text (category)))
      mk_refs_add (&p->question.of, (int)t, 0);
  }
  p->question.noun = category->sense->phrase;
}

/* "where is the red one?": of those that are asked for, or of all, the ones that look so; of none of them the question is as before. */
static void
ask_for_color (mk_parser *p, const char *color)
{
  mk_refs dyed = { 0 };
  for (guint t = 0; t < p->things->len; t++) {
    mk_refs one = { .thing = { (int)t }, .n = 1 };
    bool is_asked = p->question.of.n == 0 || mk_refs_meet (&p->question.of, &one);
    if (is_asked && !mk_thing_at (p, (int)t)->is_removed && g_ascii_strcasecmp (mk_thing_at (p, (int)t)->color, color) == 0)
      mk_refs_add (&dyed, (int)t, 0);
  }
  if (dyed.n > 0)
    p->question.of = dyed;
}

/* What stands beside something on a table stands on it too. Whether there was any more. */
static bool
add_neighbours (const mk_parser *p, mk_refs *placed)
{
  static const char *const beside[] = { "beside", "left", "right", "front", "behind", "near", NULL };
  unsigned before = placed->n;
  for (guint t = 0; t < p->things->len; t++) {
    const mk_thing *thing = mk_thing_at (p, (int)t);
    const mk_json *places = mk_json_get (thing->add, "place");
    for (size_t k = 0; k < mk_json_length (places) && !thing->is_removed; k++)
      for (unsigned i = 0; i < before; i++)
        if (g_strv_contains (beside, mk_json_get_string (mk_json_get (mk_json_at (places, k), "relation"))) && mk_json_has_text (mk_json_get (mk_json_at (places, k), "targets"), mk_thing_at (p, placed->thing[i])->id))
          mk_refs_add (placed, (int)t, 0);
  }
  return placed->n > before;
}

/* "who is next to the house?": those that were placed so, instead of the house. */
static void
ask_for_placed (mk_parser *p, int i, int end)
{
  const mk_hit *relation = mk_hit_at (p, i, MK_WORD_relation);
  for (int k = i + 1; k < end && relation->n == 0; k++)
    relation = mk_hit_at (p, k, MK_WORD_relation);
  if (relation->n == 0 || p->question.of.n == 0)
    return;
  mk_refs placed = { 0 };
  for (guint t = 0; t < p->things->len; t++) {
    const mk_json *places = mk_json_get (mk_thing_at (p, (int)t)->add, "place");
    for (size_t k = 0; k < mk_json_length (places) && !mk_thing_at (p, (int)t)->is_removed; k++)
      if (g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (places, k), "relation")), mk_hit_text (relation)) && mk_json_has_text (mk_json_get (mk_json_at (places, k), "targets"), mk_thing_at (p, p->question.of.thing[0])->id))
        mk_refs_add (&placed, (int)t, 0);
  }
  if (g_str_equal (mk_hit_text (relation), "on") || g_str_equal (mk_hit_text (relation), "inside"))
    while (add_neighbours (p, &placed))
      ;
  p->question.of = placed;
  p->question.is_where = true;
}

/* "is the cat there" may be no question without its mark, and "what would a dragon look like?" asks for a dragon where nothing is. */
int
mk_parse_question (mk_parser *p, int i, int n, bool is_sure)
{
  int end = end_of_question (p, i + n);
  bool names_things = false;
  for (int k = i + n; k < end; k++)
    names_things |= mk_hit_at (p, k, MK_WORD_object)->n > 0 || mk_hit_at (p, k, MK_WORD_scene)->n > 0;
  if (!is_sure && (!mk_is_mark (p, end, '?') || (p->context == NULL && names_things)))
    return i;
  p->question = (mk_question){ 0 };
  bool asks_for_order = false; /* "what happens after the dog runs?" is told of all */
  for (int k = i; k < end; k++) {
    const mk_hit *object = mk_hit_at (p, k, MK_WORD_object);
    if (object->n > 0)
      ask_for (p, object);
    else if (mk_hit_at (p, k, MK_WORD_category)->n > 0)
      ask_for_category (p, mk_hit_at (p, k, MK_WORD_category));
    p->question.is_of_change |= g_str_equal (mk_hit_text (mk_hit_at (p, k, MK_WORD_edit)), "changes");
    p->question.is_of_camera |= mk_hit_at (p, k, MK_WORD_camera_word)->n > 0;
    p->question.is_of_motion |= mk_hit_at (p, k, MK_WORD_motion)->n > 0;
    asks_for_order |= mk_hit_at (p, k, MK_WORD_order)->n > 0 || mk_is_word (p, k, "happens");
    p->question.is_of_film |= k > i && mk_is_word (p, k, "long") && mk_is_word (p, k - 1, "how") && (mk_is_word (p, k + 2, "it") || mk_is_word (p, k + 2, "this"));
    p->question.is_of_film |= g_str_equal (mk_hit_text (mk_hit_at (p, k, MK_WORD_whole)), "film");
  }
  for (int k = i + n; k < end; k++)
    if (mk_hit_at (p, k, MK_WORD_color)->n > 0)
      ask_for_color (p, mk_hit_text (mk_hit_at (p, k, MK_WORD_color)));
  p->question.is_count = g_str_equal (mk_hit_text (mk_hit_at (p, i, MK_WORD_edit)), "count");
  for (int k = i + n; k < end && p->question.is_count; k++) /* behind whom it is asked of */
    if (mk_hit_at (p, k, MK_WORD_motion)->n > 0 && mk_hit_at (p, k, MK_WORD_motion)->form != MK_FORM_ED && mk_hit_at (p, k, MK_WORD_object)->n == 0 && mk_hit_at (p, k, MK_WORD_copula)->n == 0 && mk_hit_at (p, k, MK_WORD_rests)->n == 0)
      p->question.motion = mk_json_get_string (mk_json_get (mk_hit_at (p, k, MK_WORD_motion)->sense->value, "motion"));
  if (g_str_equal (mk_hit_text (mk_hit_at (p, i, MK_WORD_edit)), "who"))
    ask_for_placed (p, i, end);
  if (asks_for_order) {
    p->question.of.n = 0;
    p->question.noun = NULL;
  }
  p->out->intent = MK_INTENT_ASK;
  mk_note (p, i, end, "edit", -1);
  return end;
}
