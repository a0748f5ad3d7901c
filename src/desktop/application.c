#include <glib-unix.h>
#include <signal.h>
#include <string.h>

#include "desktop/desktop.h"

#define MAX_FILE ((goffset)256 << 20)

/* --- work that goes on ---
 *
 * A closed window is hidden at once, and the page asked what is under way: it alone knows of a film that has only just
 * been asked for. Nothing: the program ends. Something: it goes on without a window until the page says that it is over. */

#define ANSWER_S 60   /* the page may still be loading, from a bridge that is still starting */
#define WRITE_MS 1500 /* WebKit writes down half a second later what a page keeps, and not at all when it ends before */

static void
end_wait (mk_desktop *desktop)
{
  desktop->is_asked = false;
  if (desktop->answer_timer != 0)
    g_source_remove (desktop->answer_timer);
  desktop->answer_timer = 0;
}

static void
let_go (mk_desktop *desktop)
{
  end_wait (desktop);
  if (!desktop->is_held)
    return;
  desktop->is_held = false;
  if (!gtk_widget_get_visible (GTK_WIDGET (desktop->window)))
    gtk_window_destroy (desktop->window);
  g_application_release (G_APPLICATION (desktop->application));
}

static gboolean
on_waited (void *user)
{
  mk_desktop *desktop = user;
  desktop->answer_timer = 0;
  let_go (desktop);
  return G_SOURCE_REMOVE;
}

void
mk_desktop_set_running (mk_desktop *desktop, int n)
{
  if (n == 0 && !desktop->is_asked && desktop->answer_timer == 0)
    let_go (desktop);
}

void
mk_desktop_leave (mk_desktop *desktop, int n)
{
  bool is_hidden = desktop->window != NULL && !gtk_widget_get_visible (GTK_WIDGET (desktop->window));
  end_wait (desktop);
  if (n == 0)
    desktop->answer_timer = g_timeout_add (WRITE_MS, on_waited, desktop);
  else if (is_hidden)
    mk_desktop_notify (desktop, mk_word ("goes-on"), mk_word ("goes-on-text"));
}

static void
ask_what_is_under_way (mk_desktop *desktop)
{
  mk_json *question = mk_json_new_object ();
  mk_json_set (question, "type", mk_json_new_string ("closing"));
  mk_page_tell (desktop->page, question);
}

void
mk_desktop_has_crashed (mk_desktop *desktop)
{
  if (desktop->is_asked)
    ask_what_is_under_way (desktop);
}

void
mk_desktop_close (mk_desktop *desktop)
{
  gtk_widget_set_visible (GTK_WIDGET (desktop->window), FALSE);
  if (!desktop->is_held)
    g_application_hold (G_APPLICATION (desktop->application));
  desktop->is_held = true;
  if (desktop->has_failed) {
    let_go (desktop);
    return;
  }
  desktop->is_asked = true;
  if (desktop->answer_timer == 0)
    desktop->answer_timer = g_timeout_add_seconds (ANSWER_S, on_waited, desktop);
  ask_what_is_under_way (desktop);
}

/* Not while somebody looks at the window: the interface says it there. */
void
mk_desktop_notify (mk_desktop *desktop, const char *title, const char *body)
{
  if (desktop->window != NULL && gtk_window_is_active (desktop->window) && gtk_widget_get_visible (GTK_WIDGET (desktop->window)))
    return;
  g_autoptr (GNotification) notification = g_notification_new (title);
  g_notification_set_body (notification, body);
  g_notification_set_default_action (notification, "app.show");
  g_application_send_notification (G_APPLICATION (desktop->application), NULL, notification);
}

/* --- the bridge --- */

static void
on_bridge_up (void *user, const char *url)
{
  mk_desktop *desktop = user;
  desktop->has_failed = false;
  mk_page_open (desktop->page, url);
}

static void
on_bridge_failed (void *user, const char *kind, const char *message)
{
  mk_desktop *desktop = user;
  g_autofree char *name = g_strconcat ("failed-", kind, NULL);
  desktop->has_failed = true;
  mk_page_say (desktop->page, mk_word ("failed"), mk_has_word (name) ? mk_word (name) : mk_word ("failed-other"), message, true);
  let_go (desktop);
}

/* --- files and links --- */

