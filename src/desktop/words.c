/* words.c - what the window says itself. The page has all texts in each language and tells these; they are kept, for the
 * window speaks before there is a page, and when there is none. Until it has been told any, it speaks English. */
#include <string.h>

#include "base/file.h"
#include "desktop/desktop.h"

#define MAX_WORD 300
#define MAX_KEPT 65536

static const struct {
  const char *name, *english;
} words[] = {
  { "new-project", "New Project" },
  { "open-file", "Open…" },
  { "outputs", "Show Output Folder" },
  { "zoom-in", "Zoom In" },
  { "zoom-out", "Zoom Out" },
  { "zoom-reset", "Normal Size" },
  { "fullscreen", "Full Screen" },
  { "settings", "Settings" },
  { "close", "Close" },
  { "menu", "Menu" },
  { "open-title", "Open a workflow, picture, film or scene" },
  { "open-kinds", "Workflows, pictures, films and scenes" },
  { "all-files", "All files" },
  { "open", "Open" },
  { "save-title", "Save as" },
  { "save", "Save" },
  { "cancel", "Cancel" },
  { "save-failed", "The file could not be saved" },
  { "goes-on", "Miktos goes on working" },
  { "goes-on-text", "It ends by itself when the film is done. Open it again to watch." },
  { "starting", "One moment…" },
  { "failed", "Miktos does not start" },
  { "failed-disk", "The disk does not take what is written: it may be full, or for reading only. Make room, or choose another folder with MIKTOS_DATA." },
  { "failed-forbidden", "The folder of the projects may not be written. Allow it, or choose another one with MIKTOS_DATA." },
  { "failed-exists", "Another Miktos uses the same folder of projects. Close it, or choose another one with MIKTOS_DATA." },
  { "failed-unavailable", "Another program holds the projects just now. Nothing was changed: try again in a moment." },
  { "failed-format", "What keeps the projects is damaged. A backup brings them back: miktos restore FILE." },
  { "failed-unsupported", "The projects were written by a newer Miktos. Install that one to open them." },
  { "failed-usage", "A setting is wrong. Mend it in ~/.config/miktos/miktos.conf." },
  { "failed-other", "The program that does the work has ended. This is what it said last:" },
  { "crashed", "The window has ended several times in a row" },
  { "crashed-text", "Films that are under way go on, and nothing that was made is lost. The system may be short of memory." },
  { "retry", "Try again" },
};

static char *told[MK_COUNT (words)]; /* NULL = English */

static int
find (const char *name)
{
  for (size_t i = 0; i < MK_COUNT (words); i++)
    if (g_str_equal (words[i].name, name))
      return (int)i;
  return -1;
}

bool
mk_has_word (const char *name)
{
  return find (name) >= 0;
}

const char *
mk_word (const char *name)
{
  int i = find (name);
  g_assert (i >= 0);
  return told[i] != NULL ? told[i] : words[i].english;
}

static bool
check (const mk_json *given, GError **error)
{
  if (mk_json_get_kind (given) != MK_JSON_OBJECT)
    return mk_error (error, MK_ERROR_TYPE, "“words” must be an object of texts");
  for (size_t i = 0; i < MK_COUNT (words); i++) {
    const mk_json *text = mk_json_get (given, words[i].name);
    size_t length = mk_json_get_kind (text) == MK_JSON_STRING ? mk_json_get_string_length (text) : 0;
    if (length == 0 || length > MAX_WORD)
      return mk_error (error, MK_ERROR_TYPE, "“words”: “%s” must be text of 1 to %d bytes", words[i].name, MAX_WORD);
  }
  return mk_json_length (given) == MK_COUNT (words) || mk_error (error, MK_ERROR_TYPE, "“words” has more than the %zu texts that the window says", MK_COUNT (words));
}

static char *
kept_path (const char *data_folder)
{
  return g_build_filename (data_folder, "window", "words.json", NULL);
}

bool
mk_words_take (const char *data_folder, const mk_json *given, GError **error)
{
  if (!check (given, error))
    return false;
  for (size_t i = 0; i < MK_COUNT (words); i++) {
    g_free (told[i]);
    told[i] = g_strdup (mk_json_get_string (mk_json_get (given, words[i].name)));
  }
  g_autofree char *path = kept_path (data_folder), *folder = g_path_get_dirname (path), *text = mk_json_print_compact (given);
  if (mk_folder_make (folder, NULL)) /* what cannot be kept is told again at the next start */
    mk_file_write (path, text, strlen (text), NULL);
  return true;
}

void
mk_words_remember (const char *data_folder)
{
  g_autofree char *path = kept_path (data_folder), *text = NULL;
  g_autoptr (mk_json) kept = NULL;
  size_t length = 0;
  mk_json_limits limits = { .max_bytes = MAX_KEPT, .max_depth = 2 };
  if (mk_file_read (path, MAX_KEPT, &text, &length, NULL) && mk_json_parse (text, (gssize)length, &limits, &kept, NULL))
    mk_words_take (data_folder, kept, NULL);
}
