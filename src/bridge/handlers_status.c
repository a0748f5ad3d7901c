#include "bridge/bridge_private.h"

#include "bridge/tasks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

static int64_t
read_meminfo (const char *name)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents ("/proc/meminfo", &text, NULL, NULL))
    return 0;
  const char *line = strstr (text, name);
  return line != NULL ? g_ascii_strtoll (line + strlen (name), NULL, 10) * 1024 : 0;
}

static mk_json *
numbers (const char *const *names, const int64_t *values, size_t n)
{
  mk_json *object = mk_json_new_object ();
  for (size_t i = 0; i < n; i++)
    mk_json_set (object, names[i], mk_json_new_int (values[i]));
  return object;
}

static bool
get_status (mk_bridge *bridge, mk_call *call, GError **error)
{
  (void)error;
  long total = 0, resident = 0;
  double load = 0;
  struct statvfs disk = { 0 };
  g_autofree char *statm = NULL;
  if (g_file_get_contents ("/proc/self/statm", &statm, NULL, NULL))
    sscanf (statm, "%ld %ld", &total, &resident);
  getloadavg (&load, 1);
  statvfs (bridge->config->data_folder, &disk);
  mk_json *data = call->data = mk_json_new_object (), *engines = mk_json_new_array (), *cpu = mk_json_new_object ();
  mk_json_append (engines, mk_dispatcher_describe_engine (bridge->dispatcher));
  mk_json_set (cpu, "cores", mk_json_new_int (sysconf (_SC_NPROCESSORS_ONLN)));
  mk_json_set (cpu, "load", mk_json_new_real (load));
  mk_json_set (data, "version", mk_json_new_string (bridge->config->version));
  mk_json_set (data, "uptime_s", mk_json_new_real ((double)(mk_bridge_now_ms () - bridge->started_ms) / 1000));
  mk_json_set (data, "queue", numbers ((const char *const[]){ "queued", "running" }, (const int64_t[]){ mk_task_count (bridge->store, "queued"), mk_task_count (bridge->store, "running") }, 2));
  mk_json_set (data, "engines", engines);
  mk_json_set (data, "cpu", cpu);
  mk_json_set (data, "memory", numbers ((const char *const[]){ "total_bytes", "available_bytes", "own_bytes" },
                                        (const int64_t[]){ read_meminfo ("MemTotal:"), read_meminfo ("MemAvailable:"), resident * sysconf (_SC_PAGESIZE) }, 3));
  mk_json_set (data, "disk", numbers ((const char *const[]){ "total_bytes", "free_bytes" },
                                      (const int64_t[]){ (int64_t)(disk.f_blocks * disk.f_frsize), (int64_t)(disk.f_bavail * disk.f_frsize) }, 2));
  return true;
}

static bool
list_nodes (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_json *tables = mk_dispatcher_node_tables (bridge->dispatcher);
  if (tables == NULL)
    return mk_error (error, MK_ERROR_UNAVAILABLE, "the engine is not up yet; try again in a moment");
  call->data = mk_json_ref (tables);
  return true;
}

static mk_json *
strings (const char *const *words)
{
  mk_json *list = mk_json_new_array ();
  for (; *words != NULL; words++)
    mk_json_append (list, mk_json_new_string (*words));
  return list;
}

static mk_json *
print_recipe (const mk_recipe_info *info)
{
  mk_json *recipe = mk_json_new_object (), *size = mk_json_new_array ();
  mk_json_set (recipe, "name", mk_json_new_string (info->name));
  mk_json_set (recipe, "category", mk_json_new_string (info->category));
  mk_json_set (recipe, "synonyms", strings (info->synonyms));
  mk_json_set (recipe, "parts", strings (info->parts));
  mk_json_set (recipe, "motions", strings (info->motions));
  mk_json_append (size, mk_json_new_real ((double)info->size_m));
  mk_json_set (recipe, "size_m", size);
  return recipe;
}

static bool
matches (const mk_recipe_info *info, const char *words)
{
  bool is_found = words == NULL || strstr (info->name, words) != NULL || strstr (info->category, words) != NULL;
  for (const char *const *s = info->synonyms; *s != NULL && !is_found; s++)
    is_found = strstr (*s, words) != NULL;
  return is_found;
}

static bool
list_objects (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_page page;
  if (!mk_call_page (call, &page, error))
    return false;
  /* Names go forwards: the cursor is the place of the next one, plus one. */
  unsigned first = page.before == INT64_MAX ? 0 : (unsigned)MIN (page.before - 1, G_MAXINT), n = mk_library_n_recipes (bridge->library), total = 0, next = 0;
  g_autofree char *words = mk_call_query (call, "q") != NULL ? g_ascii_strdown (mk_call_query (call, "q"), -1) : NULL;
  mk_json *items = mk_json_new_array ();
  for (unsigned i = 0; i < n; i++) {
    const mk_recipe_info *info = mk_library_get (bridge->library, i);
    if (!matches (info, words))
      continue;
    total++;
    if (i >= first && (int)mk_json_length (items) < page.limit)
      mk_json_append (items, print_recipe (info));
    else if (i >= first && next == 0)
      next = i;
  }
  call->data = mk_page_print (items, next > 0 ? (int64_t)next + 1 : 0, total);
  return true;
}

static bool
list_engines (mk_bridge *bridge, mk_call *call, GError **error)
{
  (void)error;
  mk_json *items = mk_json_new_array ();
  mk_json_append (items, mk_dispatcher_describe_engine (bridge->dispatcher));
  call->data = mk_page_print (items, 0, 1);
  return true;
}

const mk_operation mk_status_operations[] = {
  { "getStatus", .handle = get_status }, { "listNodes", .handle = list_nodes }, { "listObjects", .handle = list_objects }, { "listEngines", .handle = list_engines }, { .id = NULL },
};
