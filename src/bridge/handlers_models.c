/* handlers_models.c - models: which there are, where they are used, more of them, fewer. */
#include "bridge/bridge_private.h"

#include "base/file.h"
#include "bridge/models.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* --- the list --- */

typedef struct {
  mk_bridge *bridge;
  mk_http_request *request;
  char *kind, *words, *folder; /* kind and words may be NULL */
  mk_page page;
  mk_json *models;
} listing;

static void
scan (void *user)
{
  listing *l = user;
  l->models = mk_models_scan (l->folder);
}

/* Workflows whose newest version names the file. */
static mk_json *
list_uses (mk_bridge *bridge, const char *name)
{
  mk_json *uses = mk_json_new_array ();
  g_autoptr (mk_json) quoted = mk_json_new_string (name);
  g_autofree char *text = mk_json_print_compact (quoted);
  mk_statement *row = mk_database_query (bridge->store, NULL, "SELECT w.id FROM workflows w JOIN workflow_versions v ON v.workflow = w.id AND v.version = w.version WHERE instr (v.graph, ?) ORDER BY w.number LIMIT 50", "s", text);
  while (row != NULL && mk_statement_next (row, NULL))
    mk_json_append (uses, mk_json_new_string (mk_statement_text (row, 0)));
  return uses;
}

static mk_json *
known_sum (mk_bridge *bridge, const char *path, int64_t bytes)
{
  struct stat info;
  mk_statement *row = stat (path, &info) == 0 ? mk_database_query (bridge->store, NULL, "SELECT sha256 FROM sums WHERE path = ? AND bytes = ? AND modified = ?", "sii", path, bytes, (int64_t)info.st_mtim.tv_sec * 1000) : NULL;
  if (row == NULL || !mk_statement_next (row, NULL))
    return NULL;
  mk_json *sum = mk_json_new_string (mk_statement_text (row, 0));
  mk_statement_end (row);
  return sum;
}

static mk_json *
complete (mk_bridge *bridge, const mk_json *scanned)
{
  mk_json *model = mk_json_copy (scanned);
  const char *kind = mk_json_get_string (mk_json_get (model, "kind")), *name = mk_json_get_string (mk_json_get (model, "name"));
  g_autofree char *path = g_build_filename (bridge->models_folder, kind, name, NULL), *encoded = g_uri_escape_string (name, NULL, FALSE), *picture = g_strdup_printf ("/api/v1/models/%s/%s/preview", kind, encoded);
  bool has_preview = mk_json_get (model, "preview") != NULL;
  mk_json_remove (model, "preview");
  mk_json_set (model, "sha256", known_sum (bridge, path, mk_json_get_int (mk_json_get (model, "bytes"))));
  mk_json_set (model, "preview_url", mk_json_new_string (has_preview ? picture : NULL));
  mk_json_set (model, "used_in", list_uses (bridge, name));
  return model;
}

static bool
is_wanted (const listing *l, const mk_json *model)
{
  const char *kind = mk_json_get_string (mk_json_get (model, "kind")), *name = mk_json_get_string (mk_json_get (model, "name"));
  g_autofree char *lower = g_ascii_strdown (name, -1);
  return (l->kind == NULL || g_str_equal (l->kind, kind)) && (l->words == NULL || strstr (lower, l->words) != NULL);
}

static void
answer_listing (void *user)
{
  listing *l = user;
  unsigned first = mk_page_first_place (&l->page), total = 0, next = 0;
  mk_json *items = mk_json_new_array ();
  for (size_t i = 0; i < mk_json_length (l->models); i++) {
    if (!is_wanted (l, mk_json_at (l->models, i)))
      continue;
    if (total >= first && (int)mk_json_length (items) < l->page.limit)
      mk_json_append (items, complete (l->bridge, mk_json_at (l->models, i)));
    else if (total >= first && next == 0)
      next = total;
    total++;
  }
  mk_api_answer_document (l->request, mk_page_print_names (items, next, total));
  mk_json_unref (l->models);
  g_free (l->kind);
  g_free (l->words);
  g_free (l->folder);
  g_free (l);
}

