#include "graph/run.h"

#include "graph/registry.h"

#include <string.h>

GPtrArray *
mk_value_list_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)mk_value_unref);
}

mk_value *
mk_value_of_json (const mk_json *json, const char *type)
{
  mk_json_kind kind = mk_json_get_kind (json);
  if (g_str_equal (type, "FLOAT") && mk_json_is_number (json))
    return mk_value_new_real (mk_json_get_real (json));
  switch (kind) {
  case MK_JSON_BOOL:
    return mk_value_new_bool (mk_json_get_bool (json));
  case MK_JSON_INT:
    return mk_json_get_int (json) < 0 ? mk_value_new_int (mk_json_get_int (json)) : mk_value_new_uint (mk_json_get_uint (json));
  case MK_JSON_REAL:
    return mk_value_new_real (mk_json_get_real (json));
  case MK_JSON_STRING:
    return mk_value_new_string (mk_json_get_string (json));
  default:
    return mk_value_new_json (mk_json_copy (json));
  }
}

static size_t
count_inputs (const mk_node_def *def)
{
  size_t n = 0;
  while (def->inputs[n].name != NULL)
    n++;
  return n;
}

mk_run *
mk_run_new (const mk_run_context *context, const mk_node_def *def, const char *node_id)
{
  mk_run *run = g_new0 (mk_run, 1);
  run->context = context;
  run->def = def;
  run->node_id = node_id;
  run->inputs = g_new0 (GPtrArray *, count_inputs (def) + 1);
  run->outputs = g_new0 (GPtrArray *, mk_node_n_outputs (def) + 1);
  run->needed = g_ptr_array_new ();
  run->extra_names = g_ptr_array_new ();
  run->extra_lists = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);
  return run;
}

void
mk_run_free (mk_run *run)
{
  if (run == NULL)
    return;
  for (size_t i = 0; i < count_inputs (run->def); i++)
    g_clear_pointer (&run->inputs[i], g_ptr_array_unref);
  for (size_t i = 0; i < mk_node_n_outputs (run->def); i++)
    g_clear_pointer (&run->outputs[i], g_ptr_array_unref);
  g_free (run->inputs);
  g_free (run->outputs);
  g_ptr_array_unref (run->needed);
  g_ptr_array_unref (run->extra_names);
  g_ptr_array_unref (run->extra_lists);
  mk_json_unref (run->exception);
  mk_json_unref (run->ui);
  mk_json_unref (run->expand_graph);
  mk_json_unref (run->expand_result);
  g_free (run);
}

void
mk_run_set_input (mk_run *run, size_t index, GPtrArray *list)
{
  run->inputs[index] = g_ptr_array_ref (list);
}

/* Item number `call`, or the last one where the list is shorter. */
static mk_value *
item_of_call (const mk_run *run, const GPtrArray *list)
{
  return list != NULL && list->len > 0 ? list->pdata[MIN (run->call, list->len - 1)] : NULL;
}

void
mk_run_add_extra (mk_run *run, const char *name, GPtrArray *list)
{
  g_ptr_array_add (run->extra_names, (char *)name);
  g_ptr_array_add (run->extra_lists, g_ptr_array_ref (list));
}

size_t
mk_run_n_calls (const mk_run *run)
{
  size_t n = 1;
  for (size_t i = 0; i < count_inputs (run->def); i++)
    if (run->inputs[i] != NULL)
      n = MAX (n, run->inputs[i]->len);
  for (guint i = 0; i < run->extra_lists->len; i++)
    n = MAX (n, ((GPtrArray *)run->extra_lists->pdata[i])->len);
  return n;
}

/* --- inputs --- */

static size_t
find_port (const mk_run *run, const char *name)
{
  for (size_t i = 0; run->def->inputs[i].name != NULL; i++)
    if (g_str_equal (run->def->inputs[i].name, name))
      return i;
  g_error ("node %s has no input %s", run->def->id, name);
}

mk_value *
mk_run_get_item (const mk_run *run, const char *input, size_t index)
{
  GPtrArray *list = run->inputs[find_port (run, input)];
  return list != NULL && index < list->len ? list->pdata[index] : NULL;
}

mk_value *
mk_run_get (const mk_run *run, const char *input)
{
  return item_of_call (run, run->inputs[find_port (run, input)]);
}

const GPtrArray *
mk_run_get_extra_list (const mk_run *run, const char *name)
{
  guint i = 0;
  while (i < run->extra_names->len && !g_str_equal (run->extra_names->pdata[i], name))
    i++;
  return i < run->extra_names->len ? run->extra_lists->pdata[i] : NULL;
}

mk_value *
mk_run_get_extra (const mk_run *run, const char *name)
{
  return item_of_call (run, (GPtrArray *)mk_run_get_extra_list (run, name));
}

size_t
mk_run_n_items (const mk_run *run, const char *input)
{
  GPtrArray *list = run->inputs[find_port (run, input)];
  return list != NULL ? list->len : 0;
}

