/* Noun phrases: "three big dark red wooden cubes", "the other one", "all balls except the red one". */
#include <string.h>

#include "language/constructions.h"

/* "a red blue ball", "a wooden glass car", "a big small cube": of two words for one thing the later counts. */
static void
clash (mk_np *np, mk_words_at earlier, mk_words_at later)
{
  np->earlier = earlier;
  np->later = later;
}

/* "red white and blue flags" is a list that lacks its comma. */
static int
take_later_color (const mk_parser *p, int i, int next, mk_np *np)
{
  mk_words_at now = { i, next };
  const mk_hit *conj = mk_hit_at (p, next, MK_WORD_conj);
  bool is_list = conj->n > 0 && mk_hit_at (p, next + conj->n, MK_WORD_color)->n > 0;
  if (np->n_colors > 1 && !is_list) {
    if (strcmp (np->colors[np->n_colors - 1], np->colors[np->n_colors - 2]) != 0)
      clash (np, np->color_at, now);
    memmove (np->colors[0], np->colors[np->n_colors - 1], sizeof np->colors[0]);
    np->n_colors = 1;
  }
  np->color_at = now;
  return next;
}

static int
take_material (int i, const mk_hit *material, mk_np *np)
{
  const char *name = mk_hit_text (material);
  if (np->material != NULL && !g_str_equal (np->material, name))
    clash (np, np->material_at, (mk_words_at){ i, i + material->n });
  np->material = name;
  np->material_at = (mk_words_at){ i, i + material->n };
  return i + material->n;
}

static int
take_size (const mk_parser *p, int i, const mk_hit *size, mk_np *np)
{
  double scale = mk_json_get_real (size->sense->value);
  const char *way = mk_hit_text (mk_hit_at (p, i, MK_WORD_dimension)), *before = np->scale > 0 ? mk_hit_text (mk_hit_at (p, np->size_at.from, MK_WORD_dimension)) : "";
  bool is_across = *way != 0 && *before != 0 && !g_str_equal (way, before); /* "tall and thin" */
  bool is_opposite = np->scale > 0 && (np->scale > 1) != (scale > 1) && !is_across;
  if (is_opposite)
    clash (np, np->size_at, (mk_words_at){ i, i + size->n });
  np->scale = (np->scale > 0 && !is_opposite ? np->scale : 1) * scale;
  np->size_at = (mk_words_at){ i, i + size->n };
  return i + size->n;
}

/* --- modifiers --- */

static int
read_modifier (mk_parser *p, int i, mk_np *np)
{
  const mk_hit *trait = mk_hit_at (p, i, MK_WORD_clothes);
  if (trait->n > 0 && mk_json_get_bool (mk_json_get (trait->sense->value, "trait")) && mk_np_is_head_ahead (p, i + trait->n)) {
    np->trait = trait->sense->value;
    return i + trait->n;
  }
  /* Gold is a metal before it is a colour. */
  const mk_hit *same = mk_hit_at (p, i, MK_WORD_material);
  int next = same->n > 0 && same->n >= mk_hit_at (p, i, MK_WORD_color)->n ? i : mk_read_color (p, i, np);
  if (next > i)
    return take_later_color (p, i, next, np);
  if (mk_read_dimensions (p, &next, np))
    return next;
  const mk_hit *size = mk_hit_at (p, i, MK_WORD_size), *material = mk_hit_at (p, i, MK_WORD_material), *finish = mk_hit_at (p, i, MK_WORD_finish);
  if (material->n > 0 && material->n >= finish->n)
    return take_material (i, material, np);
  if (finish->n > 0) {
    np->finish = finish->sense->value;
    return i + finish->n;
  }
  const mk_hit *lively = mk_hit_at (p, i, MK_WORD_lively);
  if (lively->n > 0 && mk_np_is_head_ahead (p, i + lively->n)) {
    np->lively = lively->sense->value;
    return i + lively->n;
  }
  const mk_hit *option = mk_hit_at (p, i, MK_WORD_option);
  bool is_worn = mk_hit_at (p, i, MK_WORD_clothes)->n >= option->n && !mk_np_is_head_ahead (p, i + option->n); /* "with a ponytail" */
  if (size->n == 0 && !is_worn && mk_option_is_at (p, i, np)) {
    np->option = mk_option_name (option);
    return i + option->n;
  }
  const mk_hit *shade = mk_hit_at (p, i, MK_WORD_shade);
  if (shade->n > 0 && size->n == 0 && mk_np_is_head_ahead (p, i + shade->n)) { /* "a dark castle" */
    mk_note_unshown (p, i, shade->n);
    return i + shade->n;
  }
  return size->n > 0 ? take_size (p, i, size, np) : i;
}

static bool
is_verb (const mk_parser *p, int i)
{
  return mk_hit_at (p, i, MK_WORD_motion)->n > 0 || mk_hit_at (p, i, MK_WORD_physics)->n > 0;
}

