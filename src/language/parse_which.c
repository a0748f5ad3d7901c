/* Which of those that are there: "the one on the left", "number three", "the thing on the table", "…, except the last". */
#include "language/constructions.h"

#define MOST 1.5 /* "the biggest" of equal ones, in their size */
#define LEAST 0.6

/* "on the left" behind what there are several of: its place in the row, as "the left one". */
static int
read_place (const mk_parser *p, int i, mk_np *np)
{
  static const struct {
    const char *side;
    int ordinal;
  } rows[] = { { "left", 1 }, { "right", -1 }, { "center", 1000 } };
  const mk_hit *side = mk_hit_at (p, i, MK_WORD_side);
  int at = i + side->n;
  static const mk_word_kind verbs[] = { MK_WORD_motion, MK_WORD_act, MK_WORD_transitive };
  bool is_verb = false; /* "… slides" is no slide, "… drinks" no drink */
  for (size_t k = 0; k < MK_COUNT (verbs); k++)
    is_verb |= mk_hit_at (p, at, verbs[k])->n > 0 && mk_hit_at (p, at, verbs[k])->form == MK_FORM_S;
  if (side->n == 0 || (mk_np_is_head_ahead (p, at) && !is_verb) || mk_is_word (p, at, "of"))
    return i;
  for (size_t k = 0; k < MK_COUNT (rows); k++)
    if (g_str_equal (mk_hit_text (side), rows[k].side)) {
      np->ordinal = rows[k].ordinal;
      return at;
    }
  return i;
}

int
mk_read_from_side (const mk_parser *p, int i, int ordinal, int *place)
{
  int at = i + (mk_is_word (p, i, "from") ? 1 : 0);
  at += at > i ? mk_hit_at (p, at, MK_WORD_det)->n : 0;
  int64_t side = at > i && mk_hit_at (p, at, MK_WORD_ordinal)->n > 0 ? mk_json_get_int (mk_hit_at (p, at, MK_WORD_ordinal)->sense->value) : 0;
  if ((side != 1 && side != -1) || ordinal < 1 || ordinal > 500 || mk_np_is_head_ahead (p, at + 1))
    return i;
  *place = side > 0 ? ordinal : -ordinal;
  return at + mk_hit_at (p, at, MK_WORD_ordinal)->n;
}

static bool
is_plain_one (const mk_np *np)
{
  return np->is_one && np->is_definite && !np->is_plural && np->ordinal == 0 && np->n_colors == 0 && np->material == NULL && np->scale <= 0;
}

/* "the dog on the left" of three dogs: one of them, and none goes there. */
static bool
is_among_copies (const mk_parser *p, int i, const mk_np *np)
{
  bool is_one = np->is_definite && !np->is_plural && !np->is_all && np->ordinal == 0 && np->number < 0 && np->noun != NULL && !np->is_one;
  bool is_there = mk_hit_at (p, i, MK_WORD_side)->n > 0;
  unsigned n = 0;
  for (guint t = 0; t < p->things->len && is_one && is_there; t++) {
    const mk_thing *thing = mk_thing_at (p, (int)t);
    bool is_kind = !thing->is_removed && (g_str_equal (thing->noun, np->noun) || (np->object != NULL && thing->info == np->object));
    n += is_kind ? thing->count : 0;
  }
  return n > 1;
}

int
mk_read_which (const mk_parser *p, int i, mk_np *np)
{
  return (is_plain_one (np) || is_among_copies (p, i, np)) && p->things->len > 0 ? read_place (p, i, np) : i;
}

int
mk_read_superlative (const mk_parser *p, int i, mk_np *np)
{
  const mk_hit *most = mk_hit_at (p, i, MK_WORD_compare);
  bool is_superlative = most->n > 0 && mk_hit_at (p, i, MK_WORD_det)->n > 0 && mk_hit_at (p, i, MK_WORD_det)->n < most->n && mk_json_get_bool (mk_json_get (mk_hit_at (p, i, MK_WORD_det)->sense->value, "definite"));
  int next = i + most->n;
  if (!is_superlative || p->things->len == 0 || !(mk_hit_at (p, next, MK_WORD_one)->n > 0 || mk_np_is_head_ahead (p, next)))
    return i;
  np->is_definite = true;
  np->most = mk_json_get_real (mk_json_at (most->sense->value, 1)) > 1 ? 1 : -1;
  return next;
}

static double
size_of (const mk_thing *thing)
{
  double scale = mk_json_has (thing->add, "scale") ? mk_json_get_real (mk_json_get (thing->add, "scale")) : 1;
  const mk_json *height = mk_json_get (thing->add, "height_m");
  return height != NULL ? mk_json_get_real (height) : scale * (thing->info != NULL ? (double)thing->info->size_m : 1);
}

