#include "graph/object_info.h"

#include "base/folder_stamp.h"
#include "graph/model_paths.h"
#include "graph/run.h"

#include <string.h>

char **
mk_port_list_options (const mk_port *port, const mk_folders *folders)
{
  if (port->list_options != NULL) {
    static const mk_port none[] = { { 0 } };
    static const mk_node_def nothing = { .id = "", .inputs = none, .outputs = none };
    mk_run_context context = { .folders = folders };
    g_autoptr (mk_run) run = mk_run_new (&context, &nothing, "");
    return port->list_options (run);
  }
  return port->options != NULL ? g_strdupv ((char **)port->options) : NULL;
}

static mk_json *
strings_to_json (char **names)
{
  mk_json *list = mk_json_new_array ();
  for (; names != NULL && *names != NULL; names++)
    mk_json_append (list, mk_json_new_string (*names));
  return list;
}

/* INT prints whole numbers. A double cannot hold 2^63 - 1, which is what ComfyUI's widest ranges end with. */
static mk_json *
number (const mk_port *port, double value)
{
  if (!g_str_equal (port->type, "INT"))
    return mk_json_new_real (value);
  return mk_json_new_int (value >= 0x1p63 ? INT64_MAX : value <= -0x1p63 ? -INT64_MAX : (int64_t)value);
}

static void
add_default (mk_json *options, const mk_port *port)
{
  if (!port->has_default)
    return;
  if (port->text != NULL)
    mk_json_set (options, "default", mk_json_new_string (port->text));
  else if (g_str_equal (port->type, "BOOLEAN"))
    mk_json_set (options, "default", mk_json_new_bool (port->def != 0));
  else
    mk_json_set (options, "default", number (port, port->def));
}

static void
add_range (mk_json *options, const mk_port *port)
{
  if (!port->has_range)
    return;
  mk_json_set (options, "min", number (port, port->min));
  mk_json_set (options, "max", port->max_uint > 0 ? mk_json_new_uint (port->max_uint) : number (port, port->max));
  if (port->step != 0)
    mk_json_set (options, "step", number (port, port->step));
  if (port->round != 0)
    mk_json_set (options, "round", mk_json_new_real (port->round));
}

static void
add_flag (mk_json *options, const char *name, bool is_set)
{
  if (is_set)
    mk_json_set (options, name, mk_json_new_bool (true));
}

static void
add_text (mk_json *options, const char *name, const char *text)
{
  if (text != NULL)
    mk_json_set (options, name, mk_json_new_string (text));
}

static void
add_extra (mk_json *options, const mk_port *port)
{
  g_autoptr (mk_json) extra = NULL;
  if (port->extra_json != NULL && mk_json_parse (port->extra_json, -1, NULL, &extra, NULL))
    for (mk_json_iter i = mk_json_iterate (extra); mk_json_next (&i);)
      mk_json_set (options, i.key, mk_json_ref (i.value));
}

/* The order of options is ComfyUI's: in the older form as its nodes write them down, the explanation last. */
static void
add_v1 (mk_json *options, const mk_port *port)
{
  add_default (options, port);
  add_range (options, port);
  add_flag (options, "multiline", port->multiline);
  add_flag (options, "dynamicPrompts", port->dynamic_prompts);
  add_flag (options, "lazy", port->lazy);
  add_flag (options, "rawLink", port->raw_link);
  add_flag (options, "control_after_generate", port->control_after_generate);
  add_flag (options, "forceInput", port->force_input);
  add_flag (options, "advanced", port->advanced);
  add_flag (options, "socketless", port->socketless);
  add_text (options, "label_on", port->label_on);
  add_text (options, "label_off", port->label_off);
  add_text (options, "display", port->display);
  add_text (options, "placeholder", port->placeholder);
  add_text (options, "tooltip", port->tip);
  add_extra (options, port);
}

