#include "language/command.h"
#include "language/plan_private.h"

/* --- nodes --- */

mk_json *
mk_plan_add_node (mk_planner *p, const char *class_type, const char *title, char id[16])
{
  mk_json *node = mk_json_new_object (), *inputs = mk_json_new_object (), *meta = mk_json_new_object ();
  g_snprintf (id, 16, "%u", ++p->n_nodes);
  mk_json_set (node, "class_type", mk_json_new_string (class_type));
  mk_json_set (node, "inputs", inputs);
  mk_json_set (meta, "title", mk_json_new_string (title));
  mk_json_set (node, "_meta", meta);
  mk_json_set (p->workflow, id, node);
  return inputs;
}

mk_json *
mk_plan_link (const char *id, int output)
{
  mk_json *link = mk_json_new_array ();
  mk_json_append (link, mk_json_new_string (id));
  mk_json_append (link, mk_json_new_int (output));
  return link;
}

/* --- commands --- */

static char *
join_names (const mk_json *names)
{
  GString *text = g_string_new (NULL);
  for (size_t i = 0; i < mk_json_length (names); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", mk_json_get_string (mk_json_at (names, i)));
  return g_string_free (text, FALSE);
}

static mk_json *
input_of_field (const char *name, const mk_json *value)
{
  mk_json_kind kind = mk_json_get_kind (value);
  if (kind != MK_JSON_ARRAY && kind != MK_JSON_OBJECT)
    return mk_json_copy (value);
  g_autofree char *text = g_str_equal (name, "targets") ? join_names (value) : mk_json_print_compact (value);
  return mk_json_new_string (text);
}

/* "Add red ball", "Animate: bounce": what a person reads on the node. */
static char *
title_of (const char *op, const mk_json *command)
{
  static const char *const telling[] = { "name", "object", "motion", "scenario", "kind", "surface", "text", "file", "shot", NULL };
  g_autofree char *verb = g_strdup (op);
  verb[0] = g_ascii_toupper (verb[0]);
  for (size_t i = 0; telling[i] != NULL; i++) {
    const char *text = mk_json_get_string (mk_json_get (command, telling[i]));
    if (text[0] != '\0')
      return g_strdup_printf ("%s: %s", verb, text);
  }
  return g_steal_pointer (&verb);
}

static void
add_command (mk_planner *p, const mk_json *command)
{
  const char *op = mk_json_get_string (mk_json_get (command, "op"));
  g_autofree char *class_type = g_strdup_printf ("Scene%s", op), *title = title_of (op, command);
  class_type[5] = g_ascii_toupper (class_type[5]);
  char id[16];
  mk_json *inputs = mk_plan_add_node (p, class_type, title, id);
  mk_json_set (inputs, "scene", mk_plan_link (p->last, 0));
  for (mk_json_iter i = mk_json_iterate (command); mk_json_next (&i);)
    if (!g_str_equal (i.key, "op"))
      mk_json_set (inputs, i.key, input_of_field (i.key, i.value));
  g_strlcpy (p->last, id, sizeof p->last);
}

/* --- the ends of the chain --- */

mk_json *
mk_plan_field_or (const mk_planner *p, const char *name, mk_json *taken_default)
{
  const mk_json *said = mk_json_get (p->render, name);
  if (said == NULL)
    return taken_default;
  mk_json_unref (taken_default);
  return mk_json_copy (said);
}

mk_json *
mk_plan_seed (const mk_planner *p)
{
  return p->options->has_seed ? mk_json_new_uint (p->options->seed) : mk_plan_field_or (p, "seed", mk_json_new_int (0));
}

static bool
is_painted (const mk_planner *p)
{
  return p->options->painter != NULL && mk_json_get_string (mk_json_get (p->render, "painting"))[0] != '\0';
}

static void
add_start (mk_planner *p)
{
  const mk_plan_options *o = p->options;
  mk_json *inputs = mk_plan_add_node (p, "SceneNew", "New scene", p->last);
  mk_json_set (inputs, "seconds", o->seconds > 0 ? mk_json_new_real (o->seconds) : mk_plan_field_or (p, "seconds", mk_json_new_real (0)));
  mk_json_set (inputs, "fps", o->fps > 0 ? mk_json_new_real (o->fps) : mk_plan_field_or (p, "fps", mk_json_new_real (is_painted (p) ? MK_PLAN_PAINTED_FPS : 24)));
  mk_json_set (inputs, "seed", mk_plan_seed (p));
  if (mk_json_has (p->render, "style"))
    mk_json_set (inputs, "style", mk_json_copy (mk_json_get (p->render, "style")));
}

static mk_json *
add_renderer (mk_planner *p, const char *class_type, const char *title, const char *quality, char id[16])
{
  const mk_plan_options *o = p->options;
  mk_json *inputs = mk_plan_add_node (p, class_type, title, id);
  mk_json_set (inputs, "scene", mk_plan_link (p->last, 0));
  mk_json_set (inputs, "width", o->width > 0 ? mk_json_new_int (o->width) : mk_plan_field_or (p, "width", mk_json_new_int (640)));
  mk_json_set (inputs, "height", o->height > 0 ? mk_json_new_int (o->height) : mk_plan_field_or (p, "height", mk_json_new_int (360)));
  mk_json_set (inputs, "quality", o->quality != NULL ? mk_json_new_string (o->quality) : mk_plan_field_or (p, "quality", mk_json_new_string (quality)));
  mk_json_set (inputs, "seed", mk_plan_seed (p));
  return inputs;
}

static void
add_ends (mk_planner *p)
{
  const mk_plan_options *o = p->options;
  unsigned outputs = o->outputs != 0 ? o->outputs : MK_PLAN_ALL;
  bool is_still = o->is_still || mk_json_get_bool (mk_json_get (p->render, "still"));
  const char *prefix = o->prefix != NULL ? o->prefix : "miktos";
  char id[16], saver[16];
  if ((outputs & MK_PLAN_SCENE) != 0) {
    mk_json *inputs = mk_plan_add_node (p, "SceneSaveGLB", "Save scene", saver);
    mk_json_set (inputs, "scene", mk_plan_link (p->last, 0));
    mk_json_set (inputs, "filename_prefix", mk_json_new_string (prefix));
  }
  if (is_painted (p)) {
    mk_plan_add_painting (p, outputs, is_still, prefix);
    return;
  }
  if ((outputs & MK_PLAN_POSTER) != 0 || (is_still && (outputs & MK_PLAN_FILM) != 0)) {
    add_renderer (p, "SceneRender", is_still ? "Render picture" : "Render poster", "standard", id);
    mk_json *inputs = mk_plan_add_node (p, "SaveImage", "Save picture", saver);
    mk_json_set (inputs, "images", mk_plan_link (id, 0));
    mk_json_set (inputs, "filename_prefix", mk_json_new_string (prefix));
  }
  if ((outputs & MK_PLAN_FILM) != 0 && !is_still) {
    add_renderer (p, "SceneRenderVideo", "Render film", "draft", id);
    mk_json *inputs = mk_plan_add_node (p, "SaveVideo", "Save film", saver);
    mk_json_set (inputs, "video", mk_plan_link (id, 0));
    mk_json_set (inputs, "filename_prefix", mk_json_new_string (prefix));
    mk_json_set (inputs, "format", mk_json_new_string ("mp4"));
    mk_json_set (inputs, "codec", mk_json_new_string ("h264"));
  }
}

mk_json *
mk_commands_plan (const mk_json *commands, const mk_plan_options *options)
{
  mk_planner p = { .options = options, .commands = commands, .render = mk_commands_find (commands, "render"), .workflow = mk_json_new_object () };
  add_start (&p);
  for (size_t i = 0; i < mk_json_length (commands); i++)
    if (mk_json_at (commands, i) != p.render)
      add_command (&p, mk_json_at (commands, i));
  add_ends (&p);
  return p.workflow;
}
