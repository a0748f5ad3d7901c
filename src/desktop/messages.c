/* messages.c - what the page may ask of the system: one table, each message checked. */
#include <string.h>

#include "base/file.h"
#include "desktop/desktop.h"

#define MAX_MESSAGE 65536
#define MAX_TEXT 300

static bool
is_text (const mk_json *message, const char *name, GError **error)
{
  const mk_json *value = mk_json_get (message, name);
  if (mk_json_get_kind (value) == MK_JSON_STRING && mk_json_get_string_length (value) > 0 && mk_json_get_string_length (value) <= MAX_TEXT)
    return true;
  return mk_error (error, MK_ERROR_TYPE, "“%s” must be text of 1 to %d bytes", name, MAX_TEXT);
}

/* One part of a path: of a task's folder, or of a file in it. */
static bool
is_plain_name (const mk_json *message, const char *name, GError **error)
{
  if (!is_text (message, name, error))
    return false;
  const char *text = mk_json_get_string (mk_json_get (message, name));
  return (mk_path_is_beneath (text) && strchr (text, '/') == NULL) || mk_error (error, MK_ERROR_FORBIDDEN, "“%s” is no plain name", name);
}

static char *
output_path (const mk_desktop *desktop, const mk_json *message)
{
  return g_build_filename (desktop->data_folder, "outputs", mk_json_get_string (mk_json_get (message, "task")),
                           mk_json_has (message, "file") ? mk_json_get_string (mk_json_get (message, "file")) : NULL, NULL);
}

/* --- one function per message --- */

static bool
on_ready (mk_desktop *desktop, const mk_json *message, GError **error)
{
  (void)message;
  (void)error;
  mk_page_set_ready (desktop->page);
  return true;
}

static bool
is_count (const mk_json *message, int *n, GError **error)
{
  const mk_json *value = mk_json_get (message, "n");
  if (mk_json_get_kind (value) != MK_JSON_INT || mk_json_get_int (value) < 0 || mk_json_get_int (value) > 1000000)
    return mk_error (error, MK_ERROR_TYPE, "“n” must be a count of tasks");
  *n = (int)mk_json_get_int (value);
  return true;
}

static bool
on_running (mk_desktop *desktop, const mk_json *message, GError **error)
{
  int n = 0;
  if (!is_count (message, &n, error))
    return false;
  mk_desktop_set_running (desktop, n);
  return true;
}

static bool
on_leave (mk_desktop *desktop, const mk_json *message, GError **error)
{
  int n = 0;
  if (!is_count (message, &n, error))
    return false;
  mk_desktop_leave (desktop, n);
  return true;
}

static bool
on_notify (mk_desktop *desktop, const mk_json *message, GError **error)
{
  if (!is_text (message, "title", error) || !is_text (message, "body", error))
    return false;
  mk_desktop_notify (desktop, mk_json_get_string (mk_json_get (message, "title")), mk_json_get_string (mk_json_get (message, "body")));
  return true;
}

/* The path that is asked for when it is the data folder or lies in it; NULL. */
static char *
own_path (const mk_desktop *desktop, const char *path)
{
  const char *rest = g_str_has_prefix (path, desktop->data_folder) ? path + strlen (desktop->data_folder) : NULL;
  bool is_own = rest != NULL && (rest[0] == '\0' || (rest[0] == '/' && mk_path_is_beneath (rest + 1)));
  return is_own ? g_strdup (path) : NULL;
}

static bool
on_show_folder (mk_desktop *desktop, const mk_json *message, GError **error)
{
  if ((mk_json_has (message, "task") && !is_plain_name (message, "task", error)) || (mk_json_has (message, "path") && !is_text (message, "path", error)))
    return false;
  const char *asked = mk_json_get_string (mk_json_get (message, "path"));
  g_autofree char *path = mk_json_has (message, "path") ? own_path (desktop, asked) : output_path (desktop, message);
  if (path == NULL)
    return mk_error (error, MK_ERROR_FORBIDDEN, "%s is not in %s", asked, desktop->data_folder);
  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return mk_error (error, MK_ERROR_NOT_FOUND, "there is no folder %s", path);
  mk_desktop_open_elsewhere (desktop, path);
  return true;
}

static bool
on_drag_out (mk_desktop *desktop, const mk_json *message, GError **error)
{
  if (!is_plain_name (message, "task", error) || !is_plain_name (message, "file", error))
    return false;
  g_autofree char *path = output_path (desktop, message);
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return mk_error (error, MK_ERROR_NOT_FOUND, "there is no file %s", path);
  return mk_drag_out (desktop, path, mk_json_get_string (mk_json_get (message, "picture")), error);
}

static bool
on_theme (mk_desktop *desktop, const mk_json *message, GError **error)
{
  static const char *const themes[] = { "dark", "light", "system", NULL };
  const char *theme = mk_json_get_string (mk_json_get (message, "theme"));
  if (!g_strv_contains (themes, theme))
    return mk_error (error, MK_ERROR_TYPE, "“theme” must be “dark”, “light” or “system”");
  mk_look_take (desktop, theme);
  return true;
}

static bool
on_words (mk_desktop *desktop, const mk_json *message, GError **error)
{
  if (!mk_words_take (desktop->data_folder, mk_json_get (message, "words"), error))
    return false;
  mk_desktop_fill_menu (desktop);
  return true;
}

static const struct {
  const char *type;
  bool (*run) (mk_desktop *desktop, const mk_json *message, GError **error);
} messages[] = {
  { "ready", on_ready },             /* the page listens for “miktos-shell” */
  { "running", on_running },         /* n: tasks that are not over */
  { "leave", on_leave },             /* n, in answer to “closing” */
  { "notify", on_notify },           /* title, body */
  { "show-folder", on_show_folder }, /* task? or path? */
  { "drag-out", on_drag_out },       /* task, file, picture? */
  { "theme", on_theme },             /* theme: dark, light or system */
  { "words", on_words },             /* words: what the window says itself, in the page's language */
};

mk_json *
mk_message_answer (mk_desktop *desktop, const char *text, GError **error)
{
  mk_json_limits limits = { .max_bytes = MAX_MESSAGE, .max_depth = 8 };
  g_autoptr (mk_json) message = NULL;
  if (!mk_json_parse (text, -1, &limits, &message, error))
    return NULL;
  const char *type = mk_json_get_string (mk_json_get (message, "type"));
  for (size_t i = 0; i < MK_COUNT (messages); i++)
    if (g_str_equal (messages[i].type, type))
      return messages[i].run (desktop, message, error) ? mk_json_new_bool (true) : NULL;
  mk_error (error, MK_ERROR_USAGE, "the window knows no message “%.40s”", type);
  return NULL;
}
