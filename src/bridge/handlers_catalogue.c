/* handlers_catalogue.c - what there is to make films of and with: objects, nodes, plugins, engines. */
#include "bridge/bridge_private.h"

#include <string.h>

/* --- nodes --- */

static const char not_up_yet[] = "the engine is not up yet; try again in a moment";

static bool
list_nodes (mk_bridge *bridge, mk_call *call, GError **error)
{
  call->data = mk_dispatcher_node_tables (bridge->dispatcher);
  return call->data != NULL || mk_error (error, MK_ERROR_UNAVAILABLE, not_up_yet);
}

static void
on_tables (void *user, mk_json *taken_tables)
{
  if (taken_tables != NULL)
    mk_api_answer_document (user, taken_tables);
  else
    mk_api_answer_error (user, g_error_new_literal (MK_ERROR, MK_ERROR_UNAVAILABLE, not_up_yet));
}

static void
serve_nodes (mk_bridge *bridge, mk_call *call)
{
  mk_dispatcher_ask_tables (bridge->dispatcher, on_tables, call->request);
}

/* Plugins are the engine's: what it says of them is passed on; an engine that does not know the word has none. */
static void
on_plugins (void *user, const mk_json *reply, const GError *error)
{
  mk_http_request *request = user;
  (void)error;
  mk_json *items = mk_json_get_kind (reply) == MK_JSON_ARRAY ? mk_json_copy (reply) : mk_json_copy (mk_json_get (reply, "plugins"));
  mk_json *page = mk_json_new_object ();
  mk_json_set (page, "items", items != NULL ? items : mk_json_new_array ());
  mk_api_answer_document (request, page);
}

static void
serve_plugins (mk_bridge *bridge, mk_call *call)
{
  GError *error = NULL;
  mk_comfy *engine = mk_dispatcher_any_engine (bridge->dispatcher);
  if (engine != NULL) {
    mk_comfy_get (engine, "/miktos/packs", on_plugins, call->request);
    return;
  }
  mk_error (&error, MK_ERROR_UNAVAILABLE, not_up_yet);
  mk_api_answer_error (call->request, error);
}

/* --- objects --- */

static mk_json *
strings (const char *const *words)
{
  mk_json *list = mk_json_new_array ();
  for (; words != NULL && *words != NULL; words++)
    mk_json_append (list, mk_json_new_string (*words));
  return list;
}

static mk_json *
print_param (const mk_recipe_param *param)
{
  mk_json *printed = mk_json_new_object ();
  mk_json_set (printed, "name", mk_json_new_string (param->name));
  mk_json_set (printed, "default", mk_json_new_real (param->def));
  mk_json_set (printed, "minimum", mk_json_new_real (param->min));
  mk_json_set (printed, "maximum", mk_json_new_real (param->max));
  mk_json_set (printed, "options", strings (param->options));
  return printed;
}

static mk_json *
print_recipe (const mk_recipe_info *info)
{
  g_autofree char *encoded = g_uri_escape_string (info->name, NULL, FALSE), *picture = g_strdup_printf ("/api/v1/objects/%s/picture", encoded);
  mk_json *recipe = mk_json_new_object (), *size = mk_json_new_array (), *params = mk_json_new_array ();
  for (unsigned i = 0; i < info->n_params; i++)
    mk_json_append (params, print_param (&info->params[i]));
  mk_json_append (size, mk_json_new_real ((double)info->size_m));
  mk_json_set (recipe, "name", mk_json_new_string (info->name));
  mk_json_set (recipe, "category", mk_json_new_string (info->category));
  mk_json_set (recipe, "synonyms", strings (info->synonyms));
  mk_json_set (recipe, "parts", strings (info->parts));
  mk_json_set (recipe, "joints", strings (info->joints));
  mk_json_set (recipe, "motions", strings (info->motions));
  mk_json_set (recipe, "params", params);
  mk_json_set (recipe, "dimension", mk_json_new_string (info->dimension));
  mk_json_set (recipe, "size_m", size);
  mk_json_set (recipe, "is_set", mk_json_new_bool (info->is_set));
  mk_json_set (recipe, "picture_url", mk_json_new_string (picture));
  return recipe;
}

static bool
matches (const mk_recipe_info *info, const char *words, const char *category)
{
  bool is_found = words == NULL || strstr (info->name, words) != NULL || strstr (info->category, words) != NULL;
  for (const char *const *s = info->synonyms; *s != NULL && !is_found; s++)
    is_found = strstr (*s, words) != NULL;
  return is_found && (category == NULL || g_str_equal (category, info->category));
}

