/* projects.h - a project is a tree of changes to a list of scene commands.
 *
 * Purpose   Say, undo, redo, go back, branch: nothing said is ever lost.
 * Model     Version 0 is empty. Every change makes a version with its parent and the whole list of commands;
 *           undo and redo only move the head. A change made after an undo starts a branch; what was undone
 *           stays in the history.
 * Shape     JSON as `Project`, `ProjectEntry`, `ProjectNote` of assets/openapi.json.
 * Tests     tests/bridge/test_projects.c
 */
#pragma once
#include "bridge/store.h"

/* `from` NULL = empty; else a copy of that project's `from_version` (-1 = its head). */
mk_json *mk_project_create (mk_database *store, const char *name, const char *who, const char *from, int64_t from_version, int64_t now_ms, GError **error);
/* `version` -1 = the head. */
mk_json *mk_project_find (mk_database *store, const char *id, int64_t version, GError **error);
mk_json *mk_project_list (mk_database *store, const mk_page *page, GError **error);
bool     mk_project_rename (mk_database *store, const char *id, const char *name, int64_t now_ms, GError **error);
bool     mk_project_delete (mk_database *store, const char *id, GError **error);

typedef struct mk_project_change {
  const char *who, *sentence;                /* sentence may be NULL */
  const mk_json *note;                       /* `ProjectNote`: what was done where nobody said a sentence; or NULL */
  const mk_json *added, *commands;           /* what is new, and the whole list after it */
  int64_t expected_version;                  /* -1 = whatever the head is; else EXISTS when it is another */
} mk_project_change;
bool     mk_project_append (mk_database *store, const char *id, const mk_project_change *change, int64_t now_ms, GError **error);
/* A new version that is as `version` was. */
bool     mk_project_restore (mk_database *store, const char *id, int64_t version, const char *who, int64_t now_ms, GError **error);
/* USAGE when there is nothing to undo or redo. */
bool     mk_project_undo (mk_database *store, const char *id, int64_t now_ms, GError **error);
bool     mk_project_redo (mk_database *store, const char *id, int64_t now_ms, GError **error);
/* What was said last on the way to a version; NULL when nothing was. g_free. */
char    *mk_project_last_sentence (mk_database *store, const char *id, int64_t version);
/* Every change, newest first. */
mk_json *mk_project_list_history (mk_database *store, const char *id, const mk_page *page, GError **error);

/* {"added": […], "removed": […], "changed": [{"before", "after", "fields"}]}: commands are told apart by their ids, those
 * without one by their kind and place. */
mk_json *mk_commands_compare (const mk_json *before, const mk_json *after);
