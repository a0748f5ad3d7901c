/* What the engine is and can do: contract §1.2, §6. */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/file.h"
#include "graph/object_info.h"
#include "net/url.h"
#include "server/server_private.h"

/* The version of ComfyUI whose protocol is spoken; clients compare it. */
#define COMFYUI_VERSION "0.3.64"
/* What packs list in /object_info is as old as this at most; files that come and go are seen at once. */
#define OBJECT_INFO_MS 1000

static void
get_features (mk_http_request *request, void *user)
{
  mk_http_answer_json (request, 200, mk_server_features (user));
}

static void
print_object_info (void *user)
{
  mk_server *server = user;
  uint64_t stamp = mk_object_info_stamp (server->config.folders); /* before it is looked, lest something come between */
  g_autoptr (mk_json) all = mk_object_info_all (server->config.registry, server->config.folders);
  char *text = mk_json_print (all);
  g_clear_pointer (&server->object_info, g_bytes_unref);
  server->object_info = g_bytes_new_take (text, strlen (text));
  server->object_info_ms = mk_loop_now_ms (server->loop);
  server->object_info_stamp = stamp;
  for (guint i = 0; i < server->info_waiters->len; i++)
    mk_http_answer_json_text (server->info_waiters->pdata[i], 200, g_bytes_ref (server->object_info));
  g_ptr_array_set_size (server->info_waiters, 0);
}

static void
refresh_packs (void *user)
{
  mk_server *server = user;
  mk_packs_refresh (server->packs, print_object_info, server);
}

static void
get_object_info (mk_http_request *request, void *user)
{
  mk_server *server = user;
  bool is_young = server->object_info != NULL && mk_loop_now_ms (server->loop) - server->object_info_ms <= OBJECT_INFO_MS;
  if (is_young && mk_object_info_stamp (server->config.folders) == server->object_info_stamp) {
    mk_http_answer_json_text (request, 200, g_bytes_ref (server->object_info));
    return;
  }
  g_ptr_array_add (server->info_waiters, request);
  if (server->packs == NULL)
    print_object_info (server);
  else if (server->info_waiters->len == 1)
    mk_packs_when_ready (server->packs, refresh_packs, server);
}

static void
get_object_info_of (mk_http_request *request, void *user)
{
  const mk_server *server = user;
  const char *name = mk_http_request_param (request, "class");
  const mk_node_def *def = mk_registry_find (server->config.registry, name);
  mk_json *body = mk_json_new_object ();
  if (def != NULL)
    mk_json_set (body, name, mk_object_info_of (def, server->config.folders));
  mk_http_answer_json (request, 200, body);
}

/* Bytes of a line of /proc/meminfo, which counts in kB. */
static uint64_t
read_memory (const char *text, const char *name)
{
  const char *line = strstr (text, name);
  return line != NULL ? g_ascii_strtoull (line + strlen (name), NULL, 10) * 1024 : 0;
}

static mk_json *
describe_device (uint64_t total, uint64_t available)
{
  mk_json *device = mk_json_new_object ();
  mk_json_set (device, "name", mk_json_new_string ("cpu"));
  mk_json_set (device, "type", mk_json_new_string ("cpu"));
  mk_json_set (device, "index", NULL);
  mk_json_set (device, "vram_total", mk_json_new_uint (total));
  mk_json_set (device, "vram_free", mk_json_new_uint (available));
  mk_json_set (device, "torch_vram_total", mk_json_new_uint (total));
  mk_json_set (device, "torch_vram_free", mk_json_new_uint (available));
  return device;
}

static void
get_system_stats (mk_http_request *request, void *user)
{
  const mk_server *server = user;
  g_autofree char *memory = NULL;
  size_t length;
  if (!mk_file_read ("/proc/meminfo", 1 << 20, &memory, &length, NULL))
    memory = g_strdup ("");
  uint64_t total = read_memory (memory, "MemTotal:"), available = read_memory (memory, "MemAvailable:");
  mk_json *system = mk_json_new_object (), *argv = mk_json_new_array (), *devices = mk_json_new_array (), *body = mk_json_new_object ();
  for (const char *const *a = server->config.argv; a != NULL && *a != NULL; a++)
    mk_json_append (argv, mk_json_new_string (*a));
  mk_json_set (system, "os", mk_json_new_string ("linux"));
  mk_json_set (system, "ram_total", mk_json_new_uint (total));
  mk_json_set (system, "ram_free", mk_json_new_uint (available));
  mk_json_set (system, "comfyui_version", mk_json_new_string (COMFYUI_VERSION));
  mk_json_set (system, "required_frontend_version", NULL);
  mk_json_set (system, "installed_templates_version", NULL);
  mk_json_set (system, "required_templates_version", NULL);
  mk_json_set (system, "python_version", mk_json_new_string ("none (Miktos is written in C)"));
  mk_json_set (system, "pytorch_version", mk_json_new_string ("none"));
  mk_json_set (system, "embedded_python", mk_json_new_bool (false));
  mk_json_set (system, "argv", argv);
  mk_json_append (devices, describe_device (total, available));
  mk_json_set (body, "system", system);
  mk_json_set (body, "devices", devices);
  mk_http_answer_json (request, 200, body);
}