bool
mk_is_modifier (const mk_parser *p, int i, int *n)
{
  static const mk_word_kind kinds[] = { MK_WORD_color, MK_WORD_shade, MK_WORD_material, MK_WORD_finish, MK_WORD_size, MK_WORD_option, MK_WORD_lively };
  for (size_t k = 0; k < MK_COUNT (kinds); k++) {
    const mk_hit *hit = mk_hit_at (p, i, kinds[k]);
    if (hit->n > 0) {
      *n = hit->n;
      return true;
    }
  }
  if (i < mk_n_tokens (p) && mk_token_at (p, i)->kind == MK_TOKEN_HEX) {
    *n = 1;
    return true;
  }
  return false;
}

/* An adjective that says nothing we can show ("cute"). */
bool
mk_is_empty_adjective (const mk_parser *p, int i)
{
  const mk_hit *filler = mk_hit_at (p, i, MK_WORD_filler);
  if (mk_hit_at (p, i, MK_WORD_adjective)->n > 0 || mk_is_smoking (p, i))
    return true;
  static const mk_word_kind others[] = { MK_WORD_det, MK_WORD_prep, MK_WORD_conj, MK_WORD_copula, MK_WORD_relative, MK_WORD_pronoun, MK_WORD_relation, MK_WORD_edit, MK_WORD_view_of, MK_WORD_made_of, MK_WORD_camera_word, MK_WORD_wear, MK_WORD_lead };
  for (size_t k = 0; k < MK_COUNT (others); k++)
    if (mk_hit_at (p, i, others[k])->n > 0 && !(others[k] == MK_WORD_edit && mk_hit_at (p, i, MK_WORD_edit)->form != MK_FORM_BASE)) /* "coloured" */
      return false;
  return filler->n == 1 || (mk_hit_at (p, i, MK_WORD_edit)->n == 1 && mk_hit_at (p, i, MK_WORD_edit)->form == MK_FORM_ING && !is_verb (p, i));
}

static bool
is_noun (const mk_parser *p, int i)
{
  return mk_hit_at (p, i, MK_WORD_object)->n > 0 || mk_hit_at (p, i, MK_WORD_noun)->n > 0 || mk_hit_at (p, i, MK_WORD_part)->n > 0 || mk_hit_at (p, i, MK_WORD_one)->n > 0 || mk_hit_at (p, i, MK_WORD_likeness)->n > 0 ||
         (mk_hit_at (p, i, MK_WORD_clothes)->n > 0 && mk_has_part (p, mk_hit_at (p, i, MK_WORD_clothes)->sense->phrase));
}

/* A word of no kind at all. */
static bool
is_unknown (const mk_parser *p, int i)
{
  if (i >= mk_n_tokens (p) || mk_token_at (p, i)->kind != MK_TOKEN_WORD)
    return false;
  for (int kind = 0; kind < MK_N_WORD_KINDS; kind++)
    if (kind != MK_WORD_common && kind != MK_WORD_painting && mk_hit_at (p, i, (mk_word_kind)kind)->n > 0)
      return false;
  return true;
}

bool
mk_np_is_head_ahead (const mk_parser *p, int i)
{
  for (int steps = 0; steps < 5; steps++) {
    int n = 1;
    if (is_noun (p, i))
      return true;
    if (!mk_is_modifier (p, i, &n) && !mk_is_empty_adjective (p, i) && !is_unknown (p, i))
      return false;
    i += n;
  }
  return false;
}

/* --- heads --- */

static bool
is_part_of_any (const mk_parser *p, const mk_hit *part)
{
  for (guint t = 0; t < p->things->len && part->n > 0; t++)
    if (mk_thing_has_part (p, mk_thing_at (p, (int)t), part->sense->phrase))
      return true;
  return false;
}

bool
mk_is_there (const mk_parser *p, const mk_hit *object)
{
  for (guint t = 0; t < p->things->len; t++)
    if (object->n > 0 && !mk_thing_at (p, (int)t)->is_removed && mk_thing_at (p, (int)t)->info == object->sense->object)
      return true;
  return false;
}

/* "sheep graze", "surrounded by fish": what is called alike when it is one and several are several without an article, by their verb or by what
 * can only be done by several. */
static bool
is_said_of_several (const mk_parser *p, const mk_np *np, int i, int next)
{
  const mk_recipe_info *info = mk_hit_at (p, i, MK_WORD_object)->sense->object;
  bool is_invariable = info->plural != NULL && g_str_equal (info->plural, info->name) && !g_str_has_suffix (info->name, "s") /* fries are one thing */ && np->number < 0 && !np->is_definite && !np->is_new && np->group == NULL;
  const mk_hit *motion = mk_hit_at (p, next, MK_WORD_motion), *act = mk_hit_at (p, next, MK_WORD_act);
  bool is_done = (motion->n > 0 && motion->form == MK_FORM_BASE) || (act->n > 0 && act->form == MK_FORM_BASE) || mk_is_word (p, next, "are");
  bool is_around = g_str_equal (mk_hit_text (mk_hit_at (p, np->from - 2, MK_WORD_contains)), "around"); /* "surrounded by" */
  return is_invariable && (is_done || is_around);
}

