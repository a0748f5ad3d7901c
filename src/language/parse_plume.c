/* Smoke, steam and fire: "smoke rises from the chimney", "a cup of coffee with steam rising", "a smoking volcano". They are in the air, and
 * come from what is named behind them, or from what was spoken of. */
#include <string.h>

#include "language/constructions.h"

#define MAX_WORDS_BETWEEN 6 /* "smoke is slowly curling up into the air" */

/* "thick grey smoke": the token of the smoke, or -1; `color` gets its own. */
static int
find_plume (const mk_parser *p, int i, const char **color)
{
  for (int steps = 0; steps < 4; steps++) {
    const mk_hit *plume = mk_hit_at (p, i, MK_WORD_plume), *det = mk_hit_at (p, i, MK_WORD_det), *look = mk_hit_at (p, i, MK_WORD_color);
    const mk_hit *other = mk_hit_at (p, i, MK_WORD_adjective), *size = mk_hit_at (p, i, MK_WORD_size), *shade = mk_hit_at (p, i, MK_WORD_shade);
    if (plume->n > 0)
      return i;
    if (look->n > 0)
      *color = mk_hit_text (look);
    int n = MAX (MAX (det->n, look->n), MAX (other->n, MAX (size->n, shade->n)));
    if (n == 0)
      return -1;
    i += n;
  }
  return -1;
}

/* The words of "from" and the like that stand at a token. */
static unsigned
lead_of_source (const mk_parser *p, int i)
{
  static const char *const roles[] = { "from", "over", "above", "on", "onto", NULL };
  const mk_hit *prep = mk_hit_at (p, i, MK_WORD_prep), *relation = mk_hit_at (p, i, MK_WORD_relation);
  const mk_hit *lead = prep->n >= relation->n ? prep : relation;
  if (mk_is_word (p, i, "of") || (p->context != NULL && mk_is_word (p, i, "to"))) /* "pours out of", "add smoke to the chimney" */
    return 1;
  return lead->n > 0 && g_strv_contains (roles, mk_hit_text (lead)) ? lead->n : 0;
}

/* What it does in the air is the plume's own way: "curls up", "is rising", "pours out". */
static int
skip_deeds (const mk_parser *p, int i)
{
  static const mk_word_kind kinds[] = { MK_WORD_motion, MK_WORD_physics, MK_WORD_act, MK_WORD_copula, MK_WORD_adverb, MK_WORD_lively, MK_WORD_filler, MK_WORD_direction, MK_WORD_common };
  for (int steps = 0; steps < MAX_WORDS_BETWEEN && lead_of_source (p, i) == 0; steps++) {
    int n = 0;
    for (size_t k = 0; k < MK_COUNT (kinds); k++)
      n = MAX (n, mk_hit_at (p, i, kinds[k])->n);
    if (n == 0)
      break;
    i += n;
  }
  return i;
}

/* "from the chimney", "over the cup": the token behind, or i. */
static int
parse_source (mk_parser *p, int i, mk_refs *source)
{
  unsigned n = lead_of_source (p, i);
  mk_refs nobody = { 0 };
  int from = i + (int)n, next = n > 0 ? mk_parse_object_refs (p, from, &nobody, source) : from;
  return next > from && source->n > 0 ? next : i;
}

/* A train smokes from its chimney: who has one of the parts of world.json's "smokes_from" does so there. */
static mk_refs
outlets_of (mk_parser *p, const mk_refs *source)
{
  const mk_json *parts = mk_json_get (mk_lexicon_world (p->language->lexicon), "smokes_from");
  mk_refs out = *source;
  for (unsigned i = 0; i < out.n; i++)
    for (size_t k = 0; k < mk_json_length (parts) && out.part[0] == 0; k++)
      if (mk_thing_has_part (p, mk_thing_at (p, out.thing[i]), mk_json_get_string (mk_json_at (parts, k))))
        g_strlcpy (out.part, mk_json_get_string (mk_json_at (parts, k)), sizeof out.part);
  return out;
}

static bool
is_fire (const mk_hit *plume)
{
  return g_str_equal (mk_json_get_string (mk_json_get (plume->sense->value, "kind")), "fire");
}

