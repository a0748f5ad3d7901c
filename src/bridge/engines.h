/* engines.h - the engines that the bridge was told of, as rows; its own is no row.
 *
 * Tests     tests/e2e/test_engines.py
 */
#pragma once
#include "bridge/store.h"

typedef struct mk_engine_row {
  char *id, *url, *key; /* key NULL = none */
  bool is_enabled;
} mk_engine_row;
void mk_engine_row_free (mk_engine_row *row);

/* mk_engine_row, in the order of their names; NULL with an error. */
GPtrArray *mk_engine_rows_list (mk_database *store, GError **error);
/* RANGE when the address is none, EXISTS when the id is taken. */
bool       mk_engine_row_add (mk_database *store, const mk_engine_row *row, int64_t now_ms, GError **error);
bool       mk_engine_row_change (mk_database *store, const mk_engine_row *row, GError **error);
bool       mk_engine_row_remove (mk_database *store, const char *id, GError **error);
