#include "cli/commands.h"
#include "cli/workshop.h"
#include "graph/object_info.h"

#include <stdio.h>

static gboolean as_json;

const GOptionEntry *
mk_cli_nodes_options (void)
{
  static const GOptionEntry entries[] = { { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "As ComfyUI's /object_info", NULL }, { 0 } };
  return entries;
}

static void
print_port (const mk_port *port)
{
  printf ("  %-18s %-8s", port->name, port->type);
  if (port->has_default && port->text != NULL && port->text[0] != '\0')
    printf (" %s", port->text);
  else if (port->has_default && port->text == NULL)
    printf (" %g", port->def);
  if (port->has_range && port->max_uint == 0)
    printf (" (%g … %g)", port->min, port->max);
  if (port->tip != NULL)
    printf ("  %s", port->tip);
  putchar ('\n');
  if (port->options != NULL) {
    g_autofree char *all = g_strjoinv (", ", (char **)(port->options[0][0] == '\0' ? port->options + 1 : port->options));
    printf ("  %-18s          one of %s\n", "", all);
  }
}

static void
print_node (const mk_node_def *def)
{
  printf ("%s (%s, %s)\n%s\n", def->id, def->label != NULL ? def->label : def->id, def->category, def->help != NULL ? def->help : "");
  puts ("\ntakes");
  for (const mk_port *port = def->inputs; port->name != NULL; port++)
    print_port (port);
  if (def->outputs[0].name == NULL)
    return;
  puts ("\ngives");
  for (const mk_port *port = def->outputs; port->name != NULL; port++)
    printf ("  %-18s %-8s%s%s\n", port->name, port->type, port->tip != NULL ? "  " : "", port->tip != NULL ? port->tip : "");
}

static mk_exit
print_json (const mk_registry *registry, const mk_node_def *only)
{
  GError *error = NULL;
  g_autoptr (mk_folders) folders = mk_cli_folders_new (NULL, ".", &error);
  if (folders == NULL)
    return mk_cli_fail (error);
  g_autoptr (mk_json) info = only != NULL ? mk_object_info_of (only, folders) : mk_object_info_all (registry, folders);
  g_autofree char *text = mk_json_print_pretty (info);
  puts (text);
  return MK_EXIT_OK;
}

mk_exit
mk_cli_nodes (char **arguments)
{
  GError *error = NULL;
  g_autoptr (mk_registry) registry = mk_cli_registry_new (&error);
  if (registry == NULL)
    return mk_cli_fail (error);
  const mk_node_def *only = arguments[0] != NULL ? mk_registry_find (registry, arguments[0]) : NULL;
  if (arguments[0] != NULL && only == NULL) {
    g_auto (GStrv) near = mk_registry_suggest (registry, arguments[0]);
    g_autofree char *names = g_strjoinv (", ", near);
    return mk_cli_fail_usage ("there is no node %s%s%s", arguments[0], near[0] != NULL ? "; there is " : "", names);
  }
  if (as_json)
    return print_json (registry, only);
  if (only != NULL) {
    print_node (only);
    return MK_EXIT_OK;
  }
  size_t n;
  const mk_node_def *const *defs = mk_registry_list (registry, &n);
  for (size_t i = 0; i < n; i++)
    printf ("%-28s %-24s %s\n", defs[i]->id, defs[i]->category, defs[i]->label != NULL ? defs[i]->label : "");
  return MK_EXIT_OK;
}