/* In the newer form general ones come first, and some are always there. */
static void
add_v3 (mk_json *options, const mk_port *port, char **choices)
{
  add_text (options, "tooltip", port->tip);
  add_flag (options, "lazy", port->lazy);
  add_flag (options, "rawLink", port->raw_link);
  add_default (options, port);
  add_flag (options, "socketless", port->socketless);
  add_flag (options, "forceInput", port->force_input);
  add_range (options, port);
  add_flag (options, "advanced", port->advanced);
  if (g_str_equal (port->type, "STRING"))
    mk_json_set (options, "multiline", mk_json_new_bool (port->multiline));
  add_text (options, "placeholder", port->placeholder);
  add_flag (options, "dynamicPrompts", port->dynamic_prompts);
  add_text (options, "label_on", port->label_on);
  add_text (options, "label_off", port->label_off);
  if (choices != NULL) {
    mk_json_set (options, "multiselect", mk_json_new_bool (false));
    mk_json_set (options, "options", strings_to_json (choices));
  }
  add_flag (options, "control_after_generate", port->control_after_generate);
  add_text (options, "display", port->display);
  if (port->match != NULL) {
    mk_json *template = mk_json_new_object ();
    add_text (template, "template_id", port->match);
    add_text (template, "allowed_types", port->type);
    mk_json_set (options, "template", template);
  }
  add_extra (options, port);
}

/* A type that is not known before something is wired. */
static const char *
printed_type (const mk_port *port)
{
  return port->match != NULL ? "COMFY_MATCHTYPE_V3" : port->type;
}

mk_json *
mk_object_info_input (const mk_node_def *def, const mk_port *port, const mk_folders *folders)
{
  bool is_v3 = (def->flags & MK_NODE_SCHEMA_V3) != 0;
  mk_json *pair = mk_json_new_array (), *options = mk_json_new_object ();
  g_auto (GStrv) choices = g_str_equal (port->type, "COMBO") ? mk_port_list_options (port, folders) : NULL;
  mk_json_append (pair, choices != NULL && !is_v3 && !port->options_by_name ? strings_to_json (choices) : mk_json_new_string (printed_type (port)));
  if (choices != NULL && !is_v3 && port->options_by_name)
    mk_json_set (options, "options", strings_to_json (choices));
  if (is_v3)
    add_v3 (options, port, choices);
  else
    add_v1 (options, port);
  if (is_v3 || mk_json_length (options) > 0 || port->extra_json != NULL)
    mk_json_append (pair, options);
  else
    mk_json_unref (options);
  return pair;
}

static void
add_hidden (mk_json *hidden, mk_json *names, const char *name, const char *type, bool is_v3)
{
  mk_json *marker = mk_json_new_string (type);
  if (is_v3) {
    mk_json *wrapped = mk_json_new_array ();
    mk_json_append (wrapped, marker);
    marker = wrapped;
  }
  mk_json_set (hidden, name, marker);
  mk_json_append (names, mk_json_new_string (name));
}

/* What needs no wire: outputs get the prompt, which they embed; others what their tables say. */
static void
add_all_hidden (mk_json *input, mk_json *order, const mk_node_def *def)
{
  bool is_v3 = (def->flags & MK_NODE_SCHEMA_V3) != 0;
  g_autoptr (mk_json) hidden = mk_json_new_object (), names = mk_json_new_array ();
  if ((def->flags & (MK_NODE_OUTPUT | MK_NODE_NO_METADATA)) == MK_NODE_OUTPUT) {
    add_hidden (hidden, names, "prompt", "PROMPT", is_v3);
    add_hidden (hidden, names, "extra_pnginfo", "EXTRA_PNGINFO", is_v3);
  }
  for (const mk_port *port = def->inputs; port->name != NULL; port++)
    if (port->need == MK_HIDDEN)
      add_hidden (hidden, names, port->name, port->type, is_v3);
  if (mk_json_length (hidden) == 0)
    return;
  mk_json_set (input, "hidden", g_steal_pointer (&hidden));
  mk_json_set (order, "hidden", g_steal_pointer (&names));
}

static void
add_inputs (mk_json *record, const mk_node_def *def, const mk_folders *folders)
{
  static const char *const sections[] = { "required", "optional" };
  mk_json *input = mk_json_new_object (), *order = mk_json_new_object ();
  for (int need = MK_REQUIRED; need <= MK_OPTIONAL; need++) {
    mk_json *section = mk_json_new_object (), *names = mk_json_new_array ();
    for (const mk_port *port = def->inputs; port->name != NULL; port++)
      if ((int)port->need == need && !port->editor_made) {
        mk_json_set (section, port->name, mk_object_info_input (def, port, folders));
        mk_json_append (names, mk_json_new_string (port->name));
      }
    if (need == MK_REQUIRED || mk_json_length (section) > 0) {
      mk_json_set (input, sections[need], section);
      mk_json_set (order, sections[need], names);
    } else {
      mk_json_unref (section);
      mk_json_unref (names);
    }
  }
  add_all_hidden (input, order, def);
  mk_json_set (record, "input", input);
  mk_json_set (record, "input_order", order);
}

