/* "No, the other one", "not the table, the chair": the last change was meant for something else. */
#include "language/constructions.h"

const mk_json *
mk_find_change (const mk_parser *p)
{
  for (size_t i = mk_json_length (p->context); i > 0; i--) {
    const mk_json *command = mk_json_at (p->context, i - 1);
    const char *op = mk_json_get_string (mk_json_get (command, "op"));
    bool changes = g_str_equal (op, "material") || g_str_equal (op, "transform") || g_str_equal (op, "animate");
    if (changes && mk_json_length (mk_json_get (command, "targets")) > 0)
      return command;
  }
  return NULL;
}

/* What was said of the first thing when it was made: "a red cube" is what "make it red" made it. */
static const mk_thing *
find_painted (const mk_parser *p)
{
  const mk_thing *latest = p->latest.n > 0 ? mk_thing_at (p, p->latest.thing[0]) : NULL;
  return latest != NULL && (*latest->color != 0 || *latest->material != 0) ? latest : NULL;
}

static bool
is_target (const mk_json *change, const mk_thing *thing)
{
  return mk_json_has_text (mk_json_get (change, "targets"), thing->id);
}

/* Of its kind the one that was not changed; else the only other thing there is. */
static void
find_other (const mk_parser *p, const mk_json *change, mk_refs *refs)
{
  const char *noun = NULL;
  unsigned n_others = 0;
  *refs = (mk_refs){ 0 };
  for (guint t = 0; t < p->things->len; t++)
    if (is_target (change, mk_thing_at (p, (int)t)))
      noun = mk_thing_at (p, (int)t)->noun;
  for (int is_loose = 0; is_loose < 2 && n_others != 1; is_loose++) {
    n_others = 0;
    for (guint t = 0; t < p->things->len; t++) {
      const mk_thing *thing = mk_thing_at (p, (int)t);
      if (thing->is_removed || is_target (change, thing) || (!is_loose && noun != NULL && !g_str_equal (thing->noun, noun)))
        continue;
      *refs = (mk_refs){ .thing = { (int)t }, .n = 1 };
      n_others++;
    }
  }
  refs->n = n_others == 1 ? 1 : 0;
}

/* Who was changed by mistake is as before, where that is known; an action that has a name is simply another's. */
static void
take_back (mk_parser *p, const mk_json *change)
{
  const char *op = mk_json_get_string (mk_json_get (change, "op"));
  double scale = mk_json_get_real (mk_json_get (change, "scale"));
  bool is_material = g_str_equal (op, "material"), is_back = false;
  for (guint t = 0; t < p->things->len; t++) {
    const mk_thing *thing = mk_thing_at (p, (int)t);
    mk_refs one = { .thing = { (int)t }, .n = 1 };
    mk_np look = { .number = -1, .verb = -1, .scale = !is_material && scale > 0 ? 1 / scale : 0 };
    const char *color = mk_json_get_string (mk_json_get (thing->add, "color")), *material = mk_json_get_string (mk_json_get (thing->add, "material"));
    look.n_colors = is_material && mk_json_has (change, "color") && *color != 0 ? 1 : 0;
    g_strlcpy (look.colors[0], color, sizeof look.colors[0]);
    look.material = is_material && mk_json_has (change, "material") && *material != 0 ? material : NULL;
    if (!is_target (change, thing) || (look.n_colors == 0 && look.material == NULL && look.scale <= 0))
      continue;
    mk_look_set (p, &one, &look);
    is_back = true;
  }
  if (!is_back)
    mk_assume (p, "What was changed before stays as it is; “undo” takes it back.");
}

static int
do_to (mk_parser *p, const mk_json *change, const mk_refs *who)
{
  if (!g_str_equal (mk_json_get_string (mk_json_get (change, "op")), "animate"))
    take_back (p, change);
  return mk_command_again (p, change, mk_refs_to_json (p, who));
}

