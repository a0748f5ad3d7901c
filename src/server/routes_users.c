/* Users, settings and their files: contract §1.5. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "net/url.h"
#include "server/server_private.h"

#define MAX_SETTINGS_BYTES ((size_t)16 << 20)
#define MAX_DEPTH 32

/* --- who asks --- */

static mk_json *
read_json_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (mk_json) value = NULL;
  mk_json_limits limits = { .max_bytes = MAX_SETTINGS_BYTES };
  if (mk_json_parse_file (path, &limits, &value, NULL) && mk_json_get_kind (value) == MK_JSON_OBJECT)
    return g_steal_pointer (&value);
  return mk_json_new_object ();
}

static bool
write_json_file (const char *folder, const char *name, const mk_json *value)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = mk_json_print_pretty (value);
  return mk_folder_make (folder, NULL) && mk_file_write (path, text, strlen (text), NULL);
}

/* The asking user's folder, or NULL when the user is not known. g_free. */
static char *
user_folder (const mk_server *server, mk_http_request *request)
{
  const char *id = "default";
  if (server->config.is_multi_user) {
    id = mk_http_request_header (request, "comfy-user");
    g_autoptr (mk_json) users = read_json_file (server->config.user_folder, "users.json");
    if (id == NULL || !mk_json_has (users, id) || !mk_path_is_beneath (id) || strchr (id, '/') != NULL)
      return NULL;
  }
  return g_build_filename (server->config.user_folder, id, NULL);
}

static void
get_users (mk_http_request *request, void *user)
{
  const mk_server *server = user;
  mk_json *body = mk_json_new_object ();
  mk_json_set (body, "storage", mk_json_new_string ("server"));
  if (server->config.is_multi_user)
    mk_json_set (body, "users", read_json_file (server->config.user_folder, "users.json"));
  else {
    g_autofree char *folder = user_folder (server, request);
    mk_json_set (body, "migrated", mk_json_new_bool (access (folder, F_OK) == 0));
  }
  mk_http_answer_json (request, 200, body);
}

static char *
make_user_id (const char *name)
{
  GString *id = g_string_new (NULL);
  for (const char *c = name; *c != '\0'; c++) {
    bool is_plain = g_ascii_isalnum (*c) || *c == '-' || *c == '_';
    if (is_plain || id->len == 0 || id->str[id->len - 1] != '-')
      g_string_append_c (id, is_plain ? *c : '-');
  }
  g_autofree char *uuid = g_uuid_string_random ();
  g_string_append_printf (id, "_%s", uuid);
  return g_string_free (id, FALSE);
}

static void
post_users (mk_http_request *request, void *user)
{
  const mk_server *server = user;
  g_autoptr (mk_json) body = NULL;
  g_autofree char *name = mk_http_request_json (request, &body, NULL) ? g_strstrip (g_strdup (mk_json_get_string (mk_json_get (body, "username")))) : NULL;
  if (name == NULL || name[0] == '\0' || strlen (name) > 200) {
    mk_answer_trouble (request);
    return;
  }
  g_autoptr (mk_json) users = read_json_file (server->config.user_folder, "users.json");
  for (mk_json_iter i = mk_json_iterate (users); mk_json_next (&i);)
    if (strcmp (mk_json_get_string (i.value), name) == 0) {
      mk_json *refusal = mk_json_new_object ();
      mk_json_set (refusal, "error", mk_json_new_string ("Duplicate username."));
      mk_http_answer_json (request, 400, refusal);
      return;
    }
  g_autofree char *id = make_user_id (name);
  mk_json_set (users, id, mk_json_new_string (name));
  if (write_json_file (server->config.user_folder, "users.json", users))
    mk_http_answer_json (request, 200, mk_json_new_string (id));
  else
    mk_answer_trouble (request);
}

/* --- settings --- */

#define SETTINGS "comfy.settings.json"

/* The folder, or NULL after refusing. */
static char *
folder_for_settings (mk_http_request *request, void *user)
{
  char *folder = user_folder (user, request);
  if (folder == NULL)
    mk_http_answer_empty (request, 401);
  return folder;
}

static void
get_settings (mk_http_request *request, void *user)
{
  g_autofree char *folder = folder_for_settings (request, user);
  if (folder != NULL)
    mk_http_answer_json (request, 200, read_json_file (folder, SETTINGS));
}

static void
get_setting (mk_http_request *request, void *user)
{
  g_autofree char *folder = folder_for_settings (request, user);
  if (folder == NULL)
    return;
  g_autoptr (mk_json) all = read_json_file (folder, SETTINGS);
  mk_http_answer_json (request, 200, mk_json_ref (mk_json_get (all, mk_http_request_param (request, "id"))));
}