/* "the back of an elephant", but not "the middle of a great hall", which is a place. */
static bool
is_of_thing (const mk_parser *p, int i)
{
  int at = i + 1 + mk_hit_at (p, i + 1, MK_WORD_det)->n;
  return mk_is_word (p, i, "of") && at > i + 1 && mk_hit_at (p, at, MK_WORD_scene)->n == 0 && mk_np_is_head_ahead (p, at);
}

static int
take_head (mk_parser *p, int i, mk_np *np)
{
  const mk_hit *object = mk_hit_at (p, i, MK_WORD_object), *noun = mk_hit_at (p, i, MK_WORD_noun), *part = mk_hit_at (p, i, MK_WORD_part), *one = mk_hit_at (p, i, MK_WORD_one);
  const mk_hit *best = object->n >= noun->n && object->n > 0 ? object : noun;
  bool is_act = mk_hit_at (p, i, MK_WORD_rests)->n > 0 || is_verb (p, i) || mk_hit_at (p, i, MK_WORD_filler)->n > 0;
  bool is_of_known = p->context != NULL && np->is_definite && is_part_of_any (p, part) && best == object && !mk_is_there (p, object); /* "the roof is blue, the door red" */
  bool is_mine = np->is_owned || (np->is_each && mk_hit_at (p, i, MK_WORD_member)->n > 0 && is_part_of_any (p, part)); /* "in each hand" */
  np->is_owned = is_mine;
  bool is_somebodys = is_of_known || (is_mine && (best != object || best->n == 0 || mk_hit_at (p, i, MK_WORD_member)->n > 0 || is_part_of_any (p, part))); /* "my bed" is no part of me */
  bool is_longer = part->n > best->n && (best->n == 0 || is_part_of_any (p, part)); /* "a ball 2 m away" is no "ball 2" */
  bool is_somethings = (best == noun || (object->n > 0 && object->sense->is_kin)) && part->n > 0 && (mk_has_part (p, part->sense->phrase) || (np->is_definite && is_part_of_any (p, part))); /* "paint the roof green", long after the house */
  if (is_longer || (part->n > 0 && part->n == best->n && (is_somebodys || is_somethings)))
    best = part;
  bool is_amount = mk_hit_at (p, i, MK_WORD_number)->n > 0 && mk_hit_at (p, i + one->n, MK_WORD_unit)->n > 0; /* "one second later" */
  if (one->n > 0 && best->n <= one->n && !is_amount)
    best = one;
  const mk_hit *clothes = mk_hit_at (p, i, MK_WORD_clothes);
  bool is_thing = best == object && !is_mine && (np->is_new || (object->n > 0 && mk_name_object (p, object, i) != object->sense->object)); /* "picks up a scarf", "two glasses" */
  if (clothes->n >= MAX (best->n, 1) && !is_thing && (mk_has_part (p, clothes->sense->phrase) || (is_mine && is_part_of_any (p, clothes)))) {
    np->head = i;
    np->is_plural |= clothes->form == MK_FORM_S;
    np->part = np->noun = clothes->sense->phrase;
    return i + clothes->n;
  }
  if (best->n == 0)
    best = mk_hit_at (p, i, MK_WORD_likeness);
  if (best->n == 0 && !is_act)
    best = mk_hit_at (p, i, MK_WORD_region);
  const mk_hit *member = mk_hit_at (p, i, MK_WORD_member);
  if (best->n == 0 && ((is_mine && p->is_placing) || (mk_is_word (p, i + member->n, "of") && (np->is_definite || np->is_new)))) /* "the shoulder of a pirate", which no recipe names */
    best = member;
  bool is_bare = np->number < 0 && !np->is_definite && !np->is_new && np->n_colors == 0 && np->material == NULL;
  if (best->n == 0 || (best == part && (is_act || is_bare) && !np->is_owned && !is_of_thing (p, i + best->n) && !mk_has_part (p, part->sense->phrase)))
    return i;
  np->head = i;
  np->is_plural |= best == object && is_said_of_several (p, np, i, i + best->n);
  np->is_plural |= best->form == MK_FORM_S && !(best == object && object->sense->object->plural == NULL && g_str_has_suffix (object->sense->phrase, "s"));
  np->object = best == object ? mk_name_object (p, object, i) : NULL;
  np->is_plural |= best == object && np->object != object->sense->object && i > 0 && mk_is_word (p, i - 1, "of"); /* "a tray of glasses" */
  np->is_kin = best == object && object->sense->is_kin;
  np->part = best == part ? part->sense->phrase : NULL;
  np->noun = best->sense->phrase;
  if (best == object && np->material == NULL)
    np->material = mk_name_material (p, i, object);
  np->is_one = best == one;
  np->is_ones = best == one && g_str_equal (mk_hit_text (one), "ones");
  np->label = best != object && best != part && best != one ? best->sense->phrase : NULL;
  return i + best->n;
}

