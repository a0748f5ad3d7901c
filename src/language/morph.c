/* What becomes something else before our eyes: "a caterpillar turns into a butterfly", "changes from green to red", "a witch turns a prince into a frog". */
#include <string.h>

#include "language/constructions.h"

#define LASTS_S 2
#define SPELL_M 1.2 /* from who turns another into something to that one */

/* The colour or material that begins at a token and has no noun behind it, in `look`: the token after it, or i. */
static int
read_look (const mk_parser *p, int i, mk_np *look)
{
  const mk_hit *color = mk_hit_at (p, i, MK_WORD_color), *material = mk_hit_at (p, i, MK_WORD_material);
  int next = i + MAX (color->n, material->n);
  if (next == i || mk_np_is_head_ahead (p, next))
    return i;
  *look = (mk_np){ .number = -1, .verb = -1 };
  if (material->n >= color->n) /* gold is a metal before it is a colour */
    look->material = mk_hit_text (material);
  else {
    look->n_colors = 1;
    g_strlcpy (look->colors[0], mk_hit_text (color), sizeof look->colors[0]);
  }
  return next;
}

static int
new_fade (mk_parser *p, const char *motion, const mk_refs *who)
{
  int command = mk_animate_new (p, motion, who);
  if (command >= 0)
    mk_set_real (mk_command_json (p, command), "duration_s", LASTS_S);
  return command;
}

/* The one is there first and fades, the other comes in its place. The command of the first, or -1. */
static int
cross_fade (mk_parser *p, int before, int after)
{
  mk_refs one = { .n = 1, .thing = { before } }, other = { .n = 1, .thing = { after } };
  mk_thing *fresh = mk_thing_at (p, after);
  bool has_scale = mk_json_has (fresh->add, "scale");
  mk_place_add (p, &other, "inside", &one, 0);
  if (!has_scale)
    mk_json_remove (fresh->add, "scale"); /* a prince is no smaller than princes are, for a frog's sake */
  int away = new_fade (p, "fade-out", &one);
  if (away < 0)
    return -1;
  away = mk_action_begin (p, away);
  mk_set_text (mk_command_json (p, new_fade (p, "fade-in", &other)), "with", mk_json_get_string (mk_json_get (mk_command_json (p, away), "id")));
  return away;
}

/* A second of the same, at its place and with its look but for what it becomes; -1 when there can be none. */
static int
new_twin (mk_parser *p, int first, const mk_np *look)
{
  int second = mk_thing_copy (p, first);
  if (second < 0)
    return -1;
  mk_json_remove (mk_thing_at (p, second)->add, "color"); /* the other one is no second thought */
  if (look->material != NULL)
    mk_json_remove (mk_thing_at (p, second)->add, "material");
  mk_refs twin = { .n = 1, .thing = { second } };
  mk_look_set (p, &twin, look);
  return second;
}

/* "from green to red", "to red", "to stone", and of a verb that says it alone "red". */
static int
parse_looks (mk_parser *p, int i, bool may_be_bare)
{
  mk_np from, to;
  bool has_from = mk_is_word (p, i, "from");
  int at = has_from ? read_look (p, i + 1, &from) : i, first = p->subject.thing[0];
  bool leads = mk_is_word (p, at, "to") || mk_is_word (p, at, "into"), is_new = mk_thing_at (p, first)->command >= 0 && mk_thing_at (p, first)->count == 1;
  int next = leads || may_be_bare ? read_look (p, at + leads, &to) : at + leads;
  if (!is_new || next == at + leads || (has_from && at == i + 1))
    return i;
  mk_refs one = { .n = 1, .thing = { first } };
  if (has_from)
    mk_look_set (p, &one, &from);
  int second = new_twin (p, first, &to);
  if (second < 0)
    return i;
  mk_note (p, i, next, "color", cross_fade (p, first, second));
  return next;
}

