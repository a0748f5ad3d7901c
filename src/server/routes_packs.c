/* What packs bring besides nodes: example workflows and translations (contract §1.7). */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "server/server_private.h"

#define MAX_FILE ((size_t)16 << 20)

static void
get_packs (mk_http_request *request, void *user)
{
  const mk_server *server = user;
  mk_http_answer_json (request, 200, server->packs != NULL ? mk_packs_list (server->packs) : mk_json_new_array ());
}

/* The pack's example workflows, in whichever of these folders there is; NULL = none. g_free. */
static char *
find_examples (const char *pack)
{
  static const char *const names[] = { "example_workflows", "example", "examples", "workflow", "workflows" };
  for (size_t i = 0; i < MK_COUNT (names); i++) {
    g_autofree char *folder = g_build_filename (pack, names[i], NULL);
    if (g_file_test (folder, G_FILE_TEST_IS_DIR))
      return g_steal_pointer (&folder);
  }
  return NULL;
}

/* Names in a folder that end so, without the ending; sorted. */
static mk_json *
list_stems (const char *folder, const char *ending)
{
  struct dirent **entries;
  mk_json *list = mk_json_new_array ();
  int n = scandir (folder, &entries, NULL, alphasort);
  for (int i = 0; i < n; i++) {
    const char *name = entries[i]->d_name;
    if (name[0] != '.' && g_str_has_suffix (name, ending))
      mk_json_append (list, mk_json_new_string_length (name, strlen (name) - strlen (ending)));
    free (entries[i]);
  }
  if (n >= 0)
    free (entries);
  return list;
}

static void
get_templates (mk_http_request *request, void *user)
{
  const mk_server *server = user;
  g_autoptr (mk_json) packs = server->packs != NULL ? mk_packs_list (server->packs) : NULL;
  mk_json *body = mk_json_new_object ();
  for (size_t i = 0; i < mk_json_length (packs); i++) {
    const mk_json *pack = mk_json_at (packs, i);
    g_autofree char *folder = find_examples (mk_json_get_string (mk_json_get (pack, "path")));
    g_autoptr (mk_json) names = folder != NULL ? list_stems (folder, ".json") : NULL;
    if (mk_json_length (names) > 0)
      mk_json_set (body, mk_json_get_string (mk_json_get (pack, "name")), mk_json_ref (names));
  }
  mk_http_answer_json (request, 200, body);
}

static void
get_template (mk_http_request *request, void *user)
{
  const mk_server *server = user;
  const char *wanted = mk_http_request_param (request, "pack");
  g_autoptr (mk_json) packs = server->packs != NULL ? mk_packs_list (server->packs) : NULL;
  for (size_t i = 0; i < mk_json_length (packs); i++) {
    const mk_json *pack = mk_json_at (packs, i);
    g_autofree char *folder = g_str_equal (mk_json_get_string (mk_json_get (pack, "name")), wanted) ? find_examples (mk_json_get_string (mk_json_get (pack, "path"))) : NULL;
    if (folder != NULL) {
      mk_http_answer_file (request, folder, mk_http_request_param (request, "file"), NULL);
      return;
    }
  }
  mk_http_answer_text (request, 404, "404: Not Found");
}

/* --- translations --- */

/* Objects become one, deeper ones too; of two other values the later stays. */
static void
merge (mk_json *into, const mk_json *from)
{
  for (mk_json_iter i = mk_json_iterate (from); mk_json_next (&i);) {
    mk_json *known = mk_json_get (into, i.key);
    if (mk_json_get_kind (known) == MK_JSON_OBJECT && mk_json_get_kind (i.value) == MK_JSON_OBJECT)
      merge (known, i.value);
    else
      mk_json_set (into, i.key, mk_json_copy (i.value));
  }
}

/* main.json holds anything; the others have a member of their own. */
static void
add_language (mk_json *all, const char *folder, const char *language)
{
  static const struct { const char *file, *member; } parts[] = { { "main.json", NULL }, { "nodeDefs.json", "nodeDefs" }, { "commands.json", "commands" }, { "settings.json", "settings" } };
  mk_json_limits limits = { .max_bytes = MAX_FILE, .max_depth = 64 };
  g_autoptr (mk_json) texts = mk_json_new_object ();
  for (size_t i = 0; i < MK_COUNT (parts); i++) {
    g_autofree char *path = g_build_filename (folder, language, parts[i].file, NULL);
    g_autoptr (mk_json) part = NULL;
    if (!g_file_test (path, G_FILE_TEST_IS_REGULAR) || !mk_json_parse_file (path, &limits, &part, NULL) || mk_json_get_kind (part) != MK_JSON_OBJECT)
      continue;
    if (parts[i].member == NULL)
      merge (texts, part);
    else
      mk_json_set (texts, parts[i].member, mk_json_ref (part));
  }
  g_autoptr (mk_json) wrapped = mk_json_new_object ();
  mk_json_set (wrapped, language, mk_json_ref (texts));
  if (mk_json_length (texts) > 0)
    merge (all, wrapped);
}

static void
get_i18n (mk_http_request *request, void *user)
{
  const mk_server *server = user;
  g_autoptr (mk_json) packs = server->packs != NULL ? mk_packs_list (server->packs) : NULL;
  mk_json *body = mk_json_new_object ();
  for (size_t i = 0; i < mk_json_length (packs); i++) {
    g_autofree char *folder = g_build_filename (mk_json_get_string (mk_json_get (mk_json_at (packs, i), "path")), "locales", NULL);
    g_autoptr (mk_json) languages = list_stems (folder, "");
    for (size_t k = 0; k < mk_json_length (languages); k++)
      add_language (body, folder, mk_json_get_string (mk_json_at (languages, k)));
  }
  mk_http_answer_json (request, 200, body);
}

/* Newer frontends ask for these; there are no such things here. */
static void
get_empty_object (mk_http_request *request, void *user)
{
  (void)user;
  mk_http_answer_json (request, 200, mk_json_new_object ());
}

const mk_http_route mk_routes_packs[] = {
  { "GET", "/miktos/packs", get_packs, "Custom nodes: packs, their state and rights.", MK_BODY_NONE, 0, 0 },
  { "GET", "/workflow_templates", get_templates, "Example workflows of packs, by pack.", MK_BODY_NONE, 0, 0 },
  { "GET", "/workflow_templates/{pack}/{file...}", get_template, "One of them, or what belongs to it.", MK_BODY_NONE, 0, 0 },
  { "GET", "/i18n", get_i18n, "Translations that packs bring.", MK_BODY_NONE, 0, 0 },
  { "GET", "/global_subgraphs", get_empty_object, "Sub-graphs that packs bring: none.", MK_BODY_NONE, 0, 0 },
  { "GET", "/node_replacements", get_empty_object, "Nodes that stand in for others: none.", MK_BODY_NONE, 0, 0 },
  { NULL, NULL, NULL, NULL, MK_BODY_NONE, 0, 0 },
};