void
mk_keep_most (mk_parser *p, int most, mk_refs *refs)
{
  unsigned best = 0;
  for (unsigned i = 1; i < refs->n; i++)
    if (most * (size_of (mk_thing_at (p, refs->thing[i])) - size_of (mk_thing_at (p, refs->thing[best]))) > 0)
      best = i;
  *refs = (mk_refs){ .n = 1, .thing = { refs->thing[best] }, .copy = { refs->copy[best] } };
  const mk_thing *thing = mk_thing_at (p, refs->thing[0]);
  if (refs->copy[0] > 0 || thing->count < 2)
    return;
  refs->copy[0] = (int)(thing->count + 1) / 2; /* "five dogs, the biggest one is black": it is made so */
  mk_np look = { .number = -1, .verb = -1, .scale = most > 0 ? MOST : LEAST };
  if (p->context == NULL)
    mk_look_set (p, refs, &look);
}

int
mk_read_numbered (mk_parser *p, int i, mk_np *np)
{
  double number = 0;
  int next = mk_is_word (p, i, "number") && p->context != NULL ? mk_parse_number (p, i + 1, &number) : i;
  if (next <= i + 1 || number < 1 || number > 500)
    return i;
  np->is_one = np->is_definite = true;
  np->ordinal = (int)number;
  np->head = i;
  np->noun = mk_words (p, i, next);
  return next;
}

int
mk_keep_placed (mk_parser *p, int i, mk_refs *refs)
{
  const mk_hit *relation = mk_hit_at (p, i, MK_WORD_relation);
  mk_refs at, kept = { .part = "" };
  int next = relation->n > 0 && p->context != NULL ? mk_parse_object_refs (p, i + relation->n, refs, &at) : i;
  if (next <= i + relation->n || at.n == 0)
    return i;
  for (unsigned k = 0; k < refs->n; k++) {
    const mk_json *place = mk_json_get (mk_thing_at (p, refs->thing[k])->add, "place");
    for (size_t r = 0; r < mk_json_length (place); r++) {
      const mk_json *row = mk_json_at (place, r);
      bool is_so = g_str_equal (mk_json_get_string (mk_json_get (row, "relation")), mk_hit_text (relation));
      if (is_so && mk_json_has_text (mk_json_get (row, "targets"), mk_thing_at (p, at.thing[0])->id))
        mk_refs_add (&kept, refs->thing[k], refs->copy[k]);
    }
  }
  if (kept.n == 0)
    return i;
  *refs = kept;
  mk_note (p, i, next, "relation", -1);
  return next;
}

int
mk_parse_placed_one (mk_parser *p, int i, const mk_np *np, mk_refs *refs)
{
  mk_refs all = { .part = "" };
  if (!is_plain_one (np) || p->context == NULL || mk_hit_at (p, i, MK_WORD_relation)->n == 0)
    return i;
  mk_find_pronoun (p, "all", &all);
  int next = mk_keep_placed (p, i, &all);
  if (next == i)
    return i;
  *refs = all;
  mk_np_note (p, np, -1);
  mk_remember (p, refs);
  return next;
}

/* Whether what the negation and the look at i say holds of a copy. */
static bool
looks_so (const mk_thing *thing, unsigned copy, const mk_hit *color, const mk_hit *material)
{
  return color->n > 0 ? g_ascii_strcasecmp (mk_thing_color (thing, copy), mk_hit_text (color)) == 0 : g_str_equal (mk_thing_material (thing, copy), mk_hit_text (material));
}

int
mk_keep_looking (mk_parser *p, int i, mk_refs *refs)
{
  int at = i + mk_hit_at (p, i, MK_WORD_relative)->n;
  bool is_not = false;
  if (at == i || p->context == NULL || !mk_is_several (p, refs))
    return i;
  for (int steps = 0; steps < 2; steps++) { /* "are not", "aren't" */
    is_not |= mk_hit_at (p, at, MK_WORD_negation)->n > 0;
    at += MAX (mk_hit_at (p, at, MK_WORD_copula)->n, mk_hit_at (p, at, MK_WORD_negation)->n);
  }
  const mk_hit *color = mk_hit_at (p, at, MK_WORD_color), *material = mk_hit_at (p, at, MK_WORD_material);
  int next = at + MAX (color->n, material->n);
  if (next == at || mk_np_is_head_ahead (p, next))
    return i;
  mk_refs kept = { .part = "" };
  const char *noun = NULL; /* "the ones that are not black" are of the kind that one of them is black */
  for (int is_kind = is_not ? 1 : 0; is_kind >= 0; is_kind--)
    for (unsigned k = 0; k < refs->n; k++) {
      const mk_thing *thing = mk_thing_at (p, refs->thing[k]);
      for (unsigned copy = 1; copy <= thing->count; copy++) {
        bool is_so = looks_so (thing, thing->count > 1 ? copy : 0, color, material);
        noun = is_kind && is_so ? thing->noun : noun;
        if (!is_kind && is_so != is_not && (noun == NULL || g_str_equal (noun, thing->noun)))
          mk_refs_add (&kept, refs->thing[k], thing->count > 1 ? (int)copy : 0);
      }
    }
  if (kept.n == 0)
    return i;
  *refs = kept;
  mk_note (p, i, next, "color", -1);
  return next;
}