/* Candles and campfires have their own flame, and burn as they are. */
static bool
has_flame (const mk_parser *p, const mk_refs *who)
{
  const mk_recipe_info *info = who->n > 0 ? mk_thing_at (p, who->thing[0])->info : NULL;
  return info != NULL && g_strv_contains (info->joints, "flame");
}

static void
add_plume (mk_parser *p, int from, int to, const mk_hit *plume, const char *color, const mk_refs *source)
{
  int command = mk_command_new (p, "particles", MK_BUCKET_LIGHT);
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return;
  const char *kind = mk_json_get_string (mk_json_get (plume->sense->value, "kind"));
  mk_set_text (json, "id", mk_new_id (p, kind));
  mk_set_text (json, "kind", kind);
  if (mk_json_has (plume->sense->value, "amount"))
    mk_json_set (json, "amount", mk_json_copy (mk_json_get (plume->sense->value, "amount")));
  if (color != NULL)
    mk_set_text (json, "color", color);
  mk_refs outlets = is_fire (plume) ? *source : outlets_of (p, source);
  if (source->n > 0)
    mk_json_set (json, "targets", mk_refs_to_json (p, &outlets));
  mk_note (p, from, to, "sky", command);
}

/* "a smoking volcano": it smokes, whatever else it does. */
bool
mk_is_smoking (const mk_parser *p, int i)
{
  const mk_hit *plume = mk_hit_at (p, i, MK_WORD_plume);
  return plume->n > 0 && mk_json_get_bool (mk_json_get (plume->sense->value, "of_noun"));
}

void
mk_smoke_add (mk_parser *p, int i, const mk_refs *source)
{
  const mk_hit *plume = mk_hit_at (p, i, MK_WORD_plume);
  if (is_fire (plume) && has_flame (p, source))
    mk_note (p, i, i + plume->n, NULL, -1);
  else
    add_plume (p, i, i + plume->n, plume, NULL, source);
}

/* "leaves a white trail", "trailing smoke": it has one, and does not leave. */
static int
words_of_trail (const mk_parser *p, int i)
{
  const mk_hit *verb = mk_hit_at (p, i, MK_WORD_motion);
  bool trails = verb->n > 0 && p->subject.n > 0 && mk_json_get_bool (mk_json_get (verb->sense->value, "trails"));
  return trails ? verb->n : 0;
}

int
mk_parse_plume (mk_parser *p, int i)
{
  const char *color = NULL;
  int with = MAX (mk_hit_at (p, i, MK_WORD_wear)->n, words_of_trail (p, i)), at = find_plume (p, i + with, &color);
  if (at < 0)
    return i;
  const mk_hit *plume = mk_hit_at (p, at, MK_WORD_plume);
  if (mk_is_smoking (p, at)) {
    if (at > i || p->subject.n == 0 || p->clause.in_camera || mk_np_is_head_ahead (p, at + plume->n) || (is_fire (plume) && has_flame (p, &p->subject)))
      return i;
    mk_smoke_add (p, i, &p->subject); /* "the volcano is smoking" */
    return i + plume->n;
  }
  if (mk_np_is_head_ahead (p, at + plume->n) || mk_hit_at (p, at + plume->n, MK_WORD_camera_word)->n > 0) /* "a smoke alarm" */
    return i;
  bool is_aside = with > 0 || at == i; /* of a sentence about somebody else */
  mk_refs source = { 0 }, who = p->subject;
  bool is_others = with > 0 && mk_hit_at (p, at + plume->n, MK_WORD_motion)->form == MK_FORM_S; /* "a rocket with flames rises" */
  bool is_deed = with == 0 && at == i && plume->form == MK_FORM_S && who.n > 0 && !p->clause.is_joined; /* "a cup steams on a desk": the cup does */
  int from = is_others ? at + (int)plume->n : skip_deeds (p, at + plume->n), next = is_deed ? at + (int)plume->n : parse_source (p, from, &source);
  if (source.n == 0)
    source = with > 0 && p->mentioned.n > 0 ? p->mentioned : who.n > 0 ? who : p->latest; /* "by a campfire with smoke" */
  add_plume (p, i, next, plume, color, &source);
  if (is_aside && who.n > 0)
    p->subject = who;
  p->clause.has_verb = true;
  p->clause.is_start = p->clause.is_joined = p->clause.is_predicate = false;
  return next;
}
