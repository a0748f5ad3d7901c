#include "scene/surroundings.h"

#include <string.h>

const char *
mk_usual_ground (const mk_recipe_info *const *things, unsigned n, mk_sky_kind sky, bool has_sky)
{
  static const char *const surfaces[] = { [MK_SKY_DAY] = "grass", [MK_SKY_OVERCAST] = "grass", [MK_SKY_FOG] = "grass", [MK_SKY_SUNSET] = "sand", [MK_SKY_NIGHT] = "concrete", [MK_SKY_NEON] = "asphalt", [MK_SKY_UNDERWATER] = "sand" };
  const char *wanted = NULL;
  int rank = -1;
  for (unsigned i = 0; i < n; i++) {
    if (things[i]->ground == NULL || g_str_equal (things[i]->ground, "studio") || things[i]->ground_rank <= rank)
      continue; /* "studio" is content with any */
    wanted = things[i]->ground;
    rank = things[i]->ground_rank;
  }
  if (wanted != NULL)
    return wanted;
  bool is_open = (has_sky || sky != MK_SKY_DAY) && (size_t)sky < MK_COUNT (surfaces) && surfaces[sky] != NULL;
  return is_open ? surfaces[sky] : "studio";
}

const char *
mk_usual_sky (const mk_recipe_info *const *things, unsigned n)
{
  const char *home = NULL;
  bool is_alone = true;
  for (unsigned i = 0; i < n && home == NULL; i++)
    home = things[i]->ground == NULL ? things[i]->sky : NULL;
  bool is_night = g_strcmp0 (home, "night") == 0;
  for (unsigned i = 0; i < n; i++)
    is_alone &= things[i]->sky != NULL && (g_strcmp0 (things[i]->sky, home) == 0 || ((is_night || g_strcmp0 (home, "space") == 0) && !g_str_equal (things[i]->sky, "underwater")));
  if (home == NULL || !(is_alone || is_night))
    return NULL;
  return !is_alone ? "night" : is_night ? "space" : home;
}

bool
mk_is_carried (const mk_json *place)
{
  static const char *const relations[] = { "on", "inside", "held", NULL };
  return g_strv_contains (relations, mk_json_get_string (mk_json_get (mk_json_at (place, 0), "relation")));
}