static void
save_settings (mk_http_request *request, const char *folder, const mk_json *all)
{
  if (write_json_file (folder, SETTINGS, all))
    mk_http_answer_empty (request, 200);
  else
    mk_answer_trouble (request);
}

static void
post_settings (mk_http_request *request, void *user)
{
  g_autofree char *folder = folder_for_settings (request, user);
  g_autoptr (mk_json) body = NULL;
  if (folder == NULL)
    return;
  if (!mk_http_request_json (request, &body, NULL) || mk_json_get_kind (body) != MK_JSON_OBJECT) {
    mk_answer_trouble (request);
    return;
  }
  g_autoptr (mk_json) all = read_json_file (folder, SETTINGS);
  for (mk_json_iter i = mk_json_iterate (body); mk_json_next (&i);)
    mk_json_set (all, i.key, mk_json_ref (i.value));
  save_settings (request, folder, all);
}

static void
post_setting (mk_http_request *request, void *user)
{
  g_autofree char *folder = folder_for_settings (request, user);
  g_autoptr (mk_json) value = NULL;
  if (folder == NULL)
    return;
  if (!mk_http_request_json (request, &value, NULL)) {
    mk_answer_trouble (request);
    return;
  }
  g_autoptr (mk_json) all = read_json_file (folder, SETTINGS);
  mk_json_set (all, mk_http_request_param (request, "id"), mk_json_ref (value));
  save_settings (request, folder, all);
}

/* --- files of a user --- */

mk_json *
mk_file_time (const struct timespec *when)
{
  return mk_json_new_real ((double)when->tv_sec + (double)when->tv_nsec * 1e-9);
}

static mk_json *
describe_file (const char *shown, const struct stat *info)
{
  mk_json *o = mk_json_new_object ();
  mk_json_set (o, "path", mk_json_new_string (shown));
  mk_json_set (o, "size", mk_json_new_int (info->st_size));
  mk_json_set (o, "modified", mk_file_time (&info->st_mtim));
  mk_json_set (o, "created", mk_file_time (&info->st_ctim));
  return o;
}

/* The path of a parameter beneath the user's folder; NULL after refusing. A segment that still holds escapes is
 * decoded once more, as ComfyUI does. */
static char *
path_of_param (mk_http_request *request, void *user, const char *param, char **relative)
{
  g_autofree char *folder = user_folder (user, request);
  const char *given = mk_http_request_param (request, param);
  g_autofree char *name = strchr (given, '%') != NULL ? mk_url_decode (given, -1, false) : g_strdup (given);
  if (folder == NULL)
    mk_answer_trouble (request);
  else if (name == NULL || name[0] == '\0')
    mk_http_answer_empty (request, 400);
  else if (!mk_path_is_beneath (name))
    mk_http_answer_empty (request, 403);
  else {
    g_autofree char *parent = g_path_get_dirname (name);
    int fd = mk_folder_make (folder, NULL) ? mk_file_open_beneath (folder, parent, O_PATH | O_CLOEXEC, NULL) : -1;
    g_autofree char *whole = g_build_filename (folder, parent, NULL);
    if (fd >= 0)
      close (fd);
    else if (access (whole, F_OK) == 0) { /* it is there, but a link led out */
      mk_http_answer_empty (request, 403);
      return NULL;
    }
    *relative = g_strdup (name);
    return g_build_filename (folder, name, NULL);
  }
  return NULL;
}

static void
get_file (mk_http_request *request, void *user)
{
  g_autofree char *relative = NULL, *path = path_of_param (request, user, "file", &relative);
  if (path == NULL)
    return;
  g_autofree char *folder = user_folder (user, request);
  mk_http_answer_file (request, folder, relative, NULL);
}

static bool
is_true (mk_http_request *request, const char *query)
{
  return g_strcmp0 (mk_http_request_query (request, query), "true") == 0;
}

static bool
may_not_overwrite (mk_http_request *request, const char *path)
{
  return g_strcmp0 (mk_http_request_query (request, "overwrite"), "false") == 0 && access (path, F_OK) == 0;
}

static void
answer_saved (mk_http_request *request, const char *path, const char *relative)
{
  struct stat info;
  if (stat (path, &info) < 0)
    mk_answer_trouble (request);
  else if (is_true (request, "full_info"))
    mk_http_answer_json (request, 200, describe_file (relative, &info));
  else
    mk_http_answer_json (request, 200, mk_json_new_string (relative));
}

static bool
make_parent (const char *path)
{
  g_autofree char *parent = g_path_get_dirname (path);
  return mk_folder_make (parent, NULL);
}

