#include "net/url.h"

#include <string.h>

/* More pairs than any client sends; an attacker's query ends here. */
#define MAX_PAIRS 256

char *
mk_url_decode (const char *text, gssize length, bool plus_is_space)
{
  size_t n = length < 0 ? strlen (text) : (size_t)length;
  GString *out = g_string_sized_new (n + 1);
  for (size_t i = 0; i < n; i++) {
    char c = text[i];
    if (c == '%' && i + 2 < n && g_ascii_isxdigit (text[i + 1]) && g_ascii_isxdigit (text[i + 2])) {
      c = (char)(g_ascii_xdigit_value (text[i + 1]) * 16 + g_ascii_xdigit_value (text[i + 2]));
      i += 2;
    } else if (c == '+' && plus_is_space)
      c = ' ';
    g_string_append_c (out, c);
  }
  bool is_good = g_utf8_validate (out->str, (gssize)out->len, NULL); /* refuses NUL, too */
  return g_string_free (out, !is_good);
}

char *
mk_url_encode (const char *text, const char *keep)
{
  GString *out = g_string_new (NULL);
  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_isalnum (*c) || strchr ("-._~", *c) != NULL || (keep != NULL && strchr (keep, *c) != NULL))
      g_string_append_c (out, *c);
    else
      g_string_append_printf (out, "%%%02X", (unsigned char)*c);
  return g_string_free (out, FALSE);
}

static bool
parse_pair (const char *text, size_t length, GPtrArray *query, GError **error)
{
  const char *equals = memchr (text, '=', length);
  size_t name_length = equals != NULL ? (size_t)(equals - text) : length;
  char *name = mk_url_decode (text, (gssize)name_length, true);
  char *value = equals != NULL ? mk_url_decode (equals + 1, (gssize)(length - name_length - 1), true) : g_strdup ("");
  if (name == NULL || value == NULL) {
    g_free (name);
    g_free (value);
    return mk_error (error, MK_ERROR_SYNTAX, "the query holds what is no UTF-8 text");
  }
  g_ptr_array_add (query, name);
  g_ptr_array_add (query, value);
  return true;
}

static bool
parse_query (const char *text, GPtrArray *query, GError **error)
{
  while (*text != '\0' && *text != '#') {
    size_t length = strcspn (text, "&#");
    if (length > 0 && query->len >= 2 * MAX_PAIRS)
      return mk_error (error, MK_ERROR_LIMIT, "the query has more than %d pairs", MAX_PAIRS);
    if (length > 0 && !parse_pair (text, length, query, error))
      return false;
    text += length;
    if (*text == '&')
      text++;
  }
  return true;
}

bool
mk_url_target_parse (const char *text, mk_url_target *target, GError **error)
{
  const char *path = text;
  if (path[0] != '/') {
    const char *authority = strstr (text, "://");
    path = authority != NULL ? strchr (authority + 3, '/') : NULL;
    if (path == NULL)
      return mk_error (error, MK_ERROR_SYNTAX, "the request's target is not a path");
  }
  size_t length = strcspn (path, "?#");
  GPtrArray *query = g_ptr_array_new_with_free_func (g_free);
  if (path[length] == '?' && !parse_query (path + length + 1, query, error)) {
    g_ptr_array_free (query, TRUE);
    return false;
  }
  target->path = g_strndup (path, length);
  target->query = query;
  return true;
}

void
mk_url_target_clear (mk_url_target *target)
{
  g_clear_pointer (&target->path, g_free);
  g_clear_pointer (&target->query, g_ptr_array_unref);
}

const char *
mk_url_target_find (const mk_url_target *target, const char *name)
{
  for (guint i = 0; target->query != NULL && i + 1 < target->query->len; i += 2)
    if (strcmp (g_ptr_array_index (target->query, i), name) == 0)
      return g_ptr_array_index (target->query, i + 1);
  return NULL;
}
