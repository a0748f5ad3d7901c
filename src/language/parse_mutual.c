/* "each other": what two or more do to one another, and how they stand for it. */
#include "language/constructions.h"

/* Several copies look at their middle; of two things the second stands across from the first. */
void
mk_face_each_other (mk_parser *p, const mk_refs *who)
{
  mk_thing *first = mk_thing_at (p, who->thing[0]), *second = who->n == 2 ? mk_thing_at (p, who->thing[1]) : NULL;
  if (who->n == 1 && first->count > 1 && first->command >= 0)
    mk_set_text (first->add, "facing", "inward");
  if (second == NULL || first->command < 0 || second->command < 0 || first->count > 1 || second->count > 1)
    return;
  mk_refs one = { .n = 1, .thing = { who->thing[0] } }, other = { .n = 1, .thing = { who->thing[1] } };
  if (mk_json_get (second->add, "place") == NULL)
    mk_place_add (p, &other, "right", &one, 0);
  mk_set_text (first->add, "facing", "right");
  mk_set_text (second->add, "facing", first->id);
}

/* "two children throw a ball to each other": they stand as far apart as a throw goes. */
void
mk_throwers_part (mk_parser *p, int i, const mk_json *value, const mk_refs *who)
{
  mk_thing *thing = mk_thing_at (p, who->thing[0]);
  const mk_json *sent = mk_json_get (value, "sent");
  bool is_exchange = sent != NULL && mk_is_word (p, i, "to") && (mk_is_word (p, i + 1, "each") || mk_is_word (p, i + 1, "one"));
  if (!is_exchange || thing->command < 0 || mk_json_get_real (mk_json_get (thing->add, "count")) < 2 || mk_json_has (thing->add, "spacing_m"))
    return;
  mk_set_text (thing->add, "arrange", "row");
  mk_json_set (thing->add, "spacing_m", mk_json_copy (mk_json_get (sent, "apart_m")));
}

int
mk_parse_mutual (mk_parser *p, int i, const mk_json *value, const char *role, int command)
{
  static const char *const looks[] = { "turn", "look-at", NULL }, *const beckons[] = { "gesture", "wave", "nod", "point", NULL };
  const mk_hit *mutual = mk_hit_at (p, i, MK_WORD_pronoun);
  const char *motion = mk_json_get_string (mk_json_get (value, "motion"));
  bool is_pair = p->subject.n == 2 || (p->subject.n == 1 && mk_thing_at (p, p->subject.thing[0])->count == 2);
  if (mk_json_get_bool (mk_json_get (value, "mutual")) && is_pair && mutual->n == 0 && !mk_np_is_head_ahead (p, i) && mk_hit_at (p, i, MK_WORD_det)->n == 0) /* "two women talk" */
    mk_face_each_other (p, &p->subject);
  bool is_look = g_strv_contains (looks, motion), is_aimed = g_str_equal (role, "to") || g_str_equal (role, "with");
  if (!g_str_equal (mk_hit_text (mutual), "each-other") || (is_aimed && !is_look && !g_strv_contains (beckons, motion)))
    return i;
  if (is_aimed)
    mk_face_each_other (p, &p->subject);
  if (is_look) { /* how they stand shows it */
    mk_action_drop (p, command);
    mk_note (p, i, i + mutual->n, "relation", mk_thing_at (p, p->subject.thing[0])->command);
  } else
    mk_note (p, i, i + mutual->n, "motion", command);
  return i + mutual->n;
}