static void
post_file (mk_http_request *request, void *user)
{
  g_autofree char *relative = NULL, *path = path_of_param (request, user, "file", &relative);
  if (path == NULL)
    return;
  size_t length;
  const char *body = mk_http_request_body (request, &length);
  if (may_not_overwrite (request, path))
    mk_http_answer_text (request, 409, "File already exists");
  else if (make_parent (path) && mk_file_write (path, body, length, NULL))
    answer_saved (request, path, relative);
  else
    mk_answer_trouble (request);
}

static void
delete_file (mk_http_request *request, void *user)
{
  g_autofree char *relative = NULL, *path = path_of_param (request, user, "file", &relative);
  if (path == NULL)
    return;
  mk_http_answer_empty (request, unlink (path) == 0 ? 204 : 404);
}

static void
move_file (mk_http_request *request, void *user)
{
  g_autofree char *relative = NULL, *path = path_of_param (request, user, "file", &relative);
  if (path == NULL)
    return;
  g_autofree char *to_relative = NULL, *to = path_of_param (request, user, "dest", &to_relative);
  if (to == NULL)
    return;
  if (access (path, F_OK) != 0)
    mk_http_answer_empty (request, 404);
  else if (may_not_overwrite (request, to))
    mk_http_answer_text (request, 409, "File already exists");
  else if (make_parent (to) && rename (path, to) == 0)
    answer_saved (request, to, to_relative);
  else
    mk_answer_trouble (request);
}

/* --- lists of files --- */

typedef struct {
  bool is_recursive;
  void (*visit) (void *user, const char *relative, const char *name, const struct stat *info);
  void *user;
} walk;

static int
is_real_entry (const struct dirent *entry)
{
  return strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0;
}

static void
walk_folder (const walk *w, const char *folder, const char *prefix, unsigned depth)
{
  struct dirent **entries;
  int n = depth < MAX_DEPTH ? scandir (folder, &entries, is_real_entry, alphasort) : 0;
  for (int i = 0; i < n; i++) {
    g_autofree char *path = g_build_filename (folder, entries[i]->d_name, NULL);
    g_autofree char *relative = prefix[0] != '\0' ? g_strconcat (prefix, "/", entries[i]->d_name, NULL) : g_strdup (entries[i]->d_name);
    struct stat info;
    if (lstat (path, &info) == 0 && !S_ISLNK (info.st_mode)) {
      w->visit (w->user, relative, entries[i]->d_name, &info);
      if (S_ISDIR (info.st_mode) && w->is_recursive)
        walk_folder (w, path, relative, depth + 1);
    }
    free (entries[i]);
  }
  if (n > 0)
    free (entries);
}

typedef struct {
  mk_json *list;
  bool is_full, is_split;
} listing;

static void
list_file (void *user, const char *relative, const char *name, const struct stat *info)
{
  (void)name;
  listing *l = user;
  if (!S_ISREG (info->st_mode))
    return;
  if (l->is_full)
    mk_json_append (l->list, describe_file (relative, info));
  else if (l->is_split) {
    mk_json *parts = mk_json_new_array ();
    mk_json_append (parts, mk_json_new_string (relative));
    g_auto (GStrv) segments = g_strsplit (relative, "/", -1);
    for (char **s = segments; *s != NULL; s++)
      mk_json_append (parts, mk_json_new_string (*s));
    mk_json_append (l->list, parts);
  } else
    mk_json_append (l->list, mk_json_new_string (relative));
}

static void
list_files (mk_http_request *request, void *user)
{
  const char *folder_name = mk_http_request_query (request, "dir");
  g_autofree char *folder = user_folder (user, request);
  if (folder == NULL)
    mk_answer_trouble (request);
  else if (folder_name == NULL || folder_name[0] == '\0')
    mk_http_answer_text (request, 400, "Directory not provided");
  else if (!mk_path_is_beneath (folder_name))
    mk_http_answer_text (request, 403, "Invalid directory");
  else {
    g_autofree char *path = g_build_filename (folder, folder_name, NULL);
    struct stat info;
    if (stat (path, &info) < 0 || !S_ISDIR (info.st_mode)) {
      mk_http_answer_text (request, 404, "Directory not found");
      return;
    }
    listing l = { mk_json_new_array (), is_true (request, "full_info"), is_true (request, "split") };
    walk w = { is_true (request, "recurse"), list_file, &l };
    walk_folder (&w, path, "", 0);
    mk_http_answer_json (request, 200, l.list);
  }
}

typedef struct {
  mk_json *folders, *files;
  const char *prefix;
} listing_v2;

