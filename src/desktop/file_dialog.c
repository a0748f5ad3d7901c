/* file_dialog.c - where to open a file from, and where to save one: with the page's words on its buttons, and only such
 * files shown as fit, until all are asked for. */
#include <string.h>

#include "desktop/desktop.h"

/* What may carry a workflow. */
static const char *const openable[] = { "json", "png", "webp", "mp4", "glb", NULL };

static void
add_filter (GtkFileChooser *chooser, const char *name, const char *const *suffixes)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  gtk_file_filter_set_name (filter, name);
  for (; suffixes != NULL && *suffixes != NULL; suffixes++)
    gtk_file_filter_add_suffix (filter, *suffixes);
  if (suffixes == NULL)
    gtk_file_filter_add_pattern (filter, "*");
  gtk_file_chooser_add_filter (chooser, filter);
}

static GtkFileChooserNative *
make (struct mk_desktop *desktop, GtkFileChooserAction action, const char *title, const char *accept, const char *kind, const char *const *suffixes)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (title, desktop->window, action, accept, mk_word ("cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  if (suffixes != NULL)
    add_filter (GTK_FILE_CHOOSER (dialog), kind, suffixes);
  add_filter (GTK_FILE_CHOOSER (dialog), mk_word ("all-files"), NULL);
  return dialog;
}

GtkFileChooserNative *
mk_open_dialog_new (struct mk_desktop *desktop)
{
  return make (desktop, GTK_FILE_CHOOSER_ACTION_OPEN, mk_word ("open-title"), mk_word ("open"), mk_word ("open-kinds"), openable);
}

GtkFileChooserNative *
mk_save_dialog_new (struct mk_desktop *desktop, const char *suggested)
{
  const char *dot = strrchr (suggested, '.'), *suffixes[] = { dot != NULL ? dot + 1 : NULL, NULL };
  bool has_suffix = dot != NULL && dot[1] != '\0';
  g_autofree char *upper = has_suffix ? g_utf8_strup (dot + 1, -1) : NULL, *kind = has_suffix ? g_strdup_printf ("%s (*%s)", upper, dot) : NULL;
  GtkFileChooserNative *dialog = make (desktop, GTK_FILE_CHOOSER_ACTION_SAVE, mk_word ("save-title"), mk_word ("save"), kind, has_suffix ? suffixes : NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), suggested);
  return dialog;
}
