/* models.h - the models on disk: ComfyUI's folders, what other programs have linked in, and what is a model at all.
 *
 * Layout    ROOT/KIND/NAME, NAME possibly with folders. What extra_model_paths.yaml or a folder of AUTOMATIC1111's web
 *           UI holds appears as links in there, so that every engine of ours sees one layout.
 * Threads   Any: nothing is shared. Meant for backstage.h.
 * Tests     tests/bridge/test_models.c
 */
#pragma once
#include "base/json.h"

/* "checkpoints", "loras", …; NULL-terminated. */
extern const char *const mk_model_kinds[];
bool mk_model_kind_is (const char *kind);
/* A file name with or without folders, beneath its kind; RANGE otherwise. Pickle is UNSUPPORTED unless allowed: loading
 * such a file runs what its author put into it. */
bool mk_model_name_check (const char *name, bool allows_pickle, GError **error);

/* [{"kind","name","bytes","modified_at","format","base_model","linked","preview"}…] sorted by kind and name;
 * `preview` is the path of a picture beside it, or null. */
mk_json *mk_models_scan (const char *root);

/* NAME.png or NAME.preview.png beside a model, as other programs put it there; g_free, NULL when there is none. */
char *mk_model_find_preview (const char *path);

/* Links the models of others in; what is there already wins, links to what is gone are removed. Either may be NULL. */
bool mk_models_link (const char *root, const char *extra_paths_yaml, const char *a1111_folder, unsigned *n_links, GError **error);

/* Whether a file is what its name says, before it is put in place: the header of safetensors is read, its offsets must
 * fill the file exactly; a web page is told apart; pickle is refused unless allowed. `base_model` (may be NULL)
 * gets what the header tells ("SD 1.5", "SDXL", …), static, or NULL. */
bool mk_model_check (const char *path, const char *name, bool allows_pickle, const char **base_model, GError **error);