static void
list_entry (void *user, const char *relative, const char *name, const struct stat *info)
{
  listing_v2 *l = user;
  bool is_folder = S_ISDIR (info->st_mode);
  mk_json *o = mk_json_new_object ();
  g_autofree char *path = l->prefix[0] != '\0' ? g_strconcat (l->prefix, "/", relative, NULL) : g_strdup (relative);
  mk_json_set (o, "name", mk_json_new_string (name));
  mk_json_set (o, "path", mk_json_new_string (path));
  mk_json_set (o, "type", mk_json_new_string (is_folder ? "directory" : "file"));
  if (!is_folder) {
    mk_json_set (o, "size", mk_json_new_int (info->st_size));
    mk_json_set (o, "modified", mk_file_time (&info->st_mtim));
  }
  mk_json_append (is_folder ? l->folders : l->files, o);
}

static int
compare_entries (const void *a, const void *b)
{
  g_autofree char *x = g_utf8_strdown (mk_json_get_string (mk_json_get (*(mk_json *const *)a, "name")), -1);
  g_autofree char *y = g_utf8_strdown (mk_json_get_string (mk_json_get (*(mk_json *const *)b, "name")), -1);
  return strcmp (x, y);
}

static void
append_sorted (mk_json *to, mk_json *taken)
{
  size_t n = mk_json_length (taken);
  g_autofree mk_json **all = g_new (mk_json *, n + 1);
  for (size_t i = 0; i < n; i++)
    all[i] = mk_json_at (taken, i);
  qsort (all, n, sizeof *all, compare_entries);
  for (size_t i = 0; i < n; i++)
    mk_json_append (to, mk_json_ref (all[i]));
  mk_json_unref (taken);
}

static void
list_files_v2 (mk_http_request *request, void *user)
{
  const char *given = mk_http_request_query (request, "path");
  const char *relative = given != NULL ? given : "";
  g_autofree char *folder = user_folder (user, request);
  if (folder == NULL || (relative[0] != '\0' && !mk_path_is_beneath (relative))) {
    if (folder == NULL)
      mk_http_answer_empty (request, 403);
    else
      mk_http_answer_text (request, 400, "Invalid path requested");
    return;
  }
  g_autofree char *path = g_build_filename (folder, relative, NULL);
  struct stat info;
  bool is_there = stat (path, &info) == 0;
  if (!is_there && relative[0] != '\0')
    mk_http_answer_text (request, 404, "Requested path not found");
  else if (is_there && !S_ISDIR (info.st_mode))
    mk_http_answer_text (request, 400, "Requested path is not a directory");
  else {
    listing_v2 l = { mk_json_new_array (), mk_json_new_array (), relative };
    walk w = { true, list_entry, &l };
    if (is_there)
      walk_folder (&w, path, "", 0);
    mk_json *all = mk_json_new_array ();
    append_sorted (all, l.folders);
    append_sorted (all, l.files);
    mk_http_answer_json (request, 200, all);
  }
}

const mk_http_route mk_routes_users[] = {
  { "GET", "/users", get_users, "Who uses this engine.", MK_BODY_NONE, 0, 0 },
  { "POST", "/users", post_users, "Adds a user.", MK_BODY_MEMORY, 0, 0 },
  { "GET", "/settings", get_settings, "All settings of the user.", MK_BODY_NONE, 0, 0 },
  { "POST", "/settings", post_settings, "Changes some settings.", MK_BODY_MEMORY, MAX_SETTINGS_BYTES, 0 },
  { "GET", "/settings/{id}", get_setting, "One setting, or null.", MK_BODY_NONE, 0, 0 },
  { "POST", "/settings/{id}", post_setting, "Changes one setting.", MK_BODY_MEMORY, MAX_SETTINGS_BYTES, 0 },
  { "GET", "/userdata", list_files, "Names of the user's files in ?dir=.", MK_BODY_NONE, 0, 0 },
  { "GET", "/v2/userdata", list_files_v2, "Files and folders of the user.", MK_BODY_NONE, 0, 0 },
  { "GET", "/userdata/{file}", get_file, "A file of the user.", MK_BODY_NONE, 0, 0 },
  { "POST", "/userdata/{file}", post_file, "Writes a file of the user.", MK_BODY_MEMORY, 0, 0 },
  { "DELETE", "/userdata/{file}", delete_file, "Removes a file of the user.", MK_BODY_NONE, 0, 0 },
  { "POST", "/userdata/{file}/move/{dest}", move_file, "Renames a file of the user.", MK_BODY_MEMORY, 0, 0 },
  { NULL, NULL, NULL, NULL, MK_BODY_NONE, 0, 0 },
};