static void
serve_models (mk_bridge *bridge, mk_call *call)
{
  GError *error = NULL;
  listing *l = g_new0 (listing, 1);
  if (!mk_call_page (call, &l->page, &error)) {
    g_free (l);
    mk_api_answer_error (call->request, error);
    return;
  }
  l->bridge = bridge;
  l->request = call->request;
  l->kind = g_strdup (mk_call_query (call, "kind"));
  l->words = mk_call_query (call, "q") != NULL ? g_ascii_strdown (mk_call_query (call, "q"), -1) : NULL;
  l->folder = g_strdup (bridge->models_folder);
  mk_backstage_run (bridge->backstage, scan, answer_listing, l);
}

/* --- the catalog --- */

static mk_json *
read_catalog (const mk_bridge *bridge, GError **error)
{
  mk_json *catalog = NULL;
  g_autofree char *path = g_build_filename (bridge->config->assets, "models.json", NULL);
  return mk_json_parse_file (path, NULL, &catalog, error) ? catalog : NULL;
}

static bool
list_catalog (mk_bridge *bridge, mk_call *call, GError **error)
{
  g_autoptr (mk_json) catalog = read_catalog (bridge, error);
  if (catalog == NULL)
    return false;
  call->data = mk_json_new_object ();
  mk_json_set (call->data, "items", mk_json_copy (mk_json_get (catalog, "models")));
  return true;
}

static const mk_json *
find_entry (const mk_json *catalog, const char *id)
{
  const mk_json *models = mk_json_get (catalog, "models");
  for (size_t i = 0; i < mk_json_length (models); i++)
    if (g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (models, i), "id")), id))
      return mk_json_at (models, i);
  return NULL;
}

/* --- more, checked, fewer --- */

static char *
name_of_url (const char *url)
{
  g_autofree char *bare = g_strndup (url, strcspn (url, "?#"));
  const char *slash = strrchr (bare, '/');
  return g_uri_unescape_string (slash != NULL ? slash + 1 : bare, NULL);
}

static bool
check_url (const char *url, GError **error)
{
  return g_str_has_prefix (url, "https://") || g_str_has_prefix (url, "http://") || mk_error (error, MK_ERROR_RANGE, "url: “%.120s” is no http or https address", url);
}

/* {"kind","name","urls","sha256"?,"bytes"?} from the catalog. */
static mk_json *
order_of_catalog (mk_bridge *bridge, const char *id, GError **error)
{
  g_autoptr (mk_json) catalog = read_catalog (bridge, error);
  const mk_json *entry = catalog != NULL ? find_entry (catalog, id) : NULL;
  static const char *const fields[] = { "kind", "name", "urls", "sha256", "bytes" };
  if (catalog == NULL)
    return NULL;
  if (entry == NULL) {
    mk_error (error, MK_ERROR_NOT_FOUND, "catalog_id: the catalog has no “%s”; GET /models/catalog lists it", id);
    return NULL;
  }
  mk_json *order = mk_json_new_object ();
  for (size_t i = 0; i < MK_COUNT (fields); i++)
    if (mk_json_get (entry, fields[i]) != NULL)
      mk_json_set (order, fields[i], mk_json_copy (mk_json_get (entry, fields[i])));
  return order;
}

static mk_json *
order_of_url (mk_call *call, GError **error)
{
  const char *url = mk_call_text (call, "url"), *kind = mk_call_text (call, "kind"), *name = mk_call_text (call, "name"), *sum = mk_call_text (call, "sha256");
  if (url == NULL || kind == NULL) {
    mk_error (error, MK_ERROR_USAGE, "give a catalog_id, or a url and a kind");
    return NULL;
  }
  const mk_json *mirrors = mk_json_get (call->body, "mirrors");
  g_autoptr (mk_json) urls = mk_json_new_array ();
  mk_json_append (urls, mk_json_new_string (url));
  for (size_t i = 0; i < mk_json_length (mirrors); i++)
    mk_json_append (urls, mk_json_copy (mk_json_at (mirrors, i)));
  for (size_t i = 0; i < mk_json_length (urls); i++)
    if (!check_url (mk_json_get_string (mk_json_at (urls, i)), error))
      return NULL;
  g_autofree char *own = name_of_url (url);
  mk_json *order = mk_json_new_object ();
  mk_json_set (order, "kind", mk_json_new_string (kind));
  mk_json_set (order, "name", mk_json_new_string (name != NULL ? name : own != NULL ? own : ""));
  mk_json_set (order, "urls", mk_json_ref (urls));
  if (sum != NULL)
    mk_json_set (order, "sha256", mk_json_new_string (sum));
  return order;
}

