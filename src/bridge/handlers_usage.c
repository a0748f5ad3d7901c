/* handlers_usage.c - what takes memory, computes and fills the disk, and how some of it is given back. */
#include "bridge/dispatcher_private.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- processes --- */

typedef struct {
  pid_t pid, parent;
  double cpu_s;
} process;

typedef struct {
  mk_http_request *request;
  pid_t engine; /* 0 = we have none */
  double at_s;
  mk_json *data;
} process_list;

/* "PID (NAME) STATE PARENT …"; a name may hold anything but the last bracket. */
static bool
read_process (const char *pid, process *p)
{
  g_autofree char *path = g_build_filename ("/proc", pid, "stat", NULL), *text = NULL;
  unsigned long user = 0, system = 0;
  int parent = 0;
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return false; /* it has just ended */
  const char *rest = strrchr (text, ')');
  if (rest == NULL || sscanf (rest, ") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &parent, &user, &system) != 3)
    return false;
  *p = (process){ (pid_t)g_ascii_strtoll (pid, NULL, 10), parent, (double)(user + system) / (double)sysconf (_SC_CLK_TCK) };
  return true;
}

static GArray *
read_processes (void)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (process));
  DIR *folder = opendir ("/proc");
  for (const struct dirent *file; folder != NULL && (file = readdir (folder)) != NULL;) {
    process p;
    if (g_ascii_isdigit (file->d_name[0]) && read_process (file->d_name, &p))
      g_array_append_val (all, p);
  }
  if (folder != NULL)
    closedir (folder);
  return all;
}

/* Its share of what several of them map, so that the sum is what they take together. */
static int64_t
memory_of (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", (int)pid), *text = NULL;
  const char *line = g_file_get_contents (path, &text, NULL, NULL) ? strstr (text, "\nPss:") : NULL;
  return line != NULL ? g_ascii_strtoll (line + strlen ("\nPss:"), NULL, 10) * 1024 : 0;
}

/* One process and all that it has started, without `except` and what that has started. */
static mk_json *
sum_tree (const GArray *all, const char *name, pid_t root, pid_t except)
{
  g_autoptr (GArray) tree = g_array_new (FALSE, FALSE, sizeof (pid_t));
  int64_t bytes = 0;
  double cpu_s = 0;
  g_array_append_val (tree, root);
  for (guint i = 0; i < tree->len; i++) {
    pid_t pid = g_array_index (tree, pid_t, i);
    bytes += memory_of (pid);
    for (guint k = 0; k < all->len; k++) {
      const process *p = &g_array_index (all, process, k);
      cpu_s += p->pid == pid ? p->cpu_s : 0;
      if (p->parent == pid && p->pid != except)
        g_array_append_val (tree, p->pid);
    }
  }
  mk_json *sum = mk_json_new_object ();
  mk_json_set (sum, "name", mk_json_new_string (name));
  mk_json_set (sum, "memory_bytes", mk_json_new_int (bytes));
  mk_json_set (sum, "cpu_s", mk_json_new_real (cpu_s));
  return sum;
}

static void
look_at_processes (void *user)
{
  process_list *l = user;
  g_autoptr (GArray) all = read_processes ();
  mk_json *items = mk_json_new_array ();
  mk_json_append (items, sum_tree (all, "bridge", getpid (), l->engine));
  if (l->engine != 0)
    mk_json_append (items, sum_tree (all, "engine", l->engine, 0));
  l->data = mk_json_new_object ();
  mk_json_set (l->data, "at_s", mk_json_new_real (l->at_s));
  mk_json_set (l->data, "items", items);
}

static void
answer_processes (void *user)
{
  process_list *l = user;
  mk_api_answer (l->request, 200, l->data, NULL);
  g_free (l);
}

static void
serve_processes (mk_bridge *bridge, mk_call *call)
{
  const mk_engine_link *own = mk_dispatcher_find (bridge->dispatcher, "own");
  process_list *l = g_new0 (process_list, 1);
  *l = (process_list){ .request = call->request, .engine = own != NULL && own->process != NULL ? mk_engine_process_pid (own->process) : 0,
                       .at_s = (double)(mk_loop_now_ms (bridge->loop) - bridge->started_ms) / 1000 };
  mk_backstage_run (bridge->backstage, look_at_processes, answer_processes, l);
}

/* --- folders --- */

#define MAX_DEPTH 24
#define THUMBNAILS ".thumbnails"

/* What lies in none of the others is the last one's: the database with its journal. */
static const struct {
  const char *name, *path;
  bool may_be_emptied; /* all of it is made again when it is wanted */
} folders[] = {
  { "outputs", "outputs", false }, { "models", "engine/models", false }, { "inputs", "engine/input", false }, { "results", "engine/cache", true }, { "unfinished", "engine/unfinished", true }, { "pictures", "pictures", true },
  { "plugins", "engine/custom_nodes", false }, { "engine", "engine", false }, { "logs", "logs", false }, { "projects", "", false },
};

typedef struct {
  mk_http_request *request;
  char *data_folder, *to_empty; /* the folder's name, NULL = none */
  int64_t bytes[MK_COUNT (folders)], n_files[MK_COUNT (folders)];
} folder_list;

static size_t
find_folder (const char *name)
{
  size_t i = 0;
  while (i + 1 < MK_COUNT (folders) && !g_str_equal (folders[i].name, name))
    i++;
  return i;
}

