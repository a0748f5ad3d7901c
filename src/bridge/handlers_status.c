/* handlers_status.c - how the machine and the bridge are: health, settings, log. */
#include "bridge/bridge_private.h"

#include "bridge/tasks.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define STATUS_MS 50

/* --- the machine --- */

static int64_t
read_meminfo (const char *text, const char *name)
{
  const char *line = strstr (text, name);
  return line != NULL ? g_ascii_strtoll (line + strlen (name), NULL, 10) * 1024 : 0;
}

int64_t
mk_status_memory_bytes (void)
{
  long total = 0, resident = 0;
  g_autofree char *statm = NULL;
  if (g_file_get_contents ("/proc/self/statm", &statm, NULL, NULL))
    sscanf (statm, "%ld %ld", &total, &resident);
  return resident * sysconf (_SC_PAGESIZE);
}

/* The share of all cores that was busy since the question before. */
static double
cpu_usage (void)
{
  static unsigned long long last_busy, last_total;
  static double usage;
  unsigned long long v[8] = { 0 };
  g_autofree char *text = NULL;
  if (!g_file_get_contents ("/proc/stat", &text, NULL, NULL) || sscanf (text, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7]) != 8)
    return 0;
  unsigned long long idle = v[3] + v[4], total = idle + v[0] + v[1] + v[2] + v[5] + v[6] + v[7];
  if (total > last_total + 10) /* a tenth of a second on one core: less says nothing */
    usage = last_total == 0 ? 0 : (double)(total - idle - last_busy) / (double)(total - last_total);
  if (total > last_total + 10) {
    last_busy = total - idle;
    last_total = total;
  }
  return CLAMP (usage, 0, 1);
}

static mk_json *
numbers (const char *const *names, const int64_t *values, size_t n)
{
  mk_json *object = mk_json_new_object ();
  for (size_t i = 0; i < n; i++)
    mk_json_set (object, names[i], mk_json_new_int (values[i]));
  return object;
}

static void
add_machine (mk_bridge *bridge, mk_json *data)
{
  static const char *const memory_names[] = { "total_bytes", "available_bytes", "own_bytes" }, *const disk_names[] = { "total_bytes", "free_bytes" };
  double load = 0;
  struct statvfs disk = { 0 };
  g_autofree char *meminfo = NULL;
  getloadavg (&load, 1);
  statvfs (bridge->config->data_folder, &disk);
  if (!g_file_get_contents ("/proc/meminfo", &meminfo, NULL, NULL))
    meminfo = g_strdup ("");
  mk_json *cpu = mk_json_new_object ();
  mk_json_set (cpu, "cores", mk_json_new_int (sysconf (_SC_NPROCESSORS_ONLN)));
  mk_json_set (cpu, "load", mk_json_new_real (load));
  mk_json_set (cpu, "usage", mk_json_new_real (cpu_usage ()));
  mk_json_set (data, "cpu", cpu);
  mk_json_set (data, "memory", numbers (memory_names, (const int64_t[]){ read_meminfo (meminfo, "MemTotal:"), read_meminfo (meminfo, "MemAvailable:"), mk_status_memory_bytes () }, 3));
  mk_json_set (data, "disk", numbers (disk_names, (const int64_t[]){ (int64_t)(disk.f_blocks * disk.f_frsize), (int64_t)(disk.f_bavail * disk.f_frsize) }, 2));
}

static mk_json *
describe_queue (const mk_bridge *bridge)
{
  static const char *const states[] = { "queued", "leased", "running", "done", "failed", "cancelled" };
  int64_t counts[MK_COUNT (states)];
  for (size_t i = 0; i < MK_COUNT (states); i++)
    counts[i] = mk_task_count (bridge->store, states[i]);
  return numbers (states, counts, MK_COUNT (states));
}

/* Kept for a moment: everybody polls it, and the machine does not change so fast. */
static bool
get_status (mk_bridge *bridge, mk_call *call, GError **error)
{
  (void)error;
  int64_t now = mk_loop_now_ms (bridge->loop);
  if (bridge->status_text != NULL && now - bridge->status_ms < STATUS_MS) {
    call->text = g_strdup (bridge->status_text);
    return true;
  }
  g_autoptr (mk_json) data = mk_json_new_object ();
  mk_json_set (data, "version", mk_json_new_string (bridge->config->version));
  mk_json_set (data, "uptime_s", mk_json_new_real ((double)(now - bridge->started_ms) / 1000));
  mk_json_set (data, "queue", describe_queue (bridge));
  mk_json_set (data, "engines", mk_dispatcher_describe_engines (bridge->dispatcher));
  add_machine (bridge, data);
  g_free (bridge->status_text);
  bridge->status_text = mk_json_print_compact (data);
  bridge->status_ms = now;
  call->text = g_strdup (bridge->status_text);
  return true;
}

/* --- settings --- */

static bool
list_settings (mk_bridge *bridge, mk_call *call, GError **error)
{
  (void)error;
  mk_json *items = mk_json_new_array ();
  for (const mk_setting *s = mk_settings; s->name != NULL; s++)
    mk_json_append (items, mk_config_describe (bridge->config->settings, s));
  call->data = mk_json_new_object ();
  mk_json_set (call->data, "file", mk_json_new_string (mk_config_path (bridge->config->settings)));
  mk_json_set (call->data, "items", items);
  return true;
}

static const mk_setting *
find_setting (const char *name)
{
  for (const mk_setting *s = mk_settings; s->name != NULL; s++)
    if (g_str_equal (s->name, name))
      return s;
  return NULL;
}

static char *
as_text (const mk_json *value)
{
  return mk_json_get_kind (value) == MK_JSON_STRING ? g_strdup (mk_json_get_string (value)) : mk_json_print_compact (value);
}

static void
apply_settings (mk_bridge *bridge)
{
  static const char *const levels[] = { "error", "warning", "info", "debug" };
  const mk_config *settings = bridge->config->settings;
  for (size_t i = 0; i < MK_COUNT (levels); i++)
    if (g_strcmp0 (mk_config_get (settings, "log.level"), levels[i]) == 0)
      mk_log_set_level ((mk_log_level)i);
  mk_access_set_limit (bridge->access, mk_config_get_int (settings, "server.requests_per_minute"));
}

static bool
change_settings (mk_bridge *bridge, mk_call *call, GError **error)
{
  const mk_json *values = mk_json_get (call->body, "values");
  for (mk_json_iter i = mk_json_iterate (values); mk_json_next (&i);)
    if (find_setting (i.key) == NULL)
      return mk_error (error, MK_ERROR_USAGE, "values: there is no setting “%s”; GET /settings lists them", i.key);
  for (mk_json_iter i = mk_json_iterate (values); mk_json_next (&i);) {
    g_autofree char *text = as_text (i.value);
    if (!mk_config_write (bridge->config->settings, i.key, text, error))
      return false;
  }
  apply_settings (bridge);
  return list_settings (bridge, call, error);
}

/* --- log --- */

static bool
list_logs (mk_bridge *bridge, mk_call *call, GError **error)
{
  mk_page page;
  if (!mk_call_page (call, &page, error))
    return false;
  call->data = mk_journal_list (bridge->journal, &page, mk_call_query (call, "level"), mk_call_query (call, "q"), mk_call_query (call, "task_id"));
  return true;
}

const mk_operation mk_status_operations[] = {
  { "getStatus", .handle = get_status }, { "listSettings", .handle = list_settings }, { "changeSettings", .handle = change_settings }, { "listLogs", .handle = list_logs }, { .id = NULL },
};