/* "a rooster crows", "the man trains", "the bell rings the hour": no crow of a rooster; but "toy trains", "the bell rings are gold". */
static bool
acts_next (const mk_parser *p, int i, const mk_np *np)
{
  const mk_hit *act = mk_hit_at (p, i, MK_WORD_act), *transitive = mk_hit_at (p, i, MK_WORD_transitive);
  act = act->n > 0 ? act : transitive; /* "a waiter hands" */
  bool is_living = mk_recipe_lives (np->object);
  int next = i + act->n;
  bool is_end = next >= mk_n_tokens (p) || mk_token_at (p, next)->kind == MK_TOKEN_MARK || mk_hit_at (p, next, MK_WORD_det)->n > 0 || mk_hit_at (p, next, MK_WORD_conj)->n > 0;
  bool is_single = np->number == 1 || (np->is_definite && !np->is_all && np->number < 0 && p->clause.is_start && is_end);
  return act->n > 0 && act->form == MK_FORM_S && (is_living || is_single);
}

/* "a glass slides": what could be a material is the thing itself, where one alone is spoken of and it acts next. */
static bool
is_actor (const mk_parser *p, int i, const mk_np *np)
{
  const mk_hit *object = mk_hit_at (p, i, MK_WORD_object);
  int next = i + object->n;
  const mk_hit *motion = mk_hit_at (p, next, MK_WORD_motion), *physics = mk_hit_at (p, next, MK_WORD_physics), *act = mk_hit_at (p, next, MK_WORD_act);
  bool acts = (motion->n > 0 && motion->form == MK_FORM_S) || (physics->n > 0 && physics->form == MK_FORM_S) || (act->n > 0 && act->form == MK_FORM_S);
  return object->n > 0 && object->form == MK_FORM_BASE && np->is_new && np->number == 1 && acts;
}

/* "fire truck" is a truck: of several nouns in a row the last is the head, unless it acts. */
static int
take_heads (mk_parser *p, int i, mk_np *np)
{
  int next = take_head (p, i, np), first = i;
  while (next > i && !acts_next (p, next, np) && !mk_token_at (p, next - 1)->is_owner && !mk_option_is_at (p, next, np) && g_utf8_get_char (mk_token_at (p, next - 1)->text) < 0x1f000 /* each pictograph is one thing */ && next - first < 4 && !np->is_plural && !np->is_one && np->part == NULL && is_noun (p, next) && !is_verb (p, next) && mk_hit_at (p, next, MK_WORD_one)->n == 0 &&
         mk_hit_at (p, next, MK_WORD_prep)->n == 0 && mk_hit_at (p, next, MK_WORD_wear)->n == 0) {
    mk_np more = *np;
    int after = take_head (p, next, &more);
    if (more.part != NULL || after == next)
      break;
    g_autofree char *whole = g_strconcat (mk_words (p, first, next), " ", more.noun, NULL);
    more.noun = g_string_chunk_insert (p->texts, whole);
    if (more.label != NULL)
      more.label = more.noun;
    more.head = first;
    *np = more;
    next = after;
  }
  return next;
}

/* "a round white table" is a round table: what stands between the two words of a name. */
static void
join_name (mk_parser *p, int i, mk_np *np)
{
  for (int k = np->from; k < i && np->object != NULL && np->head == i; k++) {
    if (mk_hit_at (p, k, MK_WORD_adjective)->n != 1)
      continue;
    g_autofree char *name = g_strconcat (mk_token_at (p, k)->text, " ", np->object->name, NULL);
    for (const mk_sense *sense = mk_lexicon_find (p->language->lexicon, name); sense != NULL; sense = sense->next)
      if (sense->kind == MK_WORD_object) {
        np->object = sense->object;
        p->is_unshown[k] = false;
        return;
      }
  }
}

static bool
looks_like_verb (const char *word)
{
  size_t n = strlen (word);
  return n > 3 && ((word[n - 1] == 's' && word[n - 2] != 's') || g_str_has_suffix (word, "ing") || g_str_has_suffix (word, "ed"));
}

/* At the beginning of a clause a word that nobody knows may be whom it is about, but not where that comes after it ("somehow
 * a ball …"), nor when it is a common word of another kind. */
static bool
may_be_noun (const mk_parser *p, int i)
{
  int next = i + 1;
  if (mk_hit_at (p, i, MK_WORD_common)->n > 0)
    return false;
  return mk_hit_at (p, next, MK_WORD_det)->n == 0 && mk_hit_at (p, next, MK_WORD_pronoun)->n == 0;
}

