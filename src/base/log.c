#include "base/log.h"

#include "base/json.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static atomic_int chosen_level = MK_LOG_WARNING;
static atomic_bool writes_json;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the two below */
static mk_log_listener listener;
static void *listener_user;
static atomic_bool has_listener;

static const char *const names[] = { "error", "warning", "info", "debug" };

void
mk_log_set_level (mk_log_level level)
{
  atomic_store (&chosen_level, level);
}

bool
mk_log_is_on (mk_log_level level)
{
  return (int)level <= atomic_load (&chosen_level);
}

void
mk_log_set_json (bool is_json)
{
  atomic_store (&writes_json, is_json);
}

const char *
mk_log_level_name (mk_log_level level)
{
  return names[level];
}

void
mk_log_set_listener (mk_log_listener given, void *user)
{
  pthread_mutex_lock (&lock);
  listener = given;
  listener_user = user;
  atomic_store (&has_listener, given != NULL);
  pthread_mutex_unlock (&lock);
}

static char *
format_json (const char *time_text, const char *level, const char *room, const char *message, const char *const *fields)
{
  g_autoptr (mk_json) line = mk_json_new_object ();
  mk_json_set (line, "time", mk_json_new_string (time_text));
  mk_json_set (line, "level", mk_json_new_string (level));
  mk_json_set (line, "room", mk_json_new_string (room));
  mk_json_set (line, "message", mk_json_new_string (message));
  for (; fields != NULL && fields[0] != NULL; fields += 2)
    if (fields[1] != NULL)
      mk_json_set (line, fields[0], mk_json_new_string (fields[1]));
  g_autofree char *text = mk_json_print_compact (line);
  return g_strconcat (text, "\n", NULL);
}

static char *
format_text (const char *time_text, const char *level, const char *room, const char *message, const char *const *fields)
{
  GString *line = g_string_new (NULL);
  g_string_append_printf (line, "%s %s %s: %s", time_text, level, room, message);
  for (; fields != NULL && fields[0] != NULL; fields += 2)
    if (fields[1] != NULL)
      g_string_append_printf (line, " %s=%s", fields[0], fields[1]);
  g_string_append_c (line, '\n');
  return g_string_free (line, FALSE);
}

static void
write_line (mk_log_level level, const char *room, const char *const *fields, const char *message)
{
  struct timespec now;
  struct tm utc;
  char time_text[40];
  clock_gettime (CLOCK_REALTIME, &now);
  size_t length = strftime (time_text, sizeof time_text, "%Y-%m-%dT%H:%M:%S", gmtime_r (&now.tv_sec, &utc));
  g_snprintf (time_text + length, sizeof time_text - length, ".%03dZ", (int)(now.tv_nsec / 1000000));
  bool is_json = atomic_load (&writes_json);
  g_autofree char *json = is_json || atomic_load (&has_listener) ? format_json (time_text, names[level], room, message, fields) : NULL;
  g_autofree char *text = is_json ? NULL : format_text (time_text, names[level], room, message, fields);
  const char *line = is_json ? json : text;
  /* One write keeps lines whole; a closed standard error is nobody's loss. */
  ssize_t n = write (STDERR_FILENO, line, strlen (line));
  (void)n;
  pthread_mutex_lock (&lock);
  if (listener != NULL && json != NULL)
    listener (listener_user, level, json);
  pthread_mutex_unlock (&lock);
}

void
mk_log (mk_log_level level, const char *room, const char *format, ...)
{
  if (!mk_log_is_on (level))
    return;
  va_list args;
  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  write_line (level, room, NULL, message);
}

void
mk_log_fields (mk_log_level level, const char *room, const char *const *fields, const char *format, ...)
{
  if (!mk_log_is_on (level))
    return;
  va_list args;
  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  write_line (level, room, fields, message);
}
