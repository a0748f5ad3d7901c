/* "In winter", "make it autumn": for all that changes with the season, and the ground of it. */
#include "language/constructions.h"

/* What is there already takes it too; whether it does. */
static bool
set_known (mk_parser *p, mk_thing *thing, const char *option)
{
  const mk_recipe_param *param = thing->command < 0 && !thing->is_removed ? mk_option_param (thing->info, option) : NULL;
  mk_json *params = param != NULL ? mk_known_params (p, thing) : NULL;
  if (params != NULL)
    mk_set_text (params, param->name, option);
  return params != NULL;
}

/* The ground that the season has, and what falls in it, where one is said. */
static bool
set_around (mk_parser *p, const char *option)
{
  const mk_json *season = mk_json_get (mk_json_get (mk_lexicon_world (p->language->lexicon), "seasons"), option), *ground = mk_json_get (season, "ground");
  const char *falls = mk_json_get_string (mk_json_get (season, "falls"));
  if (ground != NULL)
    mk_set_text (mk_command_json (p, mk_command_single (p, "ground", MK_BUCKET_GROUND)), "surface", mk_json_get_string (ground));
  mk_json *air = *falls != 0 ? mk_command_json (p, mk_command_new (p, "particles", MK_BUCKET_LIGHT)) : NULL;
  if (air != NULL) {
    mk_set_text (air, "id", mk_new_id (p, falls));
    mk_set_text (air, "kind", falls);
  }
  return ground != NULL || air != NULL;
}

/* "make it autumn", "what if it was winter": of a scene that is there. */
static bool
changes_season (const mk_parser *p, int i, int next)
{
  for (int n = 1; n > 0; next += n) /* "mach Herbst draus" */
    n = mk_hit_at (p, next, MK_WORD_filler)->n;
  bool is_end = next >= mk_n_tokens (p) || mk_token_at (p, next)->kind == MK_TOKEN_MARK;
  return p->context != NULL && is_end && mk_json_has (mk_json_get (mk_lexicon_world (p->language->lexicon), "seasons"), mk_option_name (mk_hit_at (p, i, MK_WORD_option)));
}

int
mk_parse_option (mk_parser *p, int i)
{
  const mk_hit *prep = mk_hit_at (p, i, MK_WORD_prep);
  int at = i + (mk_is_word (p, i, "in") ? prep->n : 0);
  const mk_hit *option = mk_hit_at (p, at, MK_WORD_option);
  bool is_set = false, is_change = option->n > 0 && changes_season (p, at, at + option->n);
  if (option->n == 0 || (at == i && !is_change) || mk_np_is_head_ahead (p, at + option->n))
    return i;
  for (int all = 0; all < 2 && !is_set; all++) /* "a tree in spring and a tree in winter": each has its own */
    for (guint t = 0; t < p->things->len; t++)
      if (all || !mk_json_has (mk_thing_at (p, (int)t)->add, "params"))
        is_set |= mk_option_set (mk_thing_at (p, (int)t), mk_option_name (option));
  for (guint t = 0; is_change && t < p->things->len; t++)
    is_set |= set_known (p, mk_thing_at (p, (int)t), mk_option_name (option));
  bool is_said = at > i && p->context == NULL && !is_set && mk_json_has (mk_json_get (mk_lexicon_world (p->language->lexicon), "seasons"), mk_option_name (option)); /* "children dance in spring" */
  is_set |= (is_change || is_said) && set_around (p, mk_option_name (option));
  if (!is_set)
    return i;
  mk_note (p, i, at + option->n, "object", -1);
  return at + option->n;
}
