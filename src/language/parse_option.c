/* Words that recipes take for one of their parameters: "winter", "young". */
#include "language/constructions.h"

const char *
mk_option_name (const mk_hit *hit)
{
  return *mk_hit_text (hit) != 0 ? mk_hit_text (hit) : hit->sense->phrase;
}

const mk_recipe_param *
mk_option_param (const mk_recipe_info *info, const char *option)
{
  for (unsigned i = 0; info != NULL && i < info->n_params; i++)
    if (info->params[i].options != NULL && g_strv_contains (info->params[i].options, option))
      return &info->params[i];
  return NULL;
}

bool
mk_option_set (mk_thing *thing, const char *option)
{
  const mk_recipe_param *param = thing->command >= 0 ? mk_option_param (thing->info, option) : NULL;
  if (param != NULL)
    mk_set_text (mk_thing_params (thing), param->name, option);
  return param != NULL;
}

#define MOST_BETWEEN 5 /* words between an option and what it is of */

bool
mk_option_is_at (const mk_parser *p, int i, const mk_np *np)
{
  const mk_hit *option = mk_hit_at (p, i, MK_WORD_option), *thing = mk_hit_at (p, i, MK_WORD_object);
  if (option->n == 0 || (thing->n == 0 && mk_hit_at (p, i, MK_WORD_adjective)->n == 0))
    return option->n > 0;
  if (np->object != NULL) /* "un elefante joven", "an elephant baby" */
    return mk_option_param (np->object, mk_option_name (option)) != NULL;
  int at = i + option->n, n = 1;
  for (int steps = 0; steps < MOST_BETWEEN && thing->n <= option->n; steps++, at += n, n = 1) {
    const mk_hit *object = mk_hit_at (p, at, MK_WORD_object);
    if (object->n > 0)
      return mk_option_param (object->sense->object, mk_option_name (option)) != NULL;
    if (!mk_is_modifier (p, at, &n) && !mk_is_empty_adjective (p, at))
      break;
  }
  return false;
}
