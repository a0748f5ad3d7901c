/* Writes GLB files of all kinds for the validator: write-glbs ASSETS FOLDER. */
#include <stdio.h>
#include <string.h>

#include "scene/gltf.h"
#include "scene/objects.h"

static const struct { const char *name, *commands; } samples[] = {
  { "film", "[{'op':'sky','kind':'day'},{'op':'ground','surface':'grass'},{'op':'add','id':'ball-1','object':'ball','color':'#d81e1e'},"
            "{'op':'animate','id':'b','targets':['ball-1'],'motion':'bounce'},{'op':'camera','motion':'orbit','targets':['ball-1']}]" },
  { "materials", "[{'op':'add','id':'a','object':'ball','material':'glass'},{'op':'add','id':'b','object':'ball','material':'gold'},{'op':'add','id':'c','object':'cube','material':'wood'},"
                 "{'op':'add','id':'d','object':'ball','material':'velvet'},{'op':'add','id':'e','object':'ball','material':'neon'},{'op':'add','id':'f','object':'cube','material':'checker'},"
                 "{'op':'add','id':'g','object':'cube','material':'brick'},{'op':'material','targets':['a'],'opacity':0.5},{'op':'add','id':'h','object':'ball','material':'water'}]" },
  { "lights", "[{'op':'sky','kind':'night'},{'op':'light','id':'l1','kind':'three-point'},{'op':'light','id':'l2','kind':'spot'},{'op':'light','id':'l3','kind':'candle'},"
              "{'op':'light','id':'l4','kind':'sun'},{'op':'add','id':'a','object':'ball'}]" },
  { "cuts", "[{'op':'add','id':'a','object':'ball','count':30,'arrange':'scatter'},{'op':'camera','motion':'zoom-in'},{'op':'camera','motion':'track','targets':['a.3'],'start_s':2},"
            "{'op':'animate','id':'m','targets':['a'],'motion':'wobble'},{'op':'animate','id':'f','targets':['a.1'],'motion':'fade-in'}]" },
  { "life", "[{'op':'add','id':'a','object':'man'},{'op':'add','id':'b','object':'dog'},{'op':'add','id':'c','object':'bird'},{'op':'add','id':'d','object':'fish'},"
            "{'op':'animate','id':'m1','targets':['a'],'motion':'wave'},{'op':'animate','id':'m2','targets':['a'],'motion':'walk','with':'m1'},{'op':'animate','id':'m3','targets':['b'],'motion':'run','direction':'left','distance_m':3},"
            "{'op':'animate','id':'m4','targets':['b'],'motion':'sit','after':'m3'},{'op':'animate','id':'m5','targets':['c'],'motion':'fly'},{'op':'animate','id':'m6','targets':['d'],'motion':'swim'}]" },
  { "particles", "[{'op':'add','id':'a','object':'chair'},{'op':'add','id':'b','object':'man','place':[{'relation':'on','targets':['a']}]},{'op':'particles','id':'p1','kind':'snow','amount':0.3},"
                 "{'op':'particles','id':'p2','kind':'confetti','amount':0.3},{'op':'particles','id':'p3','kind':'fireworks'},{'op':'particles','id':'p4','kind':'sparks','targets':['a'],'start_s':1,'duration_s':1}]" },
  { "empty", "[{'op':'ground','surface':'none'}]" },
};

static mk_scene *
make (const mk_stage *stage, const char *list, GError **error)
{
  g_autofree char *text = g_strdelimit (g_strdup (list), "'", '"');
  g_autoptr (mk_json) commands = NULL;
  if (!mk_json_parse (text, -1, NULL, &commands, error))
    return NULL;
  g_autoptr (mk_scene) scene = mk_scene_new ();
  for (size_t i = 0; i < mk_json_length (commands); i++) {
    mk_scene *next = mk_scene_apply (stage, scene, mk_json_at (commands, i), error);
    mk_scene_unref (scene);
    scene = next;
    if (scene == NULL)
      return NULL;
  }
  return mk_scene_complete (stage, scene, 16 / 9.0f, error);
}

static bool
write_one (const mk_stage *stage, const char *folder, const char *name, const char *list, GError **error)
{
  g_autoptr (mk_scene) scene = make (stage, list, error);
  g_autofree char *path = g_strdup_printf ("%s/%s.glb", folder, name);
  return scene != NULL && mk_gltf_write (scene, path, NULL, NULL, error);
}

/* --- every motion that the schema of commands knows --- */

/* The first object whose recipe says that it moves like this. */
static const char *
find_mover (const mk_library *library, const char *motion)
{
  for (unsigned i = 0; i < mk_library_n_recipes (library); i++) {
    const mk_recipe_info *info = mk_library_get (library, i);
    if (g_strv_contains (info->motions, motion) && strchr (info->name, '\'') == NULL)
      return info->name;
  }
  return "man";
}