void
mk_desktop_tell_refusal (mk_desktop *desktop, const char *why, const char *what)
{
  g_autofree char *shown = g_utf8_make_valid (what, -1);
  mk_json *detail = mk_json_new_object ();
  mk_json_set (detail, "type", mk_json_new_string ("refused"));
  mk_json_set (detail, "why", mk_json_new_string (why));
  mk_json_set (detail, "what", mk_json_new_string (shown));
  mk_page_tell (desktop->page, detail);
}

static void
refuse_file (mk_desktop *desktop, GFile *file, const GError *error)
{
  static const struct {
    GIOErrorEnum code;
    const char *why;
  } known[] = { { G_IO_ERROR_NOT_FOUND, "missing" }, { G_IO_ERROR_IS_DIRECTORY, "folder" }, { G_IO_ERROR_PERMISSION_DENIED, "forbidden" }, { G_IO_ERROR_MESSAGE_TOO_LARGE, "large" } };
  const char *why = "unreadable";
  for (size_t i = 0; i < MK_COUNT (known); i++)
    if (g_error_matches (error, G_IO_ERROR, (int)known[i].code))
      why = known[i].why;
  g_autofree char *name = g_file_get_parse_name (file);
  mk_desktop_tell_refusal (desktop, why, name);
}

/* What is read of a file, and for whom. */
typedef struct {
  mk_desktop *desktop;
  mk_place place;
  bool has_place;
} reading;

static void
on_file_read (GObject *source, GAsyncResult *result, void *user)
{
  g_autofree reading *r = user;
  mk_desktop *desktop = r->desktop;
  g_autoptr (GError) error = NULL;
  char *bytes = NULL;
  gsize length = 0;
  if (!g_file_load_contents_finish (G_FILE (source), result, &bytes, &length, NULL, &error)) {
    refuse_file (desktop, G_FILE (source), error);
    return;
  }
  g_autofree char *name = g_file_get_basename (G_FILE (source)), *coded = g_base64_encode ((const guchar *)bytes, length);
  mk_json *detail = mk_json_new_object ();
  mk_json_set (detail, "type", mk_json_new_string ("file"));
  mk_json_set (detail, "name", mk_json_new_string (name));
  mk_json_set (detail, "base64", mk_json_new_string (coded));
  if (r->has_place) {
    mk_json_set (detail, "x", mk_json_new_real (r->place.x));
    mk_json_set (detail, "y", mk_json_new_real (r->place.y));
  }
  mk_page_tell (desktop->page, detail);
  g_free (bytes);
}

void
mk_desktop_open_file (mk_desktop *desktop, GFile *file, const mk_place *place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE, NULL, &error);
  if (info != NULL && g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY, "it is a folder");
  else if (info != NULL && g_file_info_get_size (info) > MAX_FILE)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, "it is too large");
  if (error != NULL) {
    refuse_file (desktop, file, error);
    return;
  }
  reading *r = g_new0 (reading, 1);
  *r = (reading){ desktop, place != NULL ? *place : (mk_place){ 0 }, place != NULL };
  g_file_load_contents_async (file, NULL, on_file_read, r);
}

static void
open_one (mk_desktop *desktop, GFile *file)
{
  g_autofree char *uri = g_file_get_uri (file);
  if (!g_str_has_prefix (uri, "miktos:")) {
    mk_desktop_open_file (desktop, file, NULL);
    return;
  }
  mk_json *link = mk_deep_link_read (uri, NULL);
  if (link != NULL)
    mk_page_tell (desktop->page, link);
  else
    mk_desktop_tell_refusal (desktop, "link", uri);
}

/* --- what opens elsewhere --- */

typedef struct {
  mk_desktop *desktop;
  char *what;
} opening;

