/* drop.c - files that are dropped on the window. WebKitGTK hands a page no files of other programs (2.50 tells it of an address,
 * and of no file), so the window takes them and tells the page where they fell.
 *
 * What the page itself drags is left to it. */
#include "desktop/desktop.h"

/* A hand that drops a whole folder's content does not fill the page's memory. */
#define MOST_FILES 16

static gboolean
on_accept (GtkDropTarget *target, GdkDrop *drop, void *user)
{
  (void)target;
  (void)user;
  const GdkContentFormats *formats = gdk_drop_get_formats (drop);
  bool is_of_this_program = gdk_drop_get_drag (drop) != NULL;
  return gdk_content_formats_contain_gtype (formats, G_TYPE_FILE) || (!is_of_this_program && gdk_content_formats_contain_mime_type (formats, "text/uri-list"));
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, void *user)
{
  GtkWidget *over = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target));
  mk_place place = { x / MAX (1, gtk_widget_get_width (over)), y / MAX (1, gtk_widget_get_height (over)) };
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));
  int n = 0;
  for (GSList *each = files; each != NULL && n < MOST_FILES; each = each->next, n++)
    mk_desktop_open_file (user, each->data, &place);
  return n > 0;
}

void
mk_drop_watch (struct mk_desktop *desktop, GtkWidget *over)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE); /* before the web view */
  g_signal_connect (target, "accept", G_CALLBACK (on_accept), NULL);
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), desktop);
  gtk_widget_add_controller (over, GTK_EVENT_CONTROLLER (target));
}