/* A word that nobody knows where a noun must stand: "a flurb". */
static int
take_unknown_head (mk_parser *p, int i, mk_np *np)
{
  int end = i + 1;
  while (end - i < 3 && is_unknown (p, end) && !looks_like_verb (mk_token_at (p, end)->text))
    end++;
  const char *last = mk_token_at (p, end - 1)->text;
  size_t n = strlen (last);
  np->head = i;
  np->label = np->noun = mk_words (p, i, end);
  np->is_plural |= n > 3 && last[n - 1] == 's' && last[n - 2] != 's' && !np->is_new;
  return end;
}

/* --- the phrase --- */

static int
read_determiner (mk_parser *p, int i, mk_np *np)
{
  const mk_hit *det = mk_hit_at (p, i, MK_WORD_det);
  if (det->n == 0 || mk_hit_at (p, i, MK_WORD_material)->n > det->n) /* "each a different colour" */
    return i;
  const mk_json *value = det->sense->value;
  if (mk_json_get_bool (mk_json_get (value, "another")) && mk_hit_at (p, i, MK_WORD_filler)->n > det->n) /* "otra vez" */
    return i;
  np->is_definite |= mk_json_get_bool (mk_json_get (value, "definite"));
  np->is_new |= mk_json_get_bool (mk_json_get (value, "new"));
  np->is_another |= mk_json_get_bool (mk_json_get (value, "another"));
  np->is_all |= mk_json_get_bool (mk_json_get (value, "all"));
  np->is_plural |= mk_json_get_bool (mk_json_get (value, "plural"));
  np->is_each |= mk_json_get_bool (mk_json_get (value, "each"));
  np->is_owned |= mk_json_get_bool (mk_json_get (value, "owned"));
  np->is_any |= mk_json_get_bool (mk_json_get (value, "one")) && np->is_definite;
  np->owner = mk_json_get_string (mk_json_get (value, "of"));
  if (mk_json_has (value, "number"))
    np->number = mk_json_get_real (mk_json_get (value, "number"));
  return i + det->n;
}

/* "the first", "the left": only before something that can be counted. */
static int
read_ordinal (mk_parser *p, int i, mk_np *np)
{
  const mk_hit *ordinal = mk_hit_at (p, i, MK_WORD_ordinal);
  bool may_count = ordinal->n > 0 && np->is_definite && p->things->len > 0;
  int next = i + ordinal->n, counted = may_count ? mk_read_from_side (p, next, (int)mk_json_get_int (ordinal->sense->value), &np->ordinal) : next;
  if (counted > next) { /* "the third from the left" */
    np->is_one = true;
    np->head = i;
    np->noun = ordinal->sense->phrase;
    return counted;
  }
  int joined = next + mk_hit_at (p, next, MK_WORD_conj)->n;
  bool is_listed = joined > next && mk_hit_at (p, joined, MK_WORD_det)->n > 0 && mk_hit_at (p, joined + 1, MK_WORD_ordinal)->n > 0; /* "between the first and the second house" */
  bool is_modal = next < mk_n_tokens (p) && mk_lexicon_word_rule (p->language->lexicon, "infinitive_last", mk_token_at (p, next)->text) != NULL; /* "der linke soll springen" */
  bool is_alone = ordinal->n > 0 && p->things->len > 0 && (is_modal || is_listed || mk_is_word (p, next, "too") || next >= mk_n_tokens (p) || mk_is_mark (p, next, '.') || mk_hit_at (p, next, MK_WORD_copula)->n > 0 || is_verb (p, next)); /* "the first is red" */
  if (ordinal->n == 0 || !np->is_definite || (!is_alone && !mk_np_is_head_ahead (p, next)))
    return i;
  if (is_alone && !mk_np_is_head_ahead (p, next)) {
    np->is_one = true;
    np->head = i;
    np->noun = ordinal->sense->phrase;
  }
  np->ordinal = (int)mk_json_get_int (ordinal->sense->value);
  np->ordinal = np->ordinal == 0 ? 1000 : np->ordinal;
  return i + ordinal->n;
}

/* "one red, two green and …": a look, and another number behind the comma. */
static bool
is_list_ahead (const mk_parser *p, int i)
{
  int n = 1;
  return mk_is_modifier (p, i, &n) && mk_is_mark (p, i + n, ',') && mk_parse_number (p, i + n + 1, &(double){ 0 }) > i + n + 1 && mk_hit_at (p, i + n + 2, MK_WORD_unit)->n == 0;
}

