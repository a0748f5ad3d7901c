#include "base/log.h"

#include "base/json.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static atomic_int chosen_level = MK_LOG_WARNING;
static atomic_bool writes_json;

void
mk_log_set_level (mk_log_level level)
{
  atomic_store (&chosen_level, level);
}

void
mk_log_set_json (bool is_json)
{
  atomic_store (&writes_json, is_json);
}

static char *
format_json (const char *time_text, const char *level, const char *room, const char *message)
{
  g_autoptr (mk_json) line = mk_json_new_object ();
  mk_json_set (line, "time", mk_json_new_string (time_text));
  mk_json_set (line, "level", mk_json_new_string (level));
  mk_json_set (line, "room", mk_json_new_string (room));
  mk_json_set (line, "message", mk_json_new_string (message));
  g_autofree char *text = mk_json_print_compact (line);
  return g_strconcat (text, "\n", NULL);
}

void
mk_log (mk_log_level level, const char *room, const char *format, ...)
{
  static const char *const names[] = { "error", "warning", "info", "debug" };
  if ((int)level > atomic_load (&chosen_level))
    return;
  va_list args;
  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  time_t now = time (NULL);
  struct tm utc;
  char time_text[32];
  strftime (time_text, sizeof time_text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r (&now, &utc));
  g_autofree char *line = atomic_load (&writes_json) ? format_json (time_text, names[level], room, message)
                                                     : g_strdup_printf ("%s %s %s: %s\n", time_text, names[level], room, message);
  /* One write keeps lines whole; a closed standard error is nobody's loss. */
  if (write (STDERR_FILENO, line, strlen (line)) < 0)
    return;
}