/* Gives the explanations of the outputs, NULL when there are none. */
static mk_json *
add_outputs (mk_json *record, const mk_node_def *def)
{
  mk_json *types = mk_json_new_array (), *lists = mk_json_new_array (), *names = mk_json_new_array ();
  g_autoptr (mk_json) tips = mk_json_new_array (), matches = mk_json_new_array ();
  bool has_tips = (def->flags & MK_NODE_SCHEMA_V3) != 0, has_matches = false;
  for (const mk_port *port = def->outputs; port->name != NULL; port++) {
    mk_json_append (types, mk_json_new_string (printed_type (port)));
    mk_json_append (matches, mk_json_new_string (port->match));
    has_matches |= port->match != NULL;
    mk_json_append (lists, mk_json_new_bool (port->is_list));
    mk_json_append (names, mk_json_new_string (port->label != NULL ? port->label : port->name));
    mk_json_append (tips, mk_json_new_string (port->tip));
    has_tips |= port->tip != NULL;
  }
  mk_json_set (record, "output", types);
  mk_json_set (record, "output_is_list", lists);
  mk_json_set (record, "output_name", names);
  if (has_matches)
    mk_json_set (record, "output_matchtypes", mk_json_ref (matches));
  return has_tips ? g_steal_pointer (&tips) : NULL;
}

mk_json *
mk_object_info_of (const mk_node_def *def, const mk_folders *folders)
{
  bool is_v3 = (def->flags & MK_NODE_SCHEMA_V3) != 0;
  mk_json *record = NULL;
  if (def->object_info != NULL && mk_json_parse (def->object_info, -1, NULL, &record, NULL))
    return record;
  record = mk_json_new_object ();
  add_inputs (record, def, folders);
  mk_json *tips = add_outputs (record, def);
  if (is_v3)
    mk_json_set (record, "output_tooltips", tips);
  mk_json_set (record, "name", mk_json_new_string (def->id));
  mk_json_set (record, "display_name", mk_json_new_string (def->label != NULL || is_v3 ? def->label : def->id));
  mk_json_set (record, "description", mk_json_new_string (def->help != NULL ? def->help : ""));
  mk_json_set (record, "python_module", mk_json_new_string (def->python_module != NULL ? def->python_module : "miktos"));
  mk_json_set (record, "category", mk_json_new_string (def->category));
  mk_json_set (record, "output_node", mk_json_new_bool ((def->flags & MK_NODE_OUTPUT) != 0));
  if (!is_v3 && tips != NULL)
    mk_json_set (record, "output_tooltips", tips);
  if (is_v3 || (def->flags & MK_NODE_DEPRECATED) != 0)
    mk_json_set (record, "deprecated", mk_json_new_bool ((def->flags & MK_NODE_DEPRECATED) != 0));
  if (is_v3 || (def->flags & MK_NODE_EXPERIMENTAL) != 0)
    mk_json_set (record, "experimental", mk_json_new_bool ((def->flags & MK_NODE_EXPERIMENTAL) != 0));
  if (is_v3)
    mk_json_set (record, "api_node", mk_json_new_bool (false));
  return record;
}

mk_json *
mk_object_info_all (const mk_registry *registry, const mk_folders *folders)
{
  mk_json *all = mk_json_new_object ();
  size_t n;
  const mk_node_def *const *defs = mk_registry_list (registry, &n);
  for (size_t i = 0; i < n; i++)
    mk_json_set (all, defs[i]->id, mk_object_info_of (defs[i], folders));
  return all;
}

uint64_t
mk_object_info_stamp (const mk_folders *folders)
{
  uint64_t sum = mk_folder_stamp (folders->input) ^ mk_folder_stamp (folders->models);
  for (unsigned i = 0; folders->more_models != NULL && mk_model_paths_folder (folders->more_models, i) != NULL; i++)
    sum = sum * 31 + mk_folder_stamp (mk_model_paths_folder (folders->more_models, i));
  return sum;
}
