/* What people wear and how they look: words for the parameters and materials of a recipe ("a woman in a red dress", "a bald man
 * with a white beard"). The lexicon says which they set and paint; whoever has none of them wears no such thing. */
#include <string.h>

#include "language/constructions.h"

static bool
has_all (const mk_thing *thing, const mk_json *clothes)
{
  const mk_json *paint = mk_json_get (clothes, "paint");
  for (size_t i = 0; i < mk_json_length (paint); i++)
    if (!g_strv_contains (thing->info->slots, mk_json_get_string (mk_json_at (paint, i))))
      return false;
  for (mk_json_iter i = mk_json_iterate (mk_json_get (clothes, "set")); mk_json_next (&i);) {
    bool is_there = false;
    for (unsigned k = 0; k < thing->info->n_params; k++)
      is_there |= g_str_equal (thing->info->params[k].name, i.key);
    if (!is_there)
      return false;
  }
  return true;
}

const mk_json *
mk_clothes_find (const mk_parser *p, const mk_thing *thing, const char *word)
{
  if (thing->info == NULL || !g_str_equal (thing->info->category, "person"))
    return NULL;
  for (const mk_sense *i = mk_lexicon_find (p->language->lexicon, word); i != NULL; i = i->next)
    if (i->kind == MK_WORD_clothes)
      return has_all (thing, i->value) ? i->value : NULL;
  return NULL;
}

void
mk_clothes_paint (mk_parser *p, mk_thing *thing, const mk_json *clothes, const char *key, const mk_json *value)
{
  const mk_json *paint = mk_json_get (clothes, "paint");
  for (size_t i = 0; i < mk_json_length (paint); i++) {
    const char *slot = mk_json_get_string (mk_json_at (paint, i));
    bool is_of_add = g_str_equal (key, "color") || g_str_equal (key, "material"); /* other looks have a command of their own */
    if (thing->command >= 0 && is_of_add) {
      mk_part_set (thing, slot, key, value);
      continue;
    }
    mk_json *json = mk_command_json (p, mk_command_new (p, "material", MK_BUCKET_THING)), *targets = mk_json_new_array ();
    mk_json_append (targets, mk_json_new_string (thing->id));
    if (json != NULL)
      mk_json_set (json, "targets", mk_json_ref (targets));
    mk_json_unref (targets);
    mk_set_text (json, "part", slot);
    if (json != NULL)
      mk_json_set (json, key, mk_json_copy (value));
  }
}

/* "an old oak" has no hair: the word is told as one that is not shown. */
static bool
can_wear (mk_parser *p, const mk_thing *thing, const mk_json *clothes)
{
  bool is_person = thing->info != NULL && g_str_equal (thing->info->category, "person") && has_all (thing, clothes);
  for (int i = 0; i < mk_n_tokens (p) && !is_person; i++) {
    const mk_hit *hit = mk_hit_at (p, i, MK_WORD_clothes);
    if (hit->n > 0 && hit->sense->value == clothes)
      mk_note_unshown (p, i, hit->n);
  }
  return is_person;
}

void
mk_clothes_wear (mk_parser *p, const mk_refs *who, const mk_json *clothes)
{
  const mk_json *color = mk_json_get (clothes, "color");
  for (unsigned k = 0; k < who->n; k++) {
    mk_thing *thing = mk_thing_at (p, who->thing[k]);
    if (!can_wear (p, thing, clothes))
      continue;
    if (color != NULL)
      mk_clothes_paint (p, thing, clothes, "color", color);
    mk_json *params = !mk_json_has (clothes, "set") ? NULL : thing->command < 0 ? mk_known_params (p, thing) : mk_thing_params (thing);
    if (params != NULL)
      mk_set_fields (params, mk_json_get (clothes, "set"));
  }
}

/* "in a red dress and black boots", "in a hat and glasses": they wear it; others would be inside. */
int
mk_parse_clothes (mk_parser *p, int i)
{
  const mk_refs *who = p->anchor.n > 0 ? &p->anchor : p->subject.n > 0 ? &p->subject : &p->latest;
  if (!mk_is_word (p, i, "in") || mk_hit_at (p, i, MK_WORD_relation)->n == 0 || who->n == 0 || p->clause.in_camera)
    return i;
  mk_np np;
  mk_refs owner = *who, subject = p->subject, worn = { 0 };
  const mk_thing *thing = mk_thing_at (p, owner.thing[0]);
  int at = i + 1, next = mk_np_read_of (p, at, thing, &np);
  const char *part = next > at ? np.part : NULL;
  bool is_clothes = part != NULL && (mk_clothes_find (p, thing, part) != NULL || (np.object != NULL && np.object->worn.on != NULL));
  bool is_worn = next > at && !is_clothes && np.object != NULL && np.object->worn.on != NULL && !np.is_definite && mk_thing_is_living (thing);
  next = is_clothes ? mk_parse_with_part (p, at, &owner) : is_worn ? mk_parse_object_refs (p, at, &owner, &worn) : at;
  p->subject = subject;
  if (next == at)
    return i;
  if (worn.n > 0)
    mk_place_add (p, &worn, "on", &owner, 0);
  mk_note (p, i, at, NULL, -1);
  next = mk_parse_more_worn (p, next, &owner, false);
  p->head = owner;
  p->clause.after_relation = true;
  return next;
}
