/* handlers_outputs.c - what tasks made and what they are given: the gallery, files, thumbnails, uploads. */
#include "bridge/bridge_private.h"

#include "base/file.h"
#include "bridge/outputs.h"
#include "bridge/tasks.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool
list_outputs (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_page page;
  if (!mk_call_page (call, &page, error))
    return false;
  call->data = mk_output_list (bridge->store, &page, mk_call_query (call, "kind"), mk_call_query (call, "project_id"), mk_call_query (call, "q"), error);
  return call->data != NULL;
}

static bool
describe_output (mk_bridge *bridge, mk_call *call, GError **error)
{
  call->data = mk_output_find (bridge->store, mk_call_param (call, "task"), mk_call_param (call, "file"), error);
  return call->data != NULL;
}

/* "TASK/FILE" beneath the outputs, g_free; NULL with an error when it is no such thing. */
static char *
find_file (const mk_bridge *bridge, const mk_call *call, GError **error)
{
  const char *task = mk_call_param (call, "task"), *file = mk_call_param (call, "file");
  g_autofree char *name = g_strdup_printf ("%s/%s", task, file), *path = g_build_filename (bridge->outputs_folder, name, NULL);
  if (!mk_path_is_beneath (name) || strchr (task, '/') != NULL || strchr (file, '/') != NULL || !g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
    mk_error (error, MK_ERROR_NOT_FOUND, "task %s has no file %s", task, file);
    return NULL;
  }
  return g_steal_pointer (&name);
}

static void
serve_output (mk_bridge *bridge, mk_call *call)
{
  GError *error = NULL;
  g_autofree char *name = find_file (bridge, call, &error);
  bool is_download = g_strcmp0 (mk_call_query (call, "download"), "true") == 0;
  g_autofree char *encoded = g_uri_escape_string (mk_call_param (call, "file"), NULL, FALSE), *disposition = g_strdup_printf ("attachment; filename*=UTF-8''%s", encoded);
  mk_http_file file = { .cache = "private, max-age=31536000, immutable", .disposition = is_download ? disposition : NULL };
  if (name == NULL)
    mk_api_answer_error (call->request, error);
  else
    mk_http_answer_file (call->request, bridge->outputs_folder, name, &file);
}

static void
serve_thumbnail (mk_bridge *bridge, mk_call *call)
{
  GError *error = NULL;
  g_autofree char *name = find_file (bridge, call, &error);
  if (name == NULL) {
    mk_api_answer_error (call->request, error);
    return;
  }
  g_autofree char *path = g_build_filename (bridge->outputs_folder, name, NULL), *folder = g_build_filename (bridge->outputs_folder, mk_call_param (call, "task"), ".thumbnails", NULL),
                  *small = g_strdup_printf ("%s/%s.webp", folder, mk_call_param (call, "file"));
  if (!mk_folder_make (folder, &error))
    mk_api_answer_error (call->request, error);
  else
    mk_pictures_make (bridge->pictures, MK_PICTURE_OF_FILE, path, small, mk_pictures_answer, call->request);
}

/* A file that is gone already is no hindrance: the gallery shall not show what nobody can see. */
static bool
delete_output (mk_bridge *bridge, mk_call *call, GError **error)
{
  const char *task = mk_call_param (call, "task"), *file = mk_call_param (call, "file");
  g_autofree char *name = find_file (bridge, call, NULL);
  if (!mk_output_forget_file (bridge->store, task, file, error))
    return false;
  if (name == NULL)
    return true;
  g_autofree char *path = g_build_filename (bridge->outputs_folder, name, NULL), *small = g_strdup_printf ("%s/%s/.thumbnails/%s.webp", bridge->outputs_folder, task, file);
  remove (small);
  return remove (path) == 0 || mk_error (error, MK_ERROR_DISK, "%s could not be removed", path);
}

/* --- inputs --- */