/* --- extensions and the front end --- */

static void
list_scripts (mk_json *list, const char *folder, const char *shown, unsigned depth)
{
  struct dirent **entries;
  int n = depth < 16 ? scandir (folder, &entries, NULL, alphasort) : 0;
  for (int i = 0; i < n; i++) {
    const char *name = entries[i]->d_name;
    g_autofree char *path = g_build_filename (folder, name, NULL), *url = g_strconcat (shown, "/", name, NULL);
    struct stat info;
    if (name[0] != '.' && stat (path, &info) == 0) {
      if (S_ISDIR (info.st_mode))
        list_scripts (list, path, url, depth + 1);
      else if (g_str_has_suffix (name, ".js"))
        mk_json_append (list, mk_json_new_string (url));
    }
    free (entries[i]);
  }
  if (n > 0)
    free (entries);
}

static void
get_extensions (mk_http_request *request, void *user)
{
  const mk_server *server = user;
  mk_json *list = mk_json_new_array ();
  if (server->config.front_end_root != NULL) {
    g_autofree char *folder = g_build_filename (server->config.front_end_root, "extensions", NULL);
    list_scripts (list, folder, "/extensions", 0);
  }
  g_autoptr (mk_json) webs = server->packs != NULL ? mk_packs_list_web (server->packs) : NULL;
  for (mk_json_iter i = mk_json_iterate (webs); mk_json_next (&i);) {
    g_autofree char *name = mk_url_encode (i.key, "/"), *shown = g_strconcat ("/extensions/", name, NULL);
    list_scripts (list, mk_json_get_string (i.value), shown, 0);
  }
  mk_http_answer_json (request, 200, list);
}

static void
answer_index (mk_http_request *request, const char *root)
{
  mk_http_request_set_header (request, "Pragma", "no-cache");
  mk_http_request_set_header (request, "Expires", "0");
  mk_http_file file = { .cache = "no-store, must-revalidate" };
  mk_http_answer_file (request, root, "index.html", &file);
}

/* "/extensions/PACK/file.js" lies in the pack's own folder of scripts. */
static bool
answer_from_pack (mk_http_request *request, const mk_server *server, const char *name)
{
  if (server->packs == NULL || !g_str_has_prefix (name, "extensions/"))
    return false;
  const char *pack = name + strlen ("extensions/"), *slash = strchr (pack, '/');
  g_autofree char *pack_name = slash != NULL ? g_strndup (pack, (gsize)(slash - pack)) : NULL;
  const char *folder = pack_name != NULL ? mk_packs_find_web (server->packs, pack_name) : NULL;
  if (folder != NULL)
    mk_http_answer_file (request, folder, slash + 1, NULL);
  return folder != NULL;
}

void
mk_front_end_answer (mk_http_request *request, void *user)
{
  const mk_server *server = user;
  const char *root = server->config.front_end_root, *method = mk_http_request_method (request);
  bool is_read = strcmp (method, "GET") == 0 || strcmp (method, "HEAD") == 0;
  g_autofree char *name = mk_url_decode (mk_http_request_path (request) + 1, -1, false);
  g_autofree char *path = root != NULL && name != NULL ? g_build_filename (root, name, NULL) : NULL;
  bool is_file = path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR);
  if (is_read && name != NULL && answer_from_pack (request, server, name))
    return;
  if (is_read && root != NULL && name != NULL && name[0] == '\0')
    answer_index (request, root);
  else if (is_read && is_file && mk_path_is_beneath (name))
    mk_http_answer_file (request, root, name, NULL);
  else
    mk_http_answer_text (request, 404, "404: Not Found");
}

const mk_http_route mk_routes_info[] = {
  { "GET", "/features", get_features, "What server and client may rely on.", MK_BODY_NONE, 0, 0 },
  { "GET", "/object_info", get_object_info, "All nodes there are.", MK_BODY_NONE, 0, 0 },
  { "GET", "/object_info/{class}", get_object_info_of, "One node.", MK_BODY_NONE, 0, 0 },
  { "GET", "/system_stats", get_system_stats, "The machine and its memory.", MK_BODY_NONE, 0, 0 },
  { "GET", "/extensions", get_extensions, "Scripts that the front end loads.", MK_BODY_NONE, 0, 0 },
  { NULL, NULL, NULL, NULL, MK_BODY_NONE, 0, 0 },
};
