/* outputs.h - what a task made, described once it is home: size, sum, and what is seen.
 *
 * Threads   Called and answered on the loop's thread; the files are read backstage.
 */
#pragma once
#include "base/json.h"
#include "net/backstage.h"

/* "film", "scene", "image", "audio", "text" or "other", by the name's ending. Static. */
const char *mk_output_kind (const char *name);

/* `made` names files of `folder`: {"file","node_id","is_preview"} each. `done` gets a list of `Output` as of openapi.json, or an error; it owns what it gets. */
typedef void (*mk_outputs_done) (void *user, mk_json *taken_outputs, GError *taken_error);
void mk_outputs_describe (mk_backstage *backstage, const char *folder, const char *task, const mk_json *made, mk_outputs_done done, void *user);

/* All files of a task. What is not there is no failure: true. */
bool mk_outputs_remove (const char *outputs_folder, const char *task);

/* The SHA-256 of a file in hex, g_free; reads it through. May be called on any thread. */
char *mk_file_sum (const char *path, int64_t *bytes, GError **error);