/* --- "make everything smaller except the house" --- */

static bool
is_spared (const mk_refs *out, int thing, int copy)
{
  for (unsigned i = 0; i < out->n; i++)
    if (out->thing[i] == thing && (out->copy[i] == 0 || out->copy[i] == copy))
      return true;
  return false;
}

void
mk_refs_without (const mk_parser *p, mk_refs *refs, const mk_refs *out)
{
  mk_refs kept = { .part = "" };
  for (unsigned i = 0; i < refs->n; i++) {
    bool is_touched = false;
    for (unsigned k = 0; k < out->n; k++)
      is_touched |= out->thing[k] == refs->thing[i];
    unsigned n = is_touched && refs->copy[i] == 0 ? mk_thing_at (p, refs->thing[i])->count : 1;
    for (unsigned copy = 1; copy <= n; copy++) {
      int which = n > 1 ? (int)copy : refs->copy[i];
      if (!is_spared (out, refs->thing[i], which))
        mk_refs_add (&kept, refs->thing[i], which);
    }
  }
  g_strlcpy (kept.part, refs->part, sizeof kept.part);
  *refs = kept;
}

int
mk_parse_all_but (mk_parser *p, int i, mk_refs *refs)
{
  double number = 0;
  int next = mk_parse_number (p, i, &number);
  bool is_of_kind = next > i && mk_hit_at (p, next, MK_WORD_object)->n > 0; /* "all but two ducks" */
  if (!is_of_kind && mk_np_is_head_ahead (p, next))
    return i;
  next = is_of_kind ? mk_find_kind (p, next, refs) : next;
  if (next == i || number < 1 || refs->n == 0 || mk_hit_at (p, next, MK_WORD_unit)->n > 0)
    return i;
  mk_refs last = { .part = "" };
  for (unsigned k = refs->n; k > 0 && last.n < (unsigned)number; k--)
    for (unsigned copy = mk_thing_at (p, refs->thing[k - 1])->count; copy > 0 && last.n < (unsigned)number; copy--)
      mk_refs_add (&last, refs->thing[k - 1], refs->copy[k - 1] > 0 ? refs->copy[k - 1] : mk_thing_at (p, refs->thing[k - 1])->count > 1 ? (int)copy : 0);
  mk_refs_without (p, refs, &last);
  return next;
}

static bool
has_all (const mk_parser *p, const mk_refs *refs, const mk_refs *these)
{
  bool has = true;
  for (unsigned i = 0; i < these->n && has; i++) {
    bool is_there = false;
    for (unsigned k = 0; k < refs->n; k++)
      is_there |= refs->thing[k] == these->thing[i] && (refs->copy[k] == 0 || refs->copy[k] == these->copy[i]);
    has = is_there;
  }
  return has && (refs->n > these->n || mk_is_several (p, refs));
}

int
mk_parse_all_except (mk_parser *p, int i, mk_refs *refs)
{
  const mk_hit *all = mk_hit_at (p, i, MK_WORD_det);
  int at = i + all->n;
  const mk_hit *except = mk_hit_at (p, at, MK_WORD_except), *but = mk_hit_at (p, at, MK_WORD_conj);
  int n = except->n > 0 ? except->n : g_str_equal (mk_hit_text (but), "but") ? but->n : 0;
  if (all->n == 0 || n == 0 || !mk_json_get_bool (mk_json_get (all->sense->value, "all")) || p->things->len == 0)
    return i;
  mk_refs several = { .part = "" }, out;
  mk_find_pronoun (p, "them", &several);
  int next = mk_parse_all_but (p, at + n, &several);
  if (next == at + n) {
    next = mk_parse_np_refs (p, at + n, &out);
    if (next > at + n && out.n > 0 && !has_all (p, &several, &out)) { /* "all but the green car", and one of them was spoken of last */
      several.n = 0;
      for (guint t = 0; t < p->things->len; t++)
        if (!mk_thing_at (p, (int)t)->is_removed && g_str_equal (mk_thing_at (p, (int)t)->noun, mk_thing_at (p, out.thing[0])->noun))
          mk_refs_add (&several, (int)t, 0);
    }
    if (next > at + n && out.n > 0)
      mk_refs_without (p, &several, &out);
  }
  if (next == at + n || several.n == 0)
    return i;
  *refs = several;
  mk_note (p, i, next, "count", -1);
  return next;
}

