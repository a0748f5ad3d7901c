/* log.h - what the program tells its operator.
 *
 * Purpose   One line per event on standard error: readable on a terminal, JSON when asked for; and to whoever listens.
 * Threads   Any; lines are never mixed.
 * Use       mk_log (MK_LOG_WARNING, "engine", "worker %d died of signal %d", pid, signal);
 */
#pragma once
#include "base/base.h"

typedef enum { MK_LOG_ERROR, MK_LOG_WARNING, MK_LOG_INFO, MK_LOG_DEBUG } mk_log_level;

void mk_log_set_level (mk_log_level level); /* WARNING at first */
bool mk_log_is_on (mk_log_level level);     /* whether such an event goes anywhere */
void mk_log_set_json (bool is_json);        /* false at first */
const char *mk_log_level_name (mk_log_level level);
void mk_log (mk_log_level level, const char *room, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* The same with fields: name, value, name, value, …, NULL; those whose value is NULL are left out. */
void mk_log_fields (mk_log_level level, const char *room, const char *const *fields, const char *format, ...) G_GNUC_PRINTF (4, 5);

/* Hears every event of the level that is on, as one line of JSON with its newline; borrowed. Called on the thread that
 * logs, one at a time. NULL ends it. */
typedef void (*mk_log_listener) (void *user, mk_log_level level, const char *json_line);
void mk_log_set_listener (mk_log_listener listener, void *user);