static mk_json *
print_input (const char *name, int64_t bytes)
{
  g_autofree char *encoded = g_uri_escape_string (name, NULL, FALSE), *url = g_strconcat ("/api/v1/inputs/", encoded, NULL);
  mk_json *input = mk_json_new_object ();
  mk_json_set (input, "name", mk_json_new_string (name));
  mk_json_set (input, "kind", mk_json_new_string (mk_output_kind (name)));
  mk_json_set (input, "bytes", mk_json_new_int (bytes));
  mk_json_set (input, "url", mk_json_new_string (url));
  return input;
}

static int
compare_names (const void *a, const void *b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

static bool
list_inputs (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_page page;
  if (!mk_call_page (call, &page, error))
    return false;
  g_autoptr (GDir) dir = g_dir_open (bridge->inputs_folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    if (name[0] != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  guint i = mk_page_first_place (&page);
  mk_json *items = mk_json_new_array ();
  for (; i < names->len && (int)mk_json_length (items) < page.limit; i++) {
    g_autofree char *path = g_build_filename (bridge->inputs_folder, names->pdata[i], NULL);
    struct stat info;
    if (stat (path, &info) == 0 && S_ISREG (info.st_mode))
      mk_json_append (items, print_input (names->pdata[i], info.st_size));
  }
  call->data = mk_page_print_names (items, i < names->len ? i : 0, names->len);
  return true;
}

static bool
is_good_name (const char *name)
{
  return name != NULL && name[0] != '\0' && name[0] != '.' && strlen (name) <= 200 && strchr (name, '/') == NULL && mk_path_is_beneath (name) && g_utf8_validate (name, -1, NULL);
}

static bool
upload_input (mk_bridge *bridge, mk_call *call, GError **error)
{
  const mk_http_part *part = mk_http_request_part (call->request, "file");
  if (part == NULL || part->path == NULL)
    return mk_error (error, MK_ERROR_USAGE, "file: send the file as this field of a multipart/form-data body, with its name");
  if (!is_good_name (part->filename))
    return mk_error (error, MK_ERROR_RANGE, "file: “%.80s” is no name for a file; it has 1 to 200 bytes, no slash, and no dot first", part->filename != NULL ? part->filename : "");
  g_autofree char *path = g_build_filename (bridge->inputs_folder, part->filename, NULL);
  if (rename (part->path, path) != 0)
    return mk_error (error, MK_ERROR_DISK, "%s could not be put in place", part->filename);
  mk_dispatcher_refresh_tables (bridge->dispatcher);
  call->data = print_input (part->filename, (int64_t)part->size);
  return true;
}

/* Its path, g_free; NULL with an error. */
static char *
find_input (const mk_bridge *bridge, const mk_call *call, GError **error)
{
  const char *name = mk_call_param (call, "name");
  g_autofree char *path = g_build_filename (bridge->inputs_folder, name, NULL);
  if (is_good_name (name) && g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&path);
  mk_error (error, MK_ERROR_NOT_FOUND, "there is no input %s", name);
  return NULL;
}

static void
serve_input (mk_bridge *bridge, mk_call *call)
{
  GError *error = NULL;
  mk_http_file file = { .cache = "no-cache" };
  g_autofree char *path = find_input (bridge, call, &error);
  if (path == NULL)
    mk_api_answer_error (call->request, error);
  else
    mk_http_answer_file (call->request, bridge->inputs_folder, mk_call_param (call, "name"), &file);
}

static bool
delete_input (mk_bridge *bridge, mk_call *call, GError **error)
{
  g_autofree char *path = find_input (bridge, call, error);
  if (path == NULL)
    return false;
  if (remove (path) != 0)
    return mk_error (error, MK_ERROR_DISK, "%s could not be removed", path);
  mk_dispatcher_refresh_tables (bridge->dispatcher);
  return true;
}

const mk_operation mk_output_operations[] = {
  { "listOutputs", .handle = list_outputs }, { "getOutput", .serve = serve_output }, { "describeOutput", .handle = describe_output }, { "getThumbnail", .serve = serve_thumbnail },
  { "deleteOutput", .handle = delete_output },
  { "listInputs", .handle = list_inputs }, { "uploadInput", .handle = upload_input }, { "getInput", .serve = serve_input }, { "deleteInput", .handle = delete_input },
  { .id = NULL },
};
