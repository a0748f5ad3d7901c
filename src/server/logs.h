/* logs.h - the last lines of the log, for /internal/logs and for sockets that subscribed.
 *
 * Purpose   Contract §1.7: a frontend's terminal panel.
 * Threads   Lines come from any thread; everything else is the loop's.
 * Tests     tests/server/test_server.c, tests/clients/
 */
#pragma once
#include "server/clients.h"

typedef struct mk_logs mk_logs;

/* Hears the program's log from here on. */
mk_logs *mk_logs_new (mk_loop *loop, mk_clients *clients);
void     mk_logs_free (mk_logs *logs); /* NULL is fine */
/* "TIME - MESSAGE" of all lines in one text; g_free. */
char    *mk_logs_print (mk_logs *logs);
/* {"entries": [{"t", "m"}…], "size": {"cols", "rows"}} */
mk_json *mk_logs_list (mk_logs *logs);
/* From here on `sid` gets a message "logs" for every line, or none. */
void     mk_logs_subscribe (mk_logs *logs, const char *sid, bool is_enabled);