/* A target, or of its copies those that are not spared. */
static void
append_others (const mk_parser *p, const char *target, const mk_refs *out, mk_json *kept)
{
  for (guint t = 0; t < p->things->len; t++) {
    const mk_thing *thing = mk_thing_at (p, (int)t);
    if (!g_str_equal (thing->id, target))
      continue;
    bool has_copies = thing->count > 1;
    for (unsigned copy = has_copies ? 1 : 0; copy <= (has_copies ? thing->count : 0); copy++) {
      mk_refs one = { 0 };
      mk_refs_add (&one, (int)t, (int)copy);
      if (!is_spared (out, (int)t, (int)copy))
        mk_json_append (kept, mk_json_new_string (mk_ref_text (p, &one, 0)));
    }
    return;
  }
  mk_json_append (kept, mk_json_new_string (target));
}

/* "all the cups are red except the last one": of new ones that were given a look in common, the others have it. */
static bool
spare_new (mk_parser *p, const mk_refs *out)
{
  mk_thing *thing = out->n > 0 ? mk_thing_at (p, out->thing[0]) : NULL;
  if (thing == NULL || out->copy[0] == 0 || thing->command < 0 || (*thing->color == 0 && *thing->material == 0))
    return false;
  mk_np look = { .number = -1, .verb = -1, .material = *thing->material != 0 ? thing->material : NULL };
  look.n_colors = *thing->color != 0 ? 1 : 0;
  g_strlcpy (look.colors[0], thing->color, sizeof look.colors[0]);
  mk_json_remove (thing->add, "color");
  mk_json_remove (thing->add, "material");
  thing->color[0] = 0;
  thing->material = "";
  mk_refs others = { .n = 1, .thing = { out->thing[0] } };
  mk_refs_without (p, &others, out);
  mk_look_set (p, &others, &look);
  return true;
}

int
mk_parse_except (mk_parser *p, int i)
{
  const mk_hit *except = mk_hit_at (p, i, MK_WORD_except);
  mk_refs subject = p->subject, out;
  mk_np np;
  if (except->n > 0 && p->color_of_all[0] != 0 && p->things->len == 0) { /* "everything is white except the cat" */
    int spared = mk_parse_np_refs (p, i + except->n, &p->spared);
    if (p->spared.n > 0) {
      p->subject = p->anchor = p->head = p->spared;
      p->has_subject = true;
      mk_note (p, i, i + except->n, NULL, -1);
    }
    return p->spared.n > 0 ? spared : i;
  }
  if (except->n == 0 || p->commands->len == 0 || mk_np_read (p, i + except->n, &np) == i + except->n || !(np.is_definite || np.pronoun != NULL))
    return i;
  mk_json *last = mk_command_json (p, (int)p->commands->len - 1);
  const mk_json *targets = mk_json_get (last, "targets");
  bool is_add = g_str_equal (mk_json_get_string (mk_json_get (last, "op")), "add") && mk_json_has (last, "count") && p->context == NULL;
  int next = mk_json_length (targets) > 0 || is_add ? mk_parse_np_refs (p, i + except->n, &out) : i;
  p->subject = subject;
  if (next <= i + except->n || out.n == 0 || (is_add && !spare_new (p, &out)))
    return i;
  g_autoptr (mk_json) kept = mk_json_new_array ();
  for (size_t t = 0; t < mk_json_length (targets); t++) {
    const char *target = mk_json_get_string (mk_json_at (targets, t));
    append_others (p, target, &out, kept);
  }
  if (mk_json_length (kept) > 0 && last == mk_command_json (p, (int)p->commands->len - 1))
    mk_json_set (last, "targets", mk_json_ref (kept));
  if (mk_hit_at (p, next + (mk_is_mark (p, next, ',') ? 1 : 0), MK_WORD_relative)->n > 0) /* "…, except the last one, which waves" */
    p->subject = p->anchor = p->head = out;
  mk_note (p, i, i + except->n, "count", -1);
  return next;
}
