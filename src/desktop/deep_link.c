#include <string.h>

#include "desktop/desktop.h"

#define MAX_SENTENCE 4000

static bool
is_id (const char *text)
{
  size_t n = strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-_");
  return n > 0 && n <= 64 && text[n] == '\0';
}

static mk_json *
link_new (const char *action)
{
  mk_json *link = mk_json_new_object ();
  mk_json_set (link, "type", mk_json_new_string ("link"));
  mk_json_set (link, "action", mk_json_new_string (action));
  return link;
}

/* miktos://make?sentence=a%20red%20ball */
static mk_json *
read_make (const char *query, GError **error)
{
  g_autoptr (GHashTable) values = query != NULL ? g_uri_parse_params (query, -1, "&", G_URI_PARAMS_WWW_FORM, NULL) : NULL;
  const char *sentence = values != NULL ? g_hash_table_lookup (values, "sentence") : NULL;
  if (sentence == NULL || sentence[0] == '\0' || strlen (sentence) > MAX_SENTENCE) {
    mk_error (error, MK_ERROR_USAGE, "miktos://make needs ?sentence= with at most %d letters", MAX_SENTENCE);
    return NULL;
  }
  mk_json *link = link_new ("make");
  mk_json_set (link, "sentence", mk_json_new_string (sentence));
  return link;
}

/* miktos://project/ID */
static mk_json *
read_open (const char *kind, const char *path, GError **error)
{
  static const char *const kinds[] = { "project", "task", "workflow", NULL };
  if (!g_strv_contains (kinds, kind) || path[0] != '/' || !is_id (path + 1)) {
    mk_error (error, MK_ERROR_USAGE, "a link is miktos://make?sentence=…, or miktos://project/ID, task/ID or workflow/ID");
    return NULL;
  }
  mk_json *link = link_new ("open");
  mk_json_set (link, "kind", mk_json_new_string (kind));
  mk_json_set (link, "id", mk_json_new_string (path + 1));
  return link;
}

mk_json *
mk_deep_link_read (const char *uri, GError **error)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_ENCODED_QUERY, NULL);
  const char *host = parsed != NULL ? g_uri_get_host (parsed) : NULL;
  if (host == NULL || !g_str_equal (g_uri_get_scheme (parsed), "miktos")) {
    mk_error (error, MK_ERROR_USAGE, "“%.200s” is no miktos:// link", uri);
    return NULL;
  }
  return g_str_equal (host, "make") ? read_make (g_uri_get_query (parsed), error) : read_open (host, g_uri_get_path (parsed), error);
}