/* "into a butterfly". */
static int
parse_other (mk_parser *p, int i)
{
  mk_refs who = p->subject, fresh;
  if (mk_hit_at (p, i, MK_WORD_det)->n == 0)
    return i;
  int next = mk_parse_object_refs (p, i, &who, &fresh);
  if (next == i || fresh.n != 1 || mk_thing_at (p, fresh.thing[0])->command < 0)
    return i;
  mk_note (p, i - 1, i, "motion", cross_fade (p, who.thing[0], fresh.thing[0]));
  p->subject = fresh; /* what it became goes on */
  return next;
}

/* "a witch turns a prince into a frog": who does it points at whom it is done to, and the sentence goes on with who did it. */
static int
parse_spell (mk_parser *p, int i)
{
  mk_np np;
  mk_refs agent = p->subject, victim, fresh;
  int into = mk_np_read (p, i, &np);
  if (into == i || np.head < 0 || !g_str_equal (mk_hit_text (mk_hit_at (p, into, MK_WORD_prep)), "into") || mk_hit_at (p, into + 1, MK_WORD_det)->n == 0)
    return i;
  int at = mk_parse_object_refs (p, i, &agent, &victim), next = at > i ? mk_parse_object_refs (p, at + 1, &agent, &fresh) : i;
  if (next <= at + 1 || victim.n != 1 || fresh.n != 1 || mk_thing_at (p, fresh.thing[0])->command < 0)
    return i;
  mk_thing *spelled = mk_thing_at (p, victim.thing[0]);
  if (spelled->command >= 0 && !mk_json_has (spelled->add, "place")) /* out of reach of who points at it */
    mk_place_add (p, &victim, "right", &agent, SPELL_M);
  int spell = mk_animate_new (p, "point", &agent);
  if (spell >= 0) {
    mk_set_text (mk_command_json (p, spell), "to", mk_ref_text (p, &victim, 0));
    mk_action_begin (p, spell);
    p->order.now = MK_ORDER_WHILE;
  }
  mk_note (p, i - 1, i, "motion", cross_fade (p, victim.thing[0], fresh.thing[0]));
  mk_note (p, at, at + 1, NULL, -1);
  return next;
}

void
mk_morph_settle (mk_parser *p)
{
  for (guint i = 0; i < p->commands->len; i++) {
    mk_json *in = mk_command_json (p, (int)i);
    const char *with = mk_json_get_string (mk_json_get (in, "with"));
    for (guint k = 0; k < i && g_str_equal (mk_json_get_string (mk_json_get (in, "motion")), "fade-in"); k++) {
      const mk_json *out = mk_command_json (p, (int)k);
      if (g_str_equal (mk_json_get_string (mk_json_get (out, "id")), with) && g_str_equal (mk_json_get_string (mk_json_get (out, "motion")), "fade-out") && mk_json_has (out, "duration_s"))
        mk_json_set (in, "duration_s", mk_json_copy (mk_json_get (out, "duration_s")));
    }
  }
}

int
mk_parse_morph (mk_parser *p, int i)
{
  const mk_hit *verb = mk_hit_at (p, i, MK_WORD_morph);
  bool is_one = p->subject.n == 1 && p->subject.copy[0] == 0 && p->subject.part[0] == 0;
  if (verb->n == 0 || !is_one || p->clause.in_camera || p->edit.kind != MK_EDIT_NONE)
    return i;
  bool is_into = mk_json_get_bool (mk_json_get (verb->sense->value, "into"));
  int at = i + verb->n, next = is_into ? parse_other (p, at) : mk_thing_is_living (mk_thing_at (p, p->subject.thing[0])) ? parse_spell (p, at) : at;
  next = next > at ? next : parse_looks (p, at, is_into || mk_json_get_bool (mk_json_get (verb->sense->value, "bare")));
  if (next == at)
    return i;
  mk_note (p, i, at, "motion", p->clause.action);
  p->anchor = p->head = p->subject;
  p->clause.has_verb = true;
  p->clause.is_start = p->clause.is_joined = p->clause.is_predicate = false;
  return next;
}
