/* window.c - the window, its header, and the size that it remembers. Where it stands is the window system's choice. */
#include <string.h>

#include "base/file.h"
#include "desktop/desktop.h"

#define GROUP "window"

static char *
state_path (void)
{
  return g_build_filename (g_get_user_state_dir (), "miktos", "window.conf", NULL);
}

static void
restore (GtkWindow *window)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = state_path ();
  int width = 1440, height = 900;
  if (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL)) {
    width = CLAMP (g_key_file_get_integer (file, GROUP, "width", NULL), 360, 16384);
    height = CLAMP (g_key_file_get_integer (file, GROUP, "height", NULL), 320, 16384);
    if (g_key_file_get_boolean (file, GROUP, "maximized", NULL))
      gtk_window_maximize (window);
    if (g_key_file_get_boolean (file, GROUP, "fullscreen", NULL))
      gtk_window_fullscreen (window);
  }
  gtk_window_set_default_size (window, width, height);
}

/* What cannot be kept is no reason to hold anybody up. */
void
mk_window_remember (GtkWindow *window)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = state_path (), *folder = g_path_get_dirname (path);
  int width, height;
  gtk_window_get_default_size (window, &width, &height); /* without maximizing */
  g_key_file_set_integer (file, GROUP, "width", width);
  g_key_file_set_integer (file, GROUP, "height", height);
  g_key_file_set_boolean (file, GROUP, "maximized", gtk_window_is_maximized (window));
  g_key_file_set_boolean (file, GROUP, "fullscreen", gtk_window_is_fullscreen (window));
  g_autofree char *text = g_key_file_to_data (file, NULL, NULL);
  if (mk_folder_make (folder, NULL))
    mk_file_write (path, text, strlen (text), NULL);
}

static gboolean
on_close (GtkWindow *window, void *user)
{
  mk_window_remember (window);
  mk_desktop_close (user);
  return TRUE; /* hidden; it is gone when nothing is under way */
}

static GtkWidget *
make_header (mk_desktop *desktop)
{
  GtkWidget *header = gtk_header_bar_new (), *menu = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (menu), "open-menu-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (menu), g_object_get_data (G_OBJECT (desktop->application), "menu"));
  gtk_menu_button_set_primary (GTK_MENU_BUTTON (menu), TRUE); /* F10 */
  gtk_accessible_update_property (GTK_ACCESSIBLE (menu), GTK_ACCESSIBLE_PROPERTY_LABEL, mk_word ("menu"), -1);
  gtk_header_bar_pack_end (GTK_HEADER_BAR (header), menu);
  return header;
}

GtkWindow *
mk_window_new (mk_desktop *desktop)
{
  GtkWindow *window = GTK_WINDOW (gtk_application_window_new (desktop->application));
  gtk_window_set_title (window, "Miktos");
  gtk_window_set_icon_name (window, MK_DESKTOP_ID);
  gtk_window_set_titlebar (window, make_header (desktop));
  gtk_window_set_child (window, mk_page_widget (desktop->page));
  mk_drop_watch (desktop, mk_page_widget (desktop->page));
  restore (window);
  g_signal_connect (window, "close-request", G_CALLBACK (on_close), desktop);
  return window;
}
