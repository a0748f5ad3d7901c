/* log.h - what the program tells its operator, on standard error.
 *
 * Purpose   One line per event: readable on a terminal, JSON when asked for.
 * Threads   Any; lines are never mixed.
 * Use       mk_log (MK_LOG_WARNING, "engine", "worker %d died of signal %d", pid, signal);
 */
#pragma once
#include "base/base.h"

typedef enum { MK_LOG_ERROR, MK_LOG_WARNING, MK_LOG_INFO, MK_LOG_DEBUG } mk_log_level;

void mk_log_set_level (mk_log_level level); /* WARNING at first */
void mk_log_set_json (bool is_json);        /* false at first */
void mk_log (mk_log_level level, const char *room, const char *format, ...) G_GNUC_PRINTF (3, 4);
