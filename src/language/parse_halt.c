/* "and stops": what goes comes to rest; who did not go yet does, and comes to rest. */
#include <string.h>

#include "language/constructions.h"

#define GOES_S 2.5 /* so long it goes before, when nobody says */

static bool
is_halt (const mk_parser *p, int i)
{
  const mk_hit *edit = mk_hit_at (p, i, MK_WORD_edit);
  int next = i + edit->n;
  bool is_of_deed = mk_hit_at (p, next, MK_WORD_motion)->n > 0 && mk_hit_at (p, next, MK_WORD_motion)->form == MK_FORM_ING; /* "stops dancing" */
  return g_str_equal (mk_hit_text (edit), "stop") && !is_of_deed && mk_hit_at (p, next, MK_WORD_det)->n == 0 && mk_hit_at (p, i, MK_WORD_motion)->n < edit->n + 1;
}

/* What the subject did last in this sentence, or -1. */
static int
find_going (const mk_parser *p)
{
  const char *who = mk_ref_text (p, &p->subject, 0);
  for (int k = (int)p->commands->len - 1; k >= 0; k--) {
    const mk_json *json = mk_command_json (p, k);
    if (g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "animate") && g_str_equal (mk_json_get_string (mk_json_at (mk_json_get (json, "targets"), 0)), who))
      return k;
  }
  return -1;
}

int
mk_parse_halt (mk_parser *p, int i)
{
  int n = mk_hit_at (p, i, MK_WORD_edit)->n;
  if (p->context != NULL || !is_halt (p, i) || (p->subject.n == 0 && !p->clause.in_camera))
    return i;
  int going = p->clause.in_camera ? -1 : find_going (p);
  if (going < 0 && !p->clause.in_camera) {
    const mk_thing *thing = mk_thing_at (p, p->subject.thing[0]);
    const char *motion = mk_choose_going (p, thing, "walk");
    if (g_str_equal (motion, "move") || (thing->info != NULL && !g_strv_contains (thing->info->motions, motion)))
      return i; /* what never goes does not stop */
    mk_refs who = p->subject;
    going = mk_action_begin (p, mk_animate_new (p, motion, &who));
  }
  mk_json *json = mk_command_json (p, going);
  if (json != NULL && !mk_json_has (json, "duration_s") && !mk_json_has (json, "to"))
    mk_set_real (json, "duration_s", GOES_S);
  if (g_str_equal (mk_json_get_string (mk_json_get (json, "motion")), "drive") && !mk_json_has (json, "how"))
    mk_set_text (json, "how", "brake");
  p->previous_action = going;
  p->clause.action = -1; /* where it is now is a place, and no goal */
  p->object.at = i + n;
  p->object.is_held = false;
  p->clause.has_verb = true;
  p->clause.is_start = p->clause.is_joined = p->clause.is_predicate = false;
  mk_note (p, i, i + n, "time", going);
  return i + n;
}