static int
read_counts (mk_parser *p, int i, mk_np *np)
{
  for (int steps = 0; steps < 4; steps++) {
    const mk_hit *group = mk_hit_at (p, i, MK_WORD_group);
    double number = 0, metres = 0;
    int next = i;
    const mk_hit *stuff = mk_hit_at (p, i + group->n, MK_WORD_material);
    bool is_stuff_next = group->n > 0 && stuff->n > 0 && mk_hit_at (p, i + group->n, MK_WORD_object)->form != MK_FORM_S && !mk_np_is_head_ahead (p, i + group->n + stuff->n); /* "a heart of stone" */
    bool is_size_next = group->n > 0 && mk_parse_measure (p, i + group->n, &metres) > i + group->n;
    if (group->n > 0 && np->group == NULL && !((is_size_next || is_stuff_next) && mk_hit_at (p, i, MK_WORD_object)->n > 0)) {
      np->group = group->sense->value;
      np->number = np->number == 1 ? -1 : np->number;
      i += group->n;
      continue;
    }
    int company = mk_read_company_of (p, i, np);
    if (company > i) {
      i = company;
      continue;
    }
    int range = mk_parse_range (p, i, &number);
    if (range > i && mk_np_is_head_ahead (p, range) && mk_hit_at (p, range, MK_WORD_unit)->n == 0) {
      mk_assume (p, "I took “%s” to mean %g.", mk_words (p, i, range), number);
      mk_note (p, i, range, "count", -1);
      np->number = number;
      i = range;
      continue;
    }
    bool is_size = mk_parse_measure (p, i, &metres) > i && !mk_is_word (p, i + 1, "x") && !mk_is_word (p, i + 1, "by");
    if (is_size || (next = mk_parse_number (p, i, &number)) == i)
      break;
    const mk_hit *unit = mk_hit_at (p, next, MK_WORD_unit);
    if (unit->n > 0 && !is_noun (p, next) && !mk_is_word (p, next, "x"))
      break;
    /* "3D", and "one" that stands for a thing: "the right one bows", "the second one white". */
    bool is_plural_next = mk_hit_at (p, next, MK_WORD_object)->form == MK_FORM_S && (mk_hit_at (p, next, MK_WORD_motion)->form == MK_FORM_S || mk_hit_at (p, next, MK_WORD_act)->form == MK_FORM_S);
    if (number < 0 || (number == 1 && mk_hit_at (p, i, MK_WORD_one)->n > 0 && (is_plural_next || np->ordinal != 0)) || (is_noun (p, i) && !mk_np_is_head_ahead (p, next) && !is_list_ahead (p, next)))
      break;
    if ((mk_is_word (p, next, "x") || mk_is_word (p, next, "more")) && mk_np_is_head_ahead (p, next + 1)) { /* "5x cube", "two more horses" */
      np->is_new |= mk_is_word (p, next, "more");
      next++;
    }
    int times = next + (mk_is_word (p, next, "x") || mk_is_word (p, next, "by") ? 1 : 0);
    double second = 0;
    int after = times > next ? mk_parse_number (p, times, &second) : next;
    if (after > times && mk_hit_at (p, after, MK_WORD_unit)->n == 0) { /* "4 x 4", "five by five" */
      number *= second;
      next = after;
    }
    bool is_rows = np->group != NULL && np->number > 1 && number > 1 && after == next; /* "2 rows of 6 chairs" */
    np->number = is_rows ? np->number * number : number;
    for (const mk_sense *grid = is_rows ? mk_lexicon_find (p->language->lexicon, "grid of") : NULL; grid != NULL; grid = grid->next)
      np->group = grid->kind == MK_WORD_group ? grid->value : np->group;
    i = next;
  }
  return i;
}