static void
on_opened (GObject *source, GAsyncResult *result, void *user)
{
  opening *o = user;
  g_autoptr (GError) error = NULL;
  if (!gtk_show_uri_full_finish (GTK_WINDOW (source), result, &error) && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    mk_desktop_tell_refusal (o->desktop, "unopened", o->what);
  g_free (o->what);
  g_free (o);
}

void
mk_desktop_open_elsewhere (mk_desktop *desktop, const char *what)
{
  g_autofree char *uri = g_path_is_absolute (what) ? g_filename_to_uri (what, NULL, NULL) : g_strdup (what);
  opening *o = g_new (opening, 1);
  *o = (opening){ desktop, g_strdup (what) };
  gtk_show_uri_full (desktop->window, uri, GDK_CURRENT_TIME, NULL, on_opened, o);
}

/* --- actions --- */

static void
on_show (GSimpleAction *action, GVariant *parameter, void *user)
{
  (void)action;
  (void)parameter;
  g_application_activate (G_APPLICATION (((mk_desktop *)user)->application));
}

static void
on_file_chosen (GtkNativeDialog *dialog, int response, void *user)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;
  if (file != NULL)
    mk_desktop_open_file (user, file, NULL);
  g_object_unref (dialog);
}

static void
on_open_file (GSimpleAction *action, GVariant *parameter, void *user)
{
  (void)action;
  (void)parameter;
  mk_desktop *desktop = user;
  GtkFileChooserNative *dialog = mk_open_dialog_new (desktop);
  g_signal_connect (dialog, "response", G_CALLBACK (on_file_chosen), desktop);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
on_outputs (GSimpleAction *action, GVariant *parameter, void *user)
{
  (void)action;
  (void)parameter;
  mk_desktop *desktop = user;
  g_autofree char *path = g_build_filename (desktop->data_folder, "outputs", NULL);
  mk_desktop_open_elsewhere (desktop, path);
}

/* What the page does by itself: "new-project", "settings". */
static void
on_page_command (GSimpleAction *action, GVariant *parameter, void *user)
{
  (void)parameter;
  mk_json *detail = mk_json_new_object ();
  mk_json_set (detail, "type", mk_json_new_string ("command"));
  mk_json_set (detail, "name", mk_json_new_string (g_action_get_name (G_ACTION (action))));
  mk_page_tell (((mk_desktop *)user)->page, detail);
}

static void
on_fullscreen (GSimpleAction *action, GVariant *parameter, void *user)
{
  (void)action;
  (void)parameter;
  GtkWindow *window = ((mk_desktop *)user)->window;
  if (gtk_window_is_fullscreen (window))
    gtk_window_unfullscreen (window);
  else
    gtk_window_fullscreen (window);
}

static void
on_zoom (GSimpleAction *action, GVariant *parameter, void *user)
{
  (void)parameter;
  const char *name = g_action_get_name (G_ACTION (action));
  mk_page_zoom (((mk_desktop *)user)->page, g_str_equal (name, "zoom-in") ? 1.1 : g_str_equal (name, "zoom-out") ? 1 / 1.1 : 0);
}

static void
on_close_window (GSimpleAction *action, GVariant *parameter, void *user)
{
  (void)action;
  (void)parameter;
  gtk_window_close (((mk_desktop *)user)->window);
}

/* Name, which is that of its words too, its part of the menu, what it does, its keys. */
static const struct {
  const char *name, *section; /* section NULL = not in the menu */
  void (*run) (GSimpleAction *, GVariant *, void *);
  const char *keys[3];
} actions[] = {
  { "new-project", "file", on_page_command, { "<Control><Shift>n" } },
  { "open-file", "file", on_open_file, { "<Control>o" } },
  { "outputs", "file", on_outputs, { "<Control><Shift>o" } },
  { "zoom-in", "view", on_zoom, { "<Control>plus", "<Control>equal" } },
  { "zoom-out", "view", on_zoom, { "<Control>minus" } },
  { "zoom-reset", "view", on_zoom, { "<Control>0" } },
  { "fullscreen", "view", on_fullscreen, { "F11" } },
  { "settings", "program", on_page_command, { "<Control>comma" } },
  { "close", "program", on_close_window, { "<Control>w", "<Control>q" } },
  { "show", NULL, on_show, { NULL } },
};

void
mk_desktop_fill_menu (mk_desktop *desktop)
{
  GMenu *menu = g_object_get_data (G_OBJECT (desktop->application), "menu"), *section = NULL;
  const char *name = NULL;
  g_menu_remove_all (menu);
  for (size_t i = 0; i < MK_COUNT (actions); i++) {
    g_autofree char *full = g_strconcat ("app.", actions[i].name, NULL);
    if (actions[i].section == NULL)
      continue;
    if (g_strcmp0 (name, actions[i].section) != 0) {
      section = g_menu_new ();
      g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
      g_object_unref (section); /* the menu holds it */
      name = actions[i].section;
    }
    g_menu_append (section, mk_word (actions[i].name), full);
  }
}

static void
add_actions (mk_desktop *desktop)
{
  for (size_t i = 0; i < MK_COUNT (actions); i++) {
    g_autoptr (GSimpleAction) action = g_simple_action_new (actions[i].name, NULL);
    g_autofree char *full = g_strconcat ("app.", actions[i].name, NULL);
    g_signal_connect (action, "activate", G_CALLBACK (actions[i].run), desktop);
    g_action_map_add_action (G_ACTION_MAP (desktop->application), G_ACTION (action));
    gtk_application_set_accels_for_action (desktop->application, full, actions[i].keys);
  }
  g_object_set_data_full (G_OBJECT (desktop->application), "menu", g_menu_new (), g_object_unref);
  mk_desktop_fill_menu (desktop);
}

/* --- life --- */

/* Ended from outside: the bridge is told, as after a window that was closed. */
static gboolean
on_signal (void *user)
{
  mk_desktop *desktop = user;
  if (desktop->window != NULL && gtk_widget_get_visible (GTK_WIDGET (desktop->window))) /* a hidden one was remembered when it was closed */
    mk_window_remember (desktop->window);
  g_application_quit (G_APPLICATION (desktop->application));
  return G_SOURCE_CONTINUE;
}

static void
on_startup (GApplication *application, void *user)
{
  (void)application;
  mk_desktop *desktop = user;
  static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
  for (size_t i = 0; i < MK_COUNT (signals); i++)
    g_unix_signal_add (signals[i], on_signal, desktop);
  mk_bridge_link_events events = { on_bridge_up, on_bridge_failed, desktop };
  mk_words_remember (desktop->data_folder);
  mk_look_remember (desktop);
  add_actions (desktop);
  desktop->link = mk_bridge_link_new (desktop->program, desktop->data_folder, &events);
}

static void
on_window_gone (GtkWidget *window, void *user)
{
  (void)window;
  ((mk_desktop *)user)->window = NULL;
}

static void
on_activate (GApplication *application, void *user)
{
  (void)application;
  mk_desktop *desktop = user;
  if (desktop->window == NULL) {
    mk_page_free (desktop->page);
    desktop->page = mk_page_new (desktop, desktop->is_automated);
    desktop->window = mk_window_new (desktop);
    g_signal_connect (desktop->window, "destroy", G_CALLBACK (on_window_gone), desktop);
    mk_page_say (desktop->page, "Miktos", mk_word ("starting"), NULL, false);
    mk_bridge_link_connect (desktop->link);
  }
  gtk_window_present (desktop->window);
}

static void
on_open (GApplication *application, GFile **files, int n, const char *hint, void *user)
{
  (void)hint;
  on_activate (application, user);
  for (int i = 0; i < n; i++)
    open_one (user, files[i]);
}

/* One window for each folder of projects: a second start over the same one goes to the first, over another one it is a first itself. */
static char *
own_id (const mk_desktop *desktop)
{
  g_autofree char *usual = mk_desktop_usual_folder (), *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, desktop->data_folder, -1);
  return g_str_equal (usual, desktop->data_folder) ? g_strdup (MK_DESKTOP_ID) : g_strdup_printf (MK_DESKTOP_ID ".over_%.16s", sum);
}

int
mk_desktop_run (mk_desktop *desktop, int argc, char **argv)
{
  GApplicationFlags flags = G_APPLICATION_HANDLES_OPEN | (desktop->is_automated ? G_APPLICATION_NON_UNIQUE : G_APPLICATION_DEFAULT_FLAGS);
  g_autofree char *id = own_id (desktop);
  desktop->application = gtk_application_new (id, flags);
  g_signal_connect (desktop->application, "startup", G_CALLBACK (on_startup), desktop);
  g_signal_connect (desktop->application, "activate", G_CALLBACK (on_activate), desktop);
  g_signal_connect (desktop->application, "open", G_CALLBACK (on_open), desktop);
  int status = g_application_run (G_APPLICATION (desktop->application), argc, argv);
  mk_bridge_link_free (desktop->link);
  mk_page_free (desktop->page);
  g_object_unref (desktop->application);
  return status;
}