/* "the red cube" was made red as it was made: the other one is made so too. */
static int
paint_as (mk_parser *p, const mk_thing *model, const mk_refs *who)
{
  mk_np look = { .number = -1, .verb = -1, .material = *model->material != 0 ? model->material : NULL };
  look.n_colors = *model->color != 0 ? 1 : 0;
  g_strlcpy (look.colors[0], model->color, sizeof look.colors[0]);
  mk_look_set (p, who, &look);
  return (int)p->commands->len - 1;
}

/* "no", "no, not the table": what may stand before whom it was meant for. */
static int
read_refusal (mk_parser *p, int i, mk_refs *not_this)
{
  int at = i;
  for (int steps = 0; steps < 3; steps++) {
    const mk_hit *repair = mk_hit_at (p, at, MK_WORD_repair), *negation = mk_hit_at (p, at, MK_WORD_negation);
    mk_np np;
    int n = MAX (repair->n, negation->n);
    if (n == 0)
      break;
    at += n;
    int named = negation->n > 0 && mk_np_read (p, at, &np) > at && np.is_definite && mk_is_mark (p, np.to, ',') ? mk_parse_np_refs (p, at, not_this) : at;
    at = named + (mk_is_mark (p, named, ',') ? 1 : 0);
  }
  return at;
}

/* "I mean a frog": what was made last was meant to be that; the token after it, or i. */
static int
parse_meant_new (mk_parser *p, int i, int at)
{
  const mk_json *last = mk_json_at (p->context, mk_json_length (p->context) - 1);
  mk_refs old = { 0 }, fresh = { 0 };
  int made = g_str_equal (mk_json_get_string (mk_json_get (last, "op")), "add") ? mk_thing_find (p, mk_json_get_string (mk_json_get (last, "id"))) : -1;
  if (made >= 0)
    mk_refs_add (&old, made, 0);
  if (old.n == 0)
    return i;
  int next = mk_parse_np_refs (p, at, &fresh);
  if (fresh.n == 0 || !mk_replace (p, &old, &fresh))
    return next;
  mk_note (p, i, next, "edit", -1);
  p->subject = p->anchor = p->head = fresh;
  p->has_subject = true;
  return next;
}

int
mk_parse_meant (mk_parser *p, int i)
{
  mk_refs who = { 0 }, not_this = { 0 };
  mk_np np;
  if (i > 0 || p->context == NULL || (mk_hit_at (p, i, MK_WORD_repair)->n == 0 && mk_hit_at (p, i, MK_WORD_negation)->n == 0))
    return i;
  const mk_json *change = mk_find_change (p);
  int at = read_refusal (p, i, &not_this), next = mk_np_read (p, at, &np);
  bool is_other = np.pronoun != NULL && g_str_equal (np.pronoun, "other"), is_end = next >= mk_n_tokens (p) || mk_is_mark (p, next, '.') || mk_is_mark (p, next, '!');
  bool is_sure = g_str_equal (mk_hit_text (mk_hit_at (p, i, MK_WORD_repair)), "sure");
  if (is_sure && next > at && is_end && np.is_new && np.object != NULL && !np.is_another)
    return parse_meant_new (p, i, at);
  if (at == i || next == at || !is_end || (!is_other && !np.is_definite))
    return i;
  const mk_thing *model = not_this.n > 0 ? mk_thing_at (p, not_this.thing[0]) : find_painted (p);
  if (change == NULL && model == NULL)
    return i;
  guint n_before = p->things->len;
  if (is_other && change != NULL)
    find_other (p, change, &who);
  else
    next = mk_parse_np_refs (p, at, &who);
  if (who.n == 0 || p->things->len > n_before)
    return i;
  int command = change != NULL ? do_to (p, change, &who) : paint_as (p, model, &who);
  mk_note (p, i, next, "edit", command);
  p->subject = p->anchor = p->head = who;
  p->has_subject = true;
  return next;
}
