/* "and stops": what goes comes to rest; who did not go yet does, and comes to rest. */
#include "language/constructions.h"

static bool
is_halt (const mk_parser *p, int i)
{
  const mk_hit *edit = mk_hit_at (p, i, MK_WORD_edit);
  int next = i + edit->n;
  bool is_of_deed = mk_hit_at (p, next, MK_WORD_motion)->n > 0 && mk_hit_at (p, next, MK_WORD_motion)->form == MK_FORM_ING; /* "stops dancing" */
  return g_str_equal (mk_hit_text (edit), "stop") && !is_of_deed && mk_hit_at (p, next, MK_WORD_det)->n == 0 && mk_hit_at (p, i, MK_WORD_motion)->n < edit->n + 1;
}

/* What it does, or begins to do because it is said to stop; -1 = what never goes does not stop. */
static int
find_going (mk_parser *p)
{
  int going = mk_deed_last (p, &p->subject);
  const mk_thing *thing = mk_thing_at (p, p->subject.thing[0]);
  const char *motion = mk_choose_going (p, thing, "walk");
  bool can_go = !g_str_equal (motion, "move") && (thing->info == NULL || g_strv_contains (thing->info->motions, motion));
  mk_refs who = p->subject;
  return going >= 0 || !can_go ? going : mk_action_begin (p, mk_animate_new (p, motion, &who));
}

int
mk_parse_halt (mk_parser *p, int i)
{
  int end = i + mk_hit_at (p, i, MK_WORD_edit)->n;
  bool is_told = p->context != NULL && p->has_subject && p->subject.n > 0 && mk_acted_before (p, &p->subject) && !p->clause.is_start && !p->clause.in_camera; /* "the red car should stop": what it does already ends */
  if ((p->context != NULL && !is_told) || !is_halt (p, i) || (p->subject.n == 0 && !p->clause.in_camera))
    return i;
  if (p->clause.in_camera) { /* a camera comes to rest where its way ends */
    mk_note (p, i, end, NULL, -1);
    return end;
  }
  int going = is_told ? mk_action_restate (p) : find_going (p);
  mk_json *json = mk_command_json (p, going);
  if (json == NULL)
    return i;
  if (!mk_json_has (json, "duration_s") && !mk_json_has (json, "to"))
    mk_set_real (json, "duration_s", MK_WHILE_S);
  if (g_str_equal (mk_json_get_string (mk_json_get (json, "motion")), "drive") && !mk_json_has (json, "how"))
    mk_set_text (json, "how", "brake");
  p->previous_action = going;
  p->clause.action = -1; /* where it is now is a place, and no goal */
  p->object.at = end;
  p->object.is_held = false;
  p->clause.has_verb = true;
  p->clause.is_start = p->clause.is_joined = p->clause.is_predicate = false;
  mk_note (p, i, end, "time", going);
  return end;
}