static char *
list_animate (const mk_library *library, const char *motion)
{
  static const struct { const char *motion, *more; bool is_done_to_post; } needs[] = {
    { "push", ",'by':'thing'", true }, { "pull", ",'by':'thing'", true }, { "orbit", ",'around':'post'", false }, { "circle", ",'around':'post'", false },
    { "follow", ",'to':'post'", false }, { "climb", ",'to':'post'", false }, { "dive", ",'to':'post'", false }, { "look-at", ",'to':'post'", false },
    { "path", ",'points':[[0,0,0],[1,0,1],[2,0,0]]", false }, { "gesture", ",'how':'cartwheel'", false } };
  const char *more = "", *target = "thing";
  for (size_t i = 0; i < MK_COUNT (needs); i++)
    if (g_str_equal (needs[i].motion, motion)) {
      more = needs[i].more;
      target = needs[i].is_done_to_post ? "post" : "thing";
    }
  return g_strdup_printf ("[{'op':'add','id':'post','object':'cube','position':[3,0,0]},{'op':'add','id':'thing','object':'%s'},"
                          "{'op':'animate','id':'m','targets':['%s'],'motion':'%s'%s}]", find_mover (library, motion), target, motion, more);
}

static char *
list_physics (const mk_library *library, const char *scenario)
{
  (void)library;
  return g_strdup_printf ("[{'op':'add','id':'ball','object':'ball'},{'op':'add','id':'thing','object':'domino','count':4},"
                          "{'op':'physics','id':'p','targets':['thing'],'scenario':'%s'%s}]", scenario, g_str_equal (scenario, "strike") || g_str_equal (scenario, "collide") ? ",'by':'ball'" : "");
}

static char *
list_camera (const mk_library *library, const char *motion)
{
  (void)library;
  return g_strdup_printf ("[{'op':'add','id':'thing','object':'ball'},{'op':'animate','id':'m','targets':['thing'],'motion':'roll'},"
                          "{'op':'camera','id':'c','motion':'%s','targets':['thing']}]", motion);
}

static bool
write_motions (const mk_stage *stage, const char *folder, GError **error)
{
  static const struct { const char *op, *key; char *(*list) (const mk_library *library, const char *motion); } kinds[] = {
    { "animate", "motion", list_animate }, { "physics", "scenario", list_physics }, { "camera", "motion", list_camera } };
  g_autofree char *path = g_build_filename (stage->assets, "commands.schema.json", NULL);
  g_autoptr (mk_json) schema = NULL;
  if (!mk_json_parse_file (path, NULL, &schema, error))
    return false;
  for (size_t k = 0; k < MK_COUNT (kinds); k++) {
    const mk_json *command = mk_json_get (mk_json_get (schema, "$defs"), kinds[k].op);
    const mk_json *motions = mk_json_get (mk_json_get (mk_json_get (command, "properties"), kinds[k].key), "enum");
    if (mk_json_length (motions) == 0)
      return mk_error (error, MK_ERROR_FORMAT, "%s: no %s lists its %s", path, kinds[k].op, kinds[k].key);
    for (size_t i = 0; i < mk_json_length (motions); i++) {
      const char *motion = mk_json_get_string (mk_json_at (motions, i));
      g_autofree char *list = kinds[k].list (stage->library, motion), *name = g_strdup_printf ("%s-%s", kinds[k].op, motion);
      if (!write_one (stage, folder, name, list, error)) {
        g_prefix_error (error, "%s: ", name);
        return false;
      }
    }
  }
  return true;
}

static bool
write_all (const char *assets, const char *folder, GError **error)
{
  g_autoptr (mk_library) library = mk_library_new (assets, error);
  if (library == NULL)
    return false;
  mk_stage stage = { .library = library, .assets = assets, .input = folder };
  for (size_t i = 0; i < MK_COUNT (samples); i++)
    if (!write_one (&stage, folder, samples[i].name, samples[i].commands, error))
      return false;
  if (!write_motions (&stage, folder, error))
    return false;
  for (unsigned i = 0; i < mk_library_n_recipes (library); i++) {
    const mk_recipe_info *info = mk_library_get (library, i);
    if (i % 4 != 0) /* soft bodies take a while to mesh; every fourth recipe covers all kinds */
      continue;
    g_auto (GStrv) words = g_strsplit (info->name, "'", -1);
    g_autofree char *object = g_strjoinv ("\\u0027", words);
    g_autofree char *list = g_strdup_printf ("[{'op':'add','id':'thing','object':'%s'},{'op':'animate','id':'m','targets':['thing'],'motion':'%s'}]", object, g_strv_contains (mk_library_get (library, i)->joints, "leg") ? "walk" : i % 8 ? "spin" : "jump");
    g_autofree char *name = g_strdelimit (g_strdup_printf ("object-%s", info->name), " '", '-');
    if (!write_one (&stage, folder, name, list, error)) {
      g_prefix_error (error, "%s: ", info->name);
      return false;
    }
  }
  return true;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  if (argc == 3 && write_all (argv[1], argv[2], &error))
    return 0;
  fprintf (stderr, "%s\n", error != NULL ? error->message : "usage: write-glbs ASSETS FOLDER");
  return 1;
}