static size_t
class_of (const char *relative, const char *name, size_t outer)
{
  for (size_t i = 0; i < MK_COUNT (folders); i++)
    if (g_str_equal (folders[i].path, relative))
      return i;
  return g_str_equal (name, THUMBNAILS) ? find_folder ("pictures") : outer;
}

/* What is being written just now stays. */
static bool
must_go (const folder_list *l, size_t class, const char *name)
{
  return l->to_empty != NULL && g_str_equal (l->to_empty, folders[class].name) && !g_str_has_suffix (name, ".part");
}

static void
walk (folder_list *l, int at, const char *relative, size_t class, int depth)
{
  DIR *folder = at >= 0 ? fdopendir (at) : NULL;
  for (const struct dirent *file; folder != NULL && (file = readdir (folder)) != NULL;) {
    struct stat info;
    const char *name = file->d_name;
    if (g_str_equal (name, ".") || g_str_equal (name, "..") || fstatat (dirfd (folder), name, &info, AT_SYMLINK_NOFOLLOW) != 0)
      continue;
    g_autofree char *inner = relative[0] != '\0' ? g_strconcat (relative, "/", name, NULL) : g_strdup (name);
    size_t inner_class = class_of (inner, name, class);
    /* One of the folders may be a link to another disk; what else is linked in is somebody else's. */
    bool is_linked = S_ISLNK (info.st_mode) && g_str_equal (folders[inner_class].path, inner);
    if ((S_ISDIR (info.st_mode) || is_linked) && depth < MAX_DEPTH)
      walk (l, openat (dirfd (folder), name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (is_linked ? 0 : O_NOFOLLOW)), inner, inner_class, depth + 1);
    else if (S_ISREG (info.st_mode) && !(must_go (l, class, name) && unlinkat (dirfd (folder), name, 0) == 0)) {
      l->bytes[class] += (int64_t)info.st_blocks * 512;
      l->n_files[class]++;
    }
  }
  if (folder != NULL)
    closedir (folder);
}

static void
look_at_folders (void *user)
{
  folder_list *l = user;
  walk (l, open (l->data_folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "", MK_COUNT (folders) - 1, 0);
}

static mk_json *
print_folder (const folder_list *l, size_t i)
{
  g_autofree char *path = g_build_filename (l->data_folder, folders[i].path, NULL);
  mk_json *folder = mk_json_new_object ();
  mk_json_set (folder, "name", mk_json_new_string (folders[i].name));
  mk_json_set (folder, "path", mk_json_new_string (path));
  mk_json_set (folder, "bytes", mk_json_new_int (l->bytes[i]));
  mk_json_set (folder, "n_files", mk_json_new_int (l->n_files[i]));
  mk_json_set (folder, "may_be_emptied", mk_json_new_bool (folders[i].may_be_emptied));
  return folder;
}

static void
answer_folders (void *user)
{
  folder_list *l = user;
  if (l->to_empty != NULL)
    mk_api_answer (l->request, 200, print_folder (l, find_folder (l->to_empty)), NULL);
  else {
    mk_json *data = mk_json_new_object (), *items = mk_json_new_array ();
    for (size_t i = 0; i < MK_COUNT (folders); i++)
      mk_json_append (items, print_folder (l, i));
    mk_json_set (data, "items", items);
    mk_api_answer (l->request, 200, data, NULL);
  }
  g_free (l->data_folder);
  g_free (l->to_empty);
  g_free (l);
}

static void
begin_folders (mk_bridge *bridge, mk_call *call, const char *to_empty)
{
  folder_list *l = g_new0 (folder_list, 1);
  l->request = call->request;
  l->data_folder = g_canonicalize_filename (bridge->config->data_folder, NULL);
  l->to_empty = g_strdup (to_empty);
  mk_backstage_run (bridge->backstage, look_at_folders, answer_folders, l);
}

static void
serve_folders (mk_bridge *bridge, mk_call *call)
{
  begin_folders (bridge, call, NULL);
}

static void
serve_empty_folder (mk_bridge *bridge, mk_call *call)
{
  begin_folders (bridge, call, mk_call_param (call, "name"));
}

/* --- the memory of an engine --- */

static void
on_freed (void *request, const mk_json *reply, const GError *error)
{
  (void)reply;
  if (error != NULL)
    mk_api_answer_error (request, g_error_copy (error));
  else
    mk_api_answer (request, 200, NULL, NULL);
}

static void
serve_free_engine (mk_bridge *bridge, mk_call *call)
{
  GError *error = NULL;
  const char *id = mk_call_param (call, "id");
  const mk_engine_link *link = mk_dispatcher_find (bridge->dispatcher, id);
  if (link == NULL)
    mk_error (&error, MK_ERROR_NOT_FOUND, "there is no engine %s", id);
  else if (!mk_engine_link_is_up (link))
    mk_error (&error, MK_ERROR_UNAVAILABLE, "the engine %s is not up", id);
  if (error != NULL) {
    mk_api_answer_error (call->request, error);
    return;
  }
  g_autoptr (mk_json) body = mk_json_new_object ();
  mk_json_set (body, "unload_models", mk_json_new_bool (true));
  mk_json_set (body, "free_memory", mk_json_new_bool (true));
  mk_comfy_post (link->comfy, "/free", body, on_freed, call->request);
}

const mk_operation mk_usage_operations[] = {
  { "listProcesses", .serve = serve_processes }, { "listFolders", .serve = serve_folders }, { "emptyFolder", .serve = serve_empty_folder }, { "freeEngine", .serve = serve_free_engine }, { .id = NULL },
};
