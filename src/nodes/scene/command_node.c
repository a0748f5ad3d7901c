#include "nodes/scene/command_node.h"

#include "scene/layout.h"
#include "scene/objects.h"

#include <pthread.h>
#include <string.h>

const mk_port mk_scene_only_output[] = { { "SCENE", "SCENE", "The scene with this done." }, { 0 } };

const char *const mk_scene_arrangements[] = { "",
#define X(name, word) word,
  MK_ARRANGE_LIST (X)
#undef X
  NULL };
const char *const mk_scene_poses[] = { "", "stand", "sit", NULL };
const char *const mk_scene_materials[] = {
  "", "plastic", "metal", "steel", "gold", "silver", "copper", "chrome", "glass", "wood", "stone", "marble", "brick", "rubber", "clay",
  "cloth", "velvet", "leather", "water", "ice", "grass", "checker", "stripes", "dots", "paper", "concrete", "ceramic", "sand", "snow",
  "lava", "neon", "jelly", "wax", "mirror", "rainbow", "iron", "bronze", "brass", "light wood",
  "dark wood", "granite", "jade", "pearl", "obsidian", "terracotta", "wool", "fur", "cardboard", "rust", "chocolate", "diamond", "porcelain",
  "frosted glass", "brushed steel", "wicker", "honey", NULL
};

/* --- surroundings --- */

static pthread_mutex_t stage_lock = PTHREAD_MUTEX_INITIALIZER; /* guards the three below */
static mk_stage stage;
static char *stage_assets, *stage_input;

static bool
load_stage (const mk_folders *folders, GError **error)
{
  if (stage.library != NULL && g_str_equal (stage_assets, folders->assets) && g_str_equal (stage_input, folders->input))
    return true;
  if (stage.library != NULL)
    return mk_error (error, MK_ERROR_USAGE, "one program works with one assets and one input folder; got %s and %s after %s and %s",
                     folders->assets, folders->input, stage_assets, stage_input);
  const mk_library *library = mk_library_shared (folders->assets, error);
  if (library == NULL)
    return false;
  stage_assets = g_strdup (folders->assets);
  stage_input = g_strdup (folders->input);
  stage = (mk_stage){ .library = library, .assets = stage_assets, .input = stage_input };
  return true;
}

const mk_stage *
mk_run_stage (const mk_run *run, GError **error)
{
  pthread_mutex_lock (&stage_lock);
  bool is_loaded = load_stage (mk_run_folders (run), error);
  pthread_mutex_unlock (&stage_lock);
  return is_loaded ? &stage : NULL;
}

/* --- from inputs to a command --- */

static mk_json *
json_of_targets (const char *text)
{
  mk_json *list = mk_json_new_array ();
  g_auto (GStrv) names = g_strsplit (text, ",", -1);
  for (char **name = names; *name != NULL; name++)
    if (*g_strstrip (*name) != '\0')
      mk_json_append (list, mk_json_new_string (*name));
  return list;
}

static bool
add_text (mk_json *command, const mk_port *port, const char *text, GError **error)
{
  if (text[0] == '\0')
    return true;
  if (g_str_equal (port->name, "targets")) {
    mk_json_set (command, port->name, json_of_targets (text));
    return true;
  }
  bool is_json = (text[0] == '[' || text[0] == '{') && !g_str_equal (port->name, "text");
  mk_json *value = NULL;
  if (!is_json)
    value = mk_json_new_string (text);
  else if (!mk_json_parse (text, -1, NULL, &value, error)) {
    g_prefix_error (error, "%s: ", port->name);
    return false;
  }
  mk_json_set (command, port->name, value);
  return true;
}

static bool
add_field (mk_json *command, const mk_run *run, const mk_port *port, GError **error)
{
  const char *name = port->name;
  if (!mk_run_has (run, name))
    return true;
  if (g_str_equal (port->type, "INT")) {
    if (port->max_uint > 0 ? mk_run_get_uint (run, name) != 0 : (double)mk_run_get_int (run, name) != port->def)
      mk_json_set (command, name, port->max_uint > 0 ? mk_json_new_uint (mk_run_get_uint (run, name)) : mk_json_new_int (mk_run_get_int (run, name)));
  } else if (g_str_equal (port->type, "FLOAT")) {
    if (mk_run_get_real (run, name) != port->def)
      mk_json_set (command, name, mk_json_new_real (mk_run_get_real (run, name)));
  } else if (g_str_equal (port->type, "BOOLEAN")) {
    if (mk_run_get_bool (run, name) != (port->def != 0))
      mk_json_set (command, name, mk_json_new_bool (mk_run_get_bool (run, name)));
  } else if (!g_str_equal (port->type, "SCENE"))
    return add_text (command, port, mk_run_get_string (run, name), error);
  return true;
}

static mk_json *
make_command (const mk_run *run, const char *op, const mk_port *ports, GError **error)
{
  g_autoptr (mk_json) command = mk_json_new_object ();
  mk_json_set (command, "op", mk_json_new_string (op));
  for (const mk_port *port = ports; port->name != NULL; port++)
    if (!add_field (command, run, port, error))
      return NULL;
  return g_steal_pointer (&command);
}

bool
mk_run_scene_command (mk_run *run, const char *op, const mk_port *ports, GError **error)
{
  const mk_stage *here = mk_run_stage (run, error);
  if (here == NULL)
    return false;
  bool is_first = !g_str_equal (ports[0].name, "scene");
  g_autoptr (mk_scene) before = is_first ? mk_scene_new () : mk_scene_ref (mk_run_get_data (run, "scene", &mk_scene_type));
  g_autoptr (mk_json) command = make_command (run, op, ports, error);
  if (command == NULL)
    return false;
  mk_scene *after = mk_scene_apply (here, before, command, error);
  if (after == NULL)
    return false;
  mk_run_set_output (run, 0, mk_value_new_scene (after));
  return true;
}
