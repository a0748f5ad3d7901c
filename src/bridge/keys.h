/* keys.h - who may do what.
 *
 * Purpose   A key is shown once, when it is made; only its SHA-256 is kept (keys are 256 random bits: there is nothing
 *           to guess, so a slow hash would only slow down).
 * Scopes    read < run < admin: what a higher one may, it may do all that a lower one may.
 * Tests     tests/bridge/test_keys.c
 */
#pragma once
#include "bridge/store.h"

typedef enum { MK_SCOPE_READ, MK_SCOPE_RUN, MK_SCOPE_ADMIN } mk_scope;

/* "read", "run", "admin"; RANGE for others. */
bool        mk_scope_parse (const char *name, mk_scope *scope, GError **error);
const char *mk_scope_name (mk_scope scope);

/* The key itself, g_free. `expires_ms` 0 = never. */
char    *mk_key_create (mk_database *store, const char *name, mk_scope scope, int64_t expires_ms, int64_t now_ms, GError **error);
/* [{"id","name","scope","created_at","expires_at","is_expired"}…], never the keys. */
mk_json *mk_keys_list (mk_database *store, int64_t now_ms, GError **error);
bool     mk_keys_remove (mk_database *store, const char *id, GError **error);
/* False with an error when the database does not say: that is not the same as none. */
bool     mk_keys_look (mk_database *store, bool *are_there, GError **error);

typedef struct mk_key_holder {
  char id[40], name[80];
  mk_scope scope;
  bool is_stored; /* by a key of the database, which may be removed or expire */
} mk_key_holder;
/* Who holds this key; UNAUTHORIZED when nobody does, or it has expired. */
bool mk_keys_find (mk_database *store, const char *key, int64_t now_ms, mk_key_holder *holder, GError **error);
/* Whether the key of this id is still there and has not expired; what cannot be known, for the database is in trouble, is no "no". */
bool mk_key_stands (mk_database *store, const char *id, int64_t now_ms);