static bool
queue_job (mk_bridge *bridge, mk_call *call, const char *kind, const char *title, mk_json *taken_order, GError **error)
{
  mk_json *request = mk_json_new_object ();
  mk_json_set (request, kind, taken_order);
  mk_bridge_job job = { .kind = kind, .title = title, .taken_request = request };
  call->data = mk_bridge_queue (bridge, call, &job, error);
  return call->data != NULL;
}

static bool
install_model (mk_bridge *bridge, mk_call *call, GError **error)
{
  const char *id = mk_call_text (call, "catalog_id");
  static const char *const others[] = { "url", "kind", "name", "mirrors", "sha256" };
  for (size_t i = 0; id != NULL && i < MK_COUNT (others); i++)
    if (mk_json_has (call->body, others[i]))
      return mk_error (error, MK_ERROR_USAGE, "the catalog knows what “%s” is; give either catalog_id, or url and kind, not %s as well", id, others[i]);
  g_autoptr (mk_json) order = id != NULL ? order_of_catalog (bridge, id, error) : order_of_url (call, error);
  if (order == NULL)
    return false;
  const char *kind = mk_json_get_string (mk_json_get (order, "kind")), *name = mk_json_get_string (mk_json_get (order, "name"));
  g_autofree char *title = g_strdup_printf ("Install %s/%s", kind, name), *path = g_build_filename (bridge->models_folder, kind, name, NULL);
  if (!mk_model_name_check (name, mk_config_get_switch (bridge->config->settings, "models.allow_pickle"), error))
    return false;
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return mk_error (error, MK_ERROR_EXISTS, "there is a %s/%s already; delete it first", kind, name);
  return queue_job (bridge, call, "install", title, mk_json_ref (order), error);
}

static bool
verify_models (mk_bridge *bridge, mk_call *call, GError **error)
{
  const char *name = mk_call_text (call, "name");
  g_autofree char *title = g_strdup_printf ("Verify %s", name != NULL ? name : "all models");
  return queue_job (bridge, call, "verify", title, mk_json_copy (call->body), error);
}

static char *
find_model (const mk_bridge *bridge, const mk_call *call, GError **error)
{
  const char *kind = mk_call_param (call, "kind"), *name = mk_call_param (call, "name");
  g_autofree char *path = g_build_filename (bridge->models_folder, kind, name, NULL);
  if (mk_model_kind_is (kind) && mk_model_name_check (name, true, NULL) && g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&path);
  mk_error (error, MK_ERROR_NOT_FOUND, "there is no model %s/%s", kind, name);
  return NULL;
}

static bool
delete_model (mk_bridge *bridge, mk_call *call, GError **error)
{
  g_autofree char *path = find_model (bridge, call, error);
  if (path == NULL)
    return false;
  if (g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    return mk_error (error, MK_ERROR_USAGE, "%s/%s belongs to another program and is only linked here; delete it there", mk_call_param (call, "kind"), mk_call_param (call, "name"));
  if (remove (path) != 0)
    return mk_error (error, MK_ERROR_DISK, "%s could not be removed", path);
  mk_dispatcher_refresh_tables (bridge->dispatcher);
  return mk_database_run (bridge->store, error, "DELETE FROM sums WHERE path = ?", "s", path);
}

static void
serve_preview (mk_bridge *bridge, mk_call *call)
{
  GError *error = NULL;
  g_autofree char *path = find_model (bridge, call, &error), *picture = path != NULL ? mk_model_find_preview (path) : NULL;
  if (picture != NULL) {
    mk_http_answer_file (call->request, bridge->models_folder, picture + strlen (bridge->models_folder) + 1, NULL);
    return;
  }
  if (error == NULL)
    mk_error (&error, MK_ERROR_NOT_FOUND, "this model has no picture beside it");
  mk_api_answer_error (call->request, error);
}

const mk_operation mk_model_operations[] = {
  { "listModels", .serve = serve_models }, { "listCatalog", .handle = list_catalog }, { "installModel", .handle = install_model }, { "verifyModels", .handle = verify_models },
  { "deleteModel", .handle = delete_model }, { "getModelPreview", .serve = serve_preview }, { .id = NULL },
};
