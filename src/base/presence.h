/* presence.h - one program per folder, and the word where it is found.
 *
 * Purpose   Two bridges over one database would run every task twice; and whoever wants to talk to the one that runs
 *           (the desktop window, a script) finds its address beside its data.
 * How       A lock on NAME.lock lives as long as the process, however it ends; NAME.url says the address.
 * Threads   No shared state.
 * Tests     tests/base/test_presence.c
 */
#pragma once
#include "base/base.h"

typedef struct mk_presence mk_presence;

/* EXISTS, naming the address of the other, when somebody has taken `name` in `folder` (which must exist). */
mk_presence *mk_presence_take (const char *folder, const char *name, GError **error);
bool         mk_presence_announce (mk_presence *presence, const char *url, GError **error);
/* NULL is fine. */
void         mk_presence_free (mk_presence *presence);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_presence, mk_presence_free)

/* The address of the one that runs, or NULL when none does or it has not said yet; g_free. */
char        *mk_presence_find (const char *folder, const char *name);
