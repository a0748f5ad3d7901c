#include "graph/object_info.h"

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

/* INT prints whole numbers; a seed's upper end does not fit in a double. */
static mk_json *
number (const mk_port *port, double value)
{
  return g_str_equal (port->type, "INT") ? mk_json_new_int ((int64_t)value) : mk_json_new_real (value);
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
add_words (mk_json *options, const mk_port *port)
{
  const struct {
    const char *name;
    bool is_set;
  } flags[] = { { "multiline", port->multiline }, { "dynamicPrompts", port->dynamic_prompts }, { "lazy", port->lazy }, { "rawLink", port->raw_link },
                { "control_after_generate", port->control_after_generate }, { "forceInput", port->force_input }, { "advanced", port->advanced }, { "socketless", port->socketless } };
  const struct {
    const char *name, *text;
  } texts[] = { { "label_on", port->label_on }, { "label_off", port->label_off }, { "display", port->display }, { "placeholder", port->placeholder }, { "tooltip", port->tip } };
  for (size_t i = 0; i < MK_COUNT (flags); i++)
    if (flags[i].is_set)
      mk_json_set (options, flags[i].name, mk_json_new_bool (true));
  for (size_t i = 0; i < MK_COUNT (texts); i++)
    if (texts[i].text != NULL)
      mk_json_set (options, texts[i].name, mk_json_new_string (texts[i].text));
  mk_json *extra = NULL;
  if (port->extra_json != NULL && mk_json_parse (port->extra_json, -1, NULL, &extra, NULL))
    for (mk_json_iter i = mk_json_iterate (extra); mk_json_next (&i);)
      mk_json_set (options, i.key, mk_json_ref (i.value));
  mk_json_unref (extra);
}

mk_json *
mk_object_info_input (const mk_port *port, const mk_folders *folders)
{
  mk_json *pair = mk_json_new_array ();
  g_auto (GStrv) choices = g_str_equal (port->type, "COMBO") ? mk_port_list_options (port, folders) : NULL;
  mk_json_append (pair, choices != NULL ? strings_to_json (choices) : mk_json_new_string (port->type));
  mk_json *options = mk_json_new_object ();
  add_default (options, port);
  add_range (options, port);
  add_words (options, port);
  if (mk_json_length (options) > 0)
    mk_json_append (pair, options);
  else
    mk_json_unref (options);
  return pair;
}

static void
add_inputs (mk_json *record, const mk_node_def *def, const mk_folders *folders)
{
  static const char *const sections[] = { "required", "optional" };
  mk_json *input = mk_json_new_object (), *order = mk_json_new_object ();
  for (int need = MK_REQUIRED; need <= MK_OPTIONAL; need++) {
    mk_json *section = mk_json_new_object (), *names = mk_json_new_array ();
    for (const mk_port *port = def->inputs; port->name != NULL; port++)
      if ((int)port->need == need) {
        mk_json_set (section, port->name, mk_object_info_input (port, folders));
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
  if ((def->flags & MK_NODE_OUTPUT) != 0) {
    mk_json *hidden = mk_json_new_object (), *names = mk_json_new_array ();
    mk_json_set (hidden, "prompt", mk_json_new_string ("PROMPT"));
    mk_json_set (hidden, "extra_pnginfo", mk_json_new_string ("EXTRA_PNGINFO"));
    mk_json_append (names, mk_json_new_string ("prompt"));
    mk_json_append (names, mk_json_new_string ("extra_pnginfo"));
    mk_json_set (input, "hidden", hidden);
    mk_json_set (order, "hidden", names);
  }
  mk_json_set (record, "input", input);
  mk_json_set (record, "input_order", order);
}

static void
add_outputs (mk_json *record, const mk_node_def *def)
{
  mk_json *types = mk_json_new_array (), *lists = mk_json_new_array (), *names = mk_json_new_array (), *tips = mk_json_new_array ();
  bool has_tips = false;
  for (const mk_port *port = def->outputs; port->name != NULL; port++) {
    mk_json_append (types, mk_json_new_string (port->type));
    mk_json_append (lists, mk_json_new_bool (port->is_list));
    mk_json_append (names, mk_json_new_string (port->label != NULL ? port->label : port->name));
    mk_json_append (tips, mk_json_new_string (port->tip));
    has_tips |= port->tip != NULL;
  }
  mk_json_set (record, "output", types);
  mk_json_set (record, "output_is_list", lists);
  mk_json_set (record, "output_name", names);
  if (has_tips)
    mk_json_set (record, "output_tooltips", tips);
  else
    mk_json_unref (tips);
}

mk_json *
mk_object_info_of (const mk_node_def *def, const mk_folders *folders)
{
  mk_json *record = mk_json_new_object ();
  add_inputs (record, def, folders);
  add_outputs (record, def);
  mk_json_set (record, "name", mk_json_new_string (def->id));
  mk_json_set (record, "display_name", mk_json_new_string (def->label != NULL ? def->label : def->id));
  mk_json_set (record, "description", mk_json_new_string (def->help != NULL ? def->help : ""));
  mk_json_set (record, "python_module", mk_json_new_string (def->python_module != NULL ? def->python_module : "miktos"));
  mk_json_set (record, "category", mk_json_new_string (def->category));
  mk_json_set (record, "output_node", mk_json_new_bool ((def->flags & MK_NODE_OUTPUT) != 0));
  if ((def->flags & MK_NODE_DEPRECATED) != 0)
    mk_json_set (record, "deprecated", mk_json_new_bool (true));
  if ((def->flags & MK_NODE_EXPERIMENTAL) != 0)
    mk_json_set (record, "experimental", mk_json_new_bool (true));
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