static int
read_modifiers (mk_parser *p, int i, mk_np *np)
{
  int back = -1;
  mk_np before = *np;
  for (;;) {
    int next = i;
    bool could_be_head = mk_hit_at (p, i, MK_WORD_object)->n > 0;
    if (np->n_colors > 0 && np->is_definite && p->edit.kind == MK_EDIT_MAKE && mk_hit_at (p, i, MK_WORD_color)->n > 0 && !mk_np_is_head_ahead (p, i) && mk_lexicon_nouns_are_capital (p->language->lexicon))
      break; /* "mach das Rote grün" */
    if (is_actor (p, i, np))
      break;
    int there = mk_read_setting (p, i, np);
    if (there > i) {
      i = there;
      continue;
    }
    int longest = MAX (mk_hit_at (p, i, MK_WORD_object)->n, mk_hit_at (p, i, MK_WORD_noun)->n);
    mk_np saved = *np;
    next = read_modifier (p, i, np);
    if (next == i && mk_is_smoking (p, i) && mk_np_is_head_ahead (p, i + mk_hit_at (p, i, MK_WORD_plume)->n)) {
      np->plume = i + 1;
      next = i + mk_hit_at (p, i, MK_WORD_plume)->n;
    }
    bool is_region_next = mk_hit_at (p, i + 1, MK_WORD_region)->n > 0 && mk_is_word (p, i + 2, "of"); /* "the lowest branch of" */
    if (next == i && mk_is_empty_adjective (p, i) && (is_region_next || mk_np_is_head_ahead (p, i + 1))) {
      next = i + MAX (1, mk_hit_at (p, i, MK_WORD_adjective)->n);
      if (mk_hit_at (p, i, MK_WORD_adjective)->n > 0)
        mk_note_unshown (p, i, next - i);
    }
    const mk_hit *acts = mk_hit_at (p, i, MK_WORD_motion);
    if (next == i && acts->n > 0 && acts->form == MK_FORM_ING && np->verb < 0 && (np->is_new || np->is_definite || np->number >= 0) && longest == 0 && mk_np_is_head_ahead (p, i + acts->n)) {
      np->verb = i;
      next = i + acts->n;
    }
    if (next == i && is_unknown (p, i) && mk_np_is_head_ahead (p, i + 1) && !is_verb (p, i + 1)) {
      mk_note_unknown (p, i, i + 1, false);
      next = i + 1;
    }
    if (next == i || longest > next - i) {
      *np = saved;
      break;
    }
    if (could_be_head) {
      back = i;
      before = saved;
    }
    i = mk_read_more_colors (p, next, np);
    const mk_hit *stop = mk_hit_at (p, i, MK_WORD_group);
    if (stop->n > 0 && np->group == NULL && np->n_colors > 0)
      break;
    if (mk_is_mark (p, i, ',') && mk_np_is_head_ahead (p, i + 1) && mk_hit_at (p, i + 1, MK_WORD_object)->n == 0 && mk_hit_at (p, i + 1, MK_WORD_noun)->n == 0 && !np->is_plural && np->is_new && mk_is_modifier (p, i + 1, &(int){ 0 }))
      i++;
  }
  bool is_bare_look = (np->n_colors > 0 || np->material != NULL) && (p->clause.is_predicate || back == p->edit.end || (back > 0 && mk_hit_at (p, back - 1, MK_WORD_one)->n > 0)) && !np->is_new && !np->is_definite && np->number < 0; /* "the cat is orange" */
  if (back >= 0 && !is_bare_look && !is_noun (p, i) && !is_unknown (p, i)) {
    *np = before;
    return back;
  }
  return i;
}

/* "una pelota roja pequeña": in some languages looks come after what has them. */
static int
read_following (mk_parser *p, int i, mk_np *np)
{
  for (;;) {
    const mk_hit *adjective = mk_hit_at (p, i, MK_WORD_adjective);
    int next = read_modifier (p, i, np);
    if (next == i && adjective->n > 0) {
      mk_note_unshown (p, i, adjective->n);
      next = i + adjective->n;
    }
    if (next == i)
      return i;
    i = mk_read_other_color (p, next, np);
  }
}

/* "vom Tisch", "del castillo": the word before has "the" in it. */
static bool
follows_article (const mk_parser *p, int i)
{
  return i > 0 && mk_token_at (p, i - 1)->kind == MK_TOKEN_WORD && mk_lexicon_word_rule (p->language->lexicon, "with_article", mk_token_at (p, i - 1)->text) != NULL;
}

/* "zoom out a little": how much, and nothing that is small. */
static bool
is_degree (const mk_parser *p, int i)
{
  const mk_hit *more = mk_hit_at (p, i, MK_WORD_more);
  return more->n > 1 && mk_json_has (more->sense->value, "again") && !mk_np_is_head_ahead (p, i + more->n);
}

