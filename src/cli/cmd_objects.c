#include "cli/commands.h"
#include "scene/objects.h"

#include <stdio.h>

static void
print_list (const char *title, const char *const *words)
{
  g_autofree char *all = g_strjoinv (", ", (char **)words);
  if (words[0] != NULL)
    printf ("%-10s %s\n", title, all);
}

static void
print_recipe (const mk_recipe_info *info)
{
  printf ("%s (%s), %g m %s\n", info->name, info->category, (double)info->size_m, info->dimension);
  print_list ("also", info->synonyms);
  print_list ("parts", info->parts);
  print_list ("joints", info->joints);
  print_list ("motions", info->motions);
  for (unsigned i = 0; i < info->n_params; i++) {
    const mk_recipe_param *param = &info->params[i];
    g_autofree char *options = param->options != NULL ? g_strjoinv (", ", (char **)param->options) : g_strdup_printf ("%g to %g", param->min, param->max);
    printf ("%-10s %s: %s\n", i == 0 ? "takes" : "", param->name, options);
  }
}

mk_exit
mk_cli_objects (char **arguments)
{
  mk_cli_expect_short_life ();
  GError *error = NULL;
  if (arguments[0] != NULL && g_str_equal (arguments[0], "check")) {
    if (arguments[1] == NULL || arguments[2] != NULL)
      return mk_cli_fail_usage ("objects check takes one file: a recipe as .json");
    return mk_cli_objects_check (arguments[1]);
  }
  const char *assets = mk_cli_assets (&error);
  const mk_library *library = assets != NULL ? mk_library_shared (assets, &error) : NULL;
  if (library == NULL)
    return mk_cli_fail (error);
  if (arguments[0] != NULL) {
    g_autofree char *name = g_strjoinv (" ", arguments);
    const mk_recipe_info *info = mk_library_find (library, name);
    if (info == NULL)
      return mk_cli_fail_usage ("the library has no object “%s”; see miktos objects", name);
    print_recipe (info);
    return MK_EXIT_OK;
  }
  for (unsigned i = 0; i < mk_library_n_recipes (library); i++) {
    const mk_recipe_info *info = mk_library_get (library, i);
    g_autofree char *also = g_strjoinv (", ", (char **)info->synonyms);
    printf ("%-18s %-12s %s\n", info->name, info->category, also);
  }
  return MK_EXIT_OK;
}