bool
mk_run_has (const mk_run *run, const char *input)
{
  return mk_run_get (run, input) != NULL;
}

/* Beyond this no side, count or place is meant, and sums of a few still fit an int. */
#define MOST_INT ((int64_t)1 << 28)

static bool
fits_int (const mk_port *port)
{
  return port->has_range && port->max_uint == 0 && port->min >= (double)-MOST_INT && port->max <= (double)MOST_INT;
}

int64_t
mk_run_get_int (const mk_run *run, const char *input)
{
  mk_value *value = mk_run_get (run, input);
  const mk_port *port = &run->def->inputs[find_port (run, input)];
  int64_t number = value != NULL ? mk_value_get_int (value) : (int64_t)port->def;
  return fits_int (port) ? CLAMP (number, -MOST_INT, MOST_INT) : number;
}

uint64_t
mk_run_get_uint (const mk_run *run, const char *input)
{
  mk_value *value = mk_run_get (run, input);
  return value != NULL ? mk_value_get_uint (value) : (uint64_t)run->def->inputs[find_port (run, input)].def;
}

double
mk_run_get_real (const mk_run *run, const char *input)
{
  mk_value *value = mk_run_get (run, input);
  return value != NULL ? mk_value_get_real (value) : run->def->inputs[find_port (run, input)].def;
}

bool
mk_run_get_bool (const mk_run *run, const char *input)
{
  mk_value *value = mk_run_get (run, input);
  return value != NULL ? mk_value_get_bool (value) : run->def->inputs[find_port (run, input)].def != 0;
}

const char *
mk_run_get_string (const mk_run *run, const char *input)
{
  mk_value *value = mk_run_get (run, input);
  const char *otherwise = run->def->inputs[find_port (run, input)].text;
  return value != NULL ? mk_value_get_string (value) : otherwise != NULL ? otherwise : "";
}

void *
mk_run_get_data (const mk_run *run, const char *input, const mk_value_type *type)
{
  return mk_value_get (mk_run_get (run, input), type);
}

/* --- outputs --- */

void
mk_run_add_output (mk_run *run, unsigned index, mk_value *taken)
{
  g_assert (index < mk_node_n_outputs (run->def));
  if (run->outputs[index] == NULL)
    run->outputs[index] = mk_value_list_new ();
  g_ptr_array_add (run->outputs[index], taken);
}

void
mk_run_set_output (mk_run *run, unsigned index, mk_value *taken)
{
  mk_run_add_output (run, index, taken);
}

void
mk_run_set_ui (mk_run *run, mk_json *taken)
{
  mk_json_unref (run->ui);
  run->ui = taken;
}

void
mk_run_expand (mk_run *run, mk_json *taken_graph, mk_json *taken_result)
{
  mk_json_unref (run->expand_graph);
  mk_json_unref (run->expand_result);
  run->expand_graph = taken_graph;
  run->expand_result = taken_result;
}

void
mk_run_need (mk_run *run, const char *input)
{
  g_ptr_array_add (run->needed, (char *)run->def->inputs[find_port (run, input)].name);
}

/* --- surroundings --- */

const mk_job *
mk_run_job (const mk_run *run)
{
  return run->context->job;
}

GHashTable *
mk_run_file_numbers (const mk_run *run)
{
  return run->context->file_numbers;
}

struct mk_pool *
mk_run_pool (const mk_run *run)
{
  return run->context->pool;
}

const mk_folders *
mk_run_folders (const mk_run *run)
{
  return run->context->folders;
}

char *
mk_run_content_name (const mk_run *run)
{
  char hex[65];
  if (run->context->key == NULL)
    return NULL;
  mk_key_to_hex (run->context->key, hex);
  return g_strdup_printf ("%s-%zu", hex, run->call);
}

const char *
mk_run_node_id (const mk_run *run)
{
  return run->node_id;
}

const mk_json *
mk_run_prompt (const mk_run *run)
{
  return run->context->prompt;
}

const mk_json *
mk_run_extra_pnginfo (const mk_run *run)
{
  return run->context->extra_pnginfo;
}

bool
mk_run_omits_metadata (const mk_run *run)
{
  return run->context->omits_metadata;
}

void
mk_run_tell (mk_run *run, const char *text)
{
  if (run->context->tell != NULL)
    run->context->tell (run->context->user, run->node_id, text);
}

void
mk_run_send (mk_run *run, const mk_json *message)
{
  if (run->context->send != NULL)
    run->context->send (run->context->user, message);
}

bool
mk_run_is_watched (const mk_run *run)
{
  return run->context->preview != NULL;
}

void
mk_run_preview (mk_run *run, const uint8_t *rgb8, int width, int height)
{
  if (run->context->preview != NULL)
    run->context->preview (run->context->user, run->node_id, rgb8, width, height);
}

void
mk_run_show (mk_run *run, const uint8_t *rgb8, int width, int height, bool as_png, int side)
{
  if (run->context->show != NULL)
    run->context->show (run->context->user, run->node_id, rgb8, width, height, as_png, side);
}