static bool
list_objects (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_page page;
  if (!mk_call_page (call, &page, error))
    return false;
  unsigned first = mk_page_first_place (&page), n = mk_library_n_recipes (bridge->library), total = 0, next = 0;
  g_autofree char *words = mk_call_query (call, "q") != NULL ? g_ascii_strdown (mk_call_query (call, "q"), -1) : NULL;
  mk_json *items = mk_json_new_array ();
  for (unsigned i = 0; i < n; i++) {
    const mk_recipe_info *info = mk_library_get (bridge->library, i);
    if (!matches (info, words, mk_call_query (call, "category")))
      continue;
    total++;
    if (i >= first && (int)mk_json_length (items) < page.limit)
      mk_json_append (items, print_recipe (info));
    else if (i >= first && next == 0)
      next = i;
  }
  call->data = mk_page_print_names (items, next, total);
  return true;
}

static const mk_recipe_info *
find_object (const mk_bridge *bridge, const mk_call *call, GError **error)
{
  const mk_recipe_info *info = mk_library_find (bridge->library, mk_call_param (call, "name"));
  if (info == NULL)
    mk_error (error, MK_ERROR_NOT_FOUND, "the library has no object “%s”", mk_call_param (call, "name"));
  return info;
}

static bool
get_object (mk_bridge *bridge, mk_call *call, GError **error)
{
  const mk_recipe_info *info = find_object (bridge, call, error);
  call->data = info != NULL ? print_recipe (info) : NULL;
  return info != NULL;
}

/* Named after the program's version as well: a new one may draw it better. */
static void
serve_object_picture (mk_bridge *bridge, mk_call *call)
{
  GError *error = NULL;
  const mk_recipe_info *info = find_object (bridge, call, &error);
  if (info == NULL) {
    mk_api_answer_error (call->request, error);
    return;
  }
  g_autofree char *name = g_strdelimit (g_strdup (info->name), " ", '-'), *file = g_strdup_printf ("%s-%s.webp", name, bridge->config->version), *path = g_build_filename (bridge->pictures_folder, file, NULL);
  mk_pictures_make (bridge->pictures, MK_PICTURE_OF_OBJECT, info->name, path, mk_pictures_answer, call->request);
}

/* --- engines --- */

static bool
list_engines (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_page page;
  if (!mk_call_page (call, &page, error))
    return false;
  g_autoptr (mk_json) engines = mk_dispatcher_describe_engines (bridge->dispatcher);
  unsigned n = (unsigned)mk_json_length (engines), i = mk_page_first_place (&page);
  mk_json *items = mk_json_new_array ();
  for (; i < n && (int)mk_json_length (items) < page.limit; i++)
    mk_json_append (items, mk_json_copy (mk_json_at (engines, i)));
  call->data = mk_page_print_names (items, i < n ? i : 0, n);
  return true;
}

static bool
answer_engine (mk_bridge *bridge, mk_call *call, const char *id)
{
  call->data = mk_dispatcher_describe_engine (bridge->dispatcher, id);
  return true;
}

static bool
get_engine (mk_bridge *bridge, mk_call *call, GError **error)
{
  answer_engine (bridge, call, mk_call_param (call, "id"));
  return call->data != NULL || mk_error (error, MK_ERROR_NOT_FOUND, "there is no engine %s", mk_call_param (call, "id"));
}

static bool
add_engine (mk_bridge *bridge, mk_call *call, GError **error)
{
  g_autofree char *own = g_uuid_string_random ();
  const char *id = mk_call_text (call, "id") != NULL ? mk_call_text (call, "id") : own;
  mk_engine_row row = { (char *)id, (char *)mk_call_text (call, "url"), (char *)mk_call_text (call, "api_key"), !mk_json_has (call->body, "enabled") || mk_json_get_bool (mk_json_get (call->body, "enabled")) };
  return mk_dispatcher_add_engine (bridge->dispatcher, &row, error) && answer_engine (bridge, call, id);
}

static bool
change_engine (mk_bridge *bridge, mk_call *call, GError **error)
{
  const char *id = mk_call_param (call, "id");
  bool is_enabled = mk_json_get_bool (mk_json_get (call->body, "enabled"));
  return mk_dispatcher_change_engine (bridge->dispatcher, id, mk_call_text (call, "url"), mk_call_text (call, "api_key"), mk_json_has (call->body, "enabled") ? &is_enabled : NULL, error)
         && answer_engine (bridge, call, id);
}

static bool
remove_engine (mk_bridge *bridge, mk_call *call, GError **error)
{
  return mk_dispatcher_remove_engine (bridge->dispatcher, mk_call_param (call, "id"), error);
}

const mk_operation mk_catalogue_operations[] = {
  { "listNodes", .handle = list_nodes, .serve = serve_nodes }, { "listNodeOptions", .serve = mk_bridge_serve_node_options }, { "listPlugins", .serve = serve_plugins }, { "listObjects", .handle = list_objects, .needs_words = true }, { "getObject", .handle = get_object, .needs_words = true },
  { "getObjectPicture", .serve = serve_object_picture, .needs_words = true }, { "listEngines", .handle = list_engines }, { "getEngine", .handle = get_engine }, { "addEngine", .handle = add_engine },
  { "changeEngine", .handle = change_engine }, { "removeEngine", .handle = remove_engine }, { .id = NULL },
};
