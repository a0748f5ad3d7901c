#include "graph/workflow_text.h"

#include <string.h>
#include <time.h>

enum { MAX_DEPTH = 64 };

/* --- choices --- */

static char *
without_comments (const char *text)
{
  GString *out = g_string_new (NULL);
  const char *end = text; /* of the next long comment; NULL = there is none any more */
  for (const char *at = text; *at != '\0';) {
    bool is_long = at[0] == '/' && at[1] == '*';
    if (is_long && end != NULL)
      end = strstr (at + 2, "*/");
    if (is_long && end != NULL)
      at = end + 2;
    else if (at[0] == '/' && at[1] == '/')
      at += strcspn (at, "\r\n");
    else
      g_string_append_c (out, *at++);
  }
  return g_string_free (out, FALSE);
}

/* After the choice that begins behind a brace; what stands between its bars goes to `options`. */
static const char *
read_options (const char *at, GPtrArray *options)
{
  GString *option = g_string_new (NULL);
  for (int depth = 0; *at != '\0'; at++) {
    if (at[0] == '\\' && at[1] != '\0')
      g_string_append_c (option, *at++);
    else if (*at == '{')
      depth++;
    else if (*at == '}' && depth-- == 0) {
      at++;
      break;
    } else if (*at == '|' && depth == 0) {
      g_ptr_array_add (options, g_string_free (option, FALSE));
      option = g_string_new (NULL);
      continue;
    }
    g_string_append_c (option, *at);
  }
  g_ptr_array_add (options, g_string_free (option, FALSE));
  return at;
}

static void
unescape (GString *text)
{
  gsize n = 0;
  for (gsize i = 0; i < text->len; i++) {
    if (text->str[i] == '\\' && i + 1 < text->len && strchr ("{}|", text->str[i + 1]) != NULL)
      i++;
    text->str[n++] = text->str[i];
  }
  g_string_truncate (text, n);
}

static char *
choose (const char *given, mk_rng *rng, int depth)
{
  g_autofree char *text = without_comments (given);
  GString *out = g_string_new (NULL);
  for (const char *at = text; *at != '\0';) {
    if (at[0] == '\\' && at[1] != '\0') {
      g_string_append_len (out, at, 2);
      at += 2;
    } else if (*at == '{' && depth < MAX_DEPTH) {
      g_autoptr (GPtrArray) options = g_ptr_array_new_with_free_func (g_free);
      at = read_options (at + 1, options);
      g_autofree char *chosen = choose (options->pdata[(guint)(mk_rng_float (rng) * (float)options->len)], rng, depth + 1);
      g_string_append (out, chosen);
    } else
      g_string_append_c (out, *at++);
  }
  unescape (out);
  return g_string_free (out, FALSE);
}

char *
mk_text_choose (const char *text, mk_rng *rng)
{
  return choose (text, rng, 0);
}

/* --- dates, and values of other nodes --- */

static void
append_date (GString *out, const char *format, const char *end, int64_t now_s)
{
  time_t seconds = (time_t)now_s;
  struct tm now = { 0 };
  localtime_r (&seconds, &now);
  const struct { char letter; int value; } parts[] = { { 'd', now.tm_mday }, { 'M', now.tm_mon + 1 }, { 'h', now.tm_hour }, { 'm', now.tm_min }, { 's', now.tm_sec } };
  while (format < end) {
    size_t most = *format == 'y' ? 4 : 2, n = 1;
    while (n < most && format + n < end && format[n] == *format)
      n++;
    const int *value = NULL;
    for (size_t i = 0; i < MK_COUNT (parts); i++)
      if (parts[i].letter == *format)
        value = &parts[i].value;
    if (*format == 'y' && (n == 2 || n == 4))
      g_string_append_printf (out, "%0*d", (int)n, n == 2 ? (now.tm_year + 1900) % 100 : now.tm_year + 1900);
    else if (value != NULL)
      g_string_append_printf (out, "%0*d", (int)n, *value);
    else
      g_string_append_len (out, format, (gssize)n);
    format += n;
  }
}

static void
append_for_a_name (GString *out, const char *value)
{
  for (const char *c = value; *c != '\0'; c++)
    g_string_append_c (out, strchr ("/?<>\\:*|\"", *c) != NULL || g_ascii_iscntrl (*c) ? '_' : *c);
}

/* What stands between two percent signs; false when it means nothing here. */
static bool
append_meaning (GString *out, const char *name, int64_t now_s, mk_text_find find, void *user)
{
  g_auto (GStrv) words = g_strsplit (name, ".", -1);
  if (g_strv_length (words) == 2) {
    g_autofree char *value = find (user, words[0], words[1]);
    if (value != NULL)
      append_for_a_name (out, value);
    return value != NULL;
  }
  if (!g_str_has_prefix (words[0], "date:")) /* after a dot the format ends, as in the editor */
    return false;
  append_date (out, words[0] + strlen ("date:"), words[0] + strlen (words[0]), now_s);
  return true;
}

char *
mk_text_fill_in (const char *text, int64_t now_s, mk_text_find find, void *user)
{
  GString *out = g_string_new (NULL);
  for (const char *at = text; *at != '\0';) {
    const char *end = *at == '%' ? strchr (at + 1, '%') : NULL;
    g_autofree char *name = end != NULL && end > at + 1 ? g_strndup (at + 1, (gsize)(end - at - 1)) : NULL;
    if (name != NULL && append_meaning (out, name, now_s, find, user))
      at = end + 1;
    else if (name != NULL) { /* its second sign begins nothing new */
      g_string_append_len (out, at, end + 1 - at);
      at = end + 1;
    } else
      g_string_append_c (out, *at++);
  }
  return g_string_free (out, FALSE);
}