int
mk_np_read (mk_parser *p, int i, mk_np *np)
{
  *np = (mk_np){ .from = i, .to = i, .head = -1, .number = -1, .verb = -1 };
  if (is_degree (p, i))
    return i;
  const mk_hit *pronoun = mk_hit_at (p, i, MK_WORD_pronoun);
  int text = mk_read_text (p, i, np);
  if (text > i)
    return np->to = text;
  int partner = mk_read_partner (p, i);
  if (partner > i && mk_has_partner (p)) {
    np->pronoun = "other";
    np->head = i;
    return np->to = partner;
  }
  int numbered = mk_read_numbered (p, i, np);
  if (numbered > i)
    return np->to = numbered;
  bool is_measured = pronoun->n > 0 && mk_parse_measure (p, i + pronoun->n, &(double){ 0 }) > i + pronoun->n; /* "everything one metre …" */
  bool is_whole = pronoun->n > 1 && mk_hit_at (p, i + pronoun->n - 1, MK_WORD_one)->n > 0; /* "the other one rolls" is about no roll */
  int sided = i + pronoun->n + mk_hit_at (p, i + pronoun->n, MK_WORD_ordinal)->n; /* "her left hand" */
  const mk_hit *whose = mk_hit_at (p, i, MK_WORD_det);
  if (sided == i + pronoun->n && whose->n > 0 && mk_json_get_bool (mk_json_get (whose->sense->value, "owned"))) /* "her five ducklings" */
    sided = mk_parse_number (p, sided, &(double){ 0 });
  bool is_owner = sided > i + pronoun->n && mk_hit_at (p, i, MK_WORD_det)->n > 0 && mk_np_is_head_ahead (p, sided);
  static const char *const alone[] = { "it", "he", "she", NULL };
  bool is_alone = pronoun->n > 0 && mk_hit_at (p, i, MK_WORD_det)->n == 0 && g_strv_contains (alone, mk_hit_text (pronoun)); /* "it back" is no back of it */
  is_alone |= g_str_equal (mk_hit_text (pronoun), "others"); /* "the others watch": no watch of theirs */
  int others_to = g_str_equal (mk_hit_text (pronoun), "other") ? mk_parse_number (p, i + pronoun->n, &(double){ 0 }) : i + pronoun->n;
  bool is_counted = others_to > i + pronoun->n && (!mk_np_is_head_ahead (p, others_to) || mk_hit_at (p, others_to, MK_WORD_motion)->n > 0) && mk_hit_at (p, others_to, MK_WORD_unit)->n == 0; /* "the other two roll" */
  if (pronoun->n > 0 && !is_owner && (is_counted || is_whole || is_measured || is_alone || ((pronoun->n > 1 || !is_noun (p, i + pronoun->n)) && !mk_np_is_head_ahead (p, i + pronoun->n)))) {
    np->pronoun = is_counted ? "others" : mk_hit_text (pronoun);
    np->head = i;
    return np->to = is_counted ? others_to : i + pronoun->n;
  }
  int most = mk_read_superlative (p, i, np), at = most > i ? most : read_determiner (p, i, np);
  if (at > i && mk_json_get_bool (mk_json_get (mk_hit_at (p, i, MK_WORD_det)->sense->value, "one")) && !mk_np_is_head_ahead (p, at) && !mk_np_is_head_ahead (p, mk_parse_number (p, at, &(double){ 0 }))) { /* "noch eins", "otro igual" */
    np->is_one = true;
    np->head = i;
    np->noun = mk_hit_at (p, i, MK_WORD_det)->sense->phrase;
    return np->to = at;
  }
  if (np->is_all && is_verb (p, at) && !mk_np_is_head_ahead (p, at) && p->things->len > 0) { /* "…, all drive to the right" */
    np->pronoun = "all";
    np->head = i;
    return np->to = at;
  }
  at = read_ordinal (p, at, np);
  if (np->is_one)
    return np->to = at;
  if (np->is_definite && mk_is_word (p, at, "other") && mk_np_is_head_ahead (p, at + 1)) {
    np->is_another = true;
    at++;
  }
  at = read_counts (p, at, np);
  at = read_modifiers (p, at, np);
  int counted = read_counts (p, at, np);
  if (counted > at)
    at = read_modifiers (p, counted, np);
  text = np->from < at || mk_hit_at (p, at, MK_WORD_quote)->n > 0 ? mk_read_text (p, at, np) : at;
  if (text > at)
    return np->to = text;
  int head = take_heads (p, at, np);
  join_name (p, at, np);
  bool must_be_noun = np->number >= 0 || np->is_definite || np->is_new || np->group != NULL || np->n_colors > 0 || np->material != NULL;
  if (head > at && np->object != NULL && np->option == NULL && mk_hit_at (p, head, MK_WORD_object)->n > 0 && mk_option_is_at (p, head, np))
    head = read_modifier (p, head, np);
  head = mk_read_company (p, head, np);
  if (head == at && is_unknown (p, at) && (must_be_noun || (p->clause.is_start && may_be_noun (p, at))) && !(p->clause.is_predicate && !np->is_new && !np->is_definite))
    head = take_unknown_head (p, at, np);
  if (head > at && mk_lexicon_adjectives_follow (p->language->lexicon))
    head = read_following (p, head, np);
  bool is_one_more = head == at && at > i && np->head < 0 && np->is_new && np->is_another && p->context != NULL && p->latest.n > 0; /* "y otro al lado", "und einen zweiten daneben" */
  if (is_one_more) {
    np->is_one = true;
    np->head = at - 1;
    np->noun = mk_words (p, at - 1, at);
  }
  bool bends = mk_lexicon_adjectives_follow (p->language->lexicon) || mk_lexicon_nouns_are_capital (p->language->lexicon);
  if (bends && np->head < 0 && np->is_definite && np->number < 0 && (np->n_colors > 0 || np->material != NULL || np->scale > 0) && p->things->len > 0) { /* "la roja", "der kleine" */
    np->is_one = true;
    np->head = head - 1;
    np->noun = mk_words (p, head - 1, head);
  }
  np->is_definite |= np->head >= 0 && !np->is_new && np->number < 0 && follows_article (p, i);
  np->is_plural &= !mk_json_get_bool (mk_json_get (mk_hit_at (p, i, MK_WORD_det)->n > 0 ? mk_hit_at (p, i, MK_WORD_det)->sense->value : NULL, "singular")); /* "des Autos" is one car's */
  head = np->head >= 0 && np->ordinal > 0 ? mk_read_from_side (p, head, np->ordinal, &np->ordinal) : head;
  head = np->head >= 0 ? mk_read_which (p, head, np) : head;
  np->to = head;
  return np->head >= 0 || at > i ? head : i;
}
