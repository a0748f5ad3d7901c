#include <string.h>

#include "desktop/desktop.h"

#define MAX_CRASHES 3 /* in a row, */
#define CRASHES_S 60  /* each so soon after the last */

struct mk_page {
  mk_desktop *desktop;
  GtkWidget *frame;     /* the view, with a note of our own over it */
  WebKitWebView *view;
  mk_note note;
  mk_page_look *look;
  WebKitNetworkSession *session;
  char *origin;         /* of the interface, "http://127.0.0.1:8000"; NULL before it is known */
  bool is_ready, has_failed;
  GPtrArray *kept;      /* mk_json to tell when it is */
  unsigned n_crashes;   /* in a row */
  int64_t crashed_us;   /* when it did last */
};

/* The bridge keeps who opened a page from it, and WebKit ends the process that has just begun and begins another for that, which takes
 * half a second. Nobody opens pages here but we, and the header says so. */
static void
load (mk_page *page, const char *url)
{
  g_autoptr (WebKitURIRequest) request = webkit_uri_request_new (url);
  soup_message_headers_append (webkit_uri_request_get_http_headers (request), "Miktos-Window", "1");
  webkit_web_view_load_request (page->view, request);
}

/* --- where it may go --- */

static bool
is_ours (const mk_page *page, const char *uri)
{
  size_t n = page->origin != NULL ? strlen (page->origin) : 0;
  return g_str_has_prefix (uri, "about:") || (n > 0 && strncmp (uri, page->origin, n) == 0 && (uri[n] == '\0' || uri[n] == '/'));
}

/* The page's links with “download”: what the bridge serves beside the page, and what the page has made itself. */
static bool
is_file (const mk_page *page, const char *uri)
{
  if (g_str_has_prefix (uri, "blob:"))
    return is_ours (page, uri + strlen ("blob:"));
  return page->origin != NULL && is_ours (page, uri) && g_str_has_prefix (uri + strlen (page->origin), "/api/");
}

static bool
is_elsewhere (const char *uri)
{
  return g_str_has_prefix (uri, "https://") || g_str_has_prefix (uri, "http://");
}

static gboolean
on_policy (WebKitWebView *view, WebKitPolicyDecision *decision, WebKitPolicyDecisionType type, void *user)
{
  (void)view;
  mk_page *page = user;
  if (type == WEBKIT_POLICY_DECISION_TYPE_RESPONSE)
    return FALSE;
  WebKitNavigationAction *action = webkit_navigation_policy_decision_get_navigation_action (WEBKIT_NAVIGATION_POLICY_DECISION (decision));
  const char *uri = webkit_uri_request_get_uri (webkit_navigation_action_get_request (action));
  if (is_file (page, uri))
    webkit_policy_decision_download (decision);
  else if (type == WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION && is_ours (page, uri))
    webkit_policy_decision_use (decision);
  else {
    webkit_policy_decision_ignore (decision);
    if (is_elsewhere (uri)) /* other schemes open nowhere */
      mk_desktop_open_elsewhere (page->desktop, uri);
  }
  return TRUE;
}

/* Microphone, camera, places: the interface needs none of them. */
static gboolean
on_permission (WebKitWebView *view, WebKitPermissionRequest *request, void *user)
{
  (void)view;
  (void)user;
  webkit_permission_request_deny (request);
  return TRUE;
}

/* It comes back by itself, but not without end: who crashes at each start would only heat the machine. */
static gboolean
on_crash (WebKitWebView *view, WebKitWebProcessTerminationReason reason, void *user)
{
  (void)view;
  (void)reason;
  mk_page *page = user;
  page->is_ready = false;
  page->n_crashes = g_get_monotonic_time () - page->crashed_us < CRASHES_S * G_USEC_PER_SEC ? page->n_crashes + 1 : 1;
  page->crashed_us = g_get_monotonic_time ();
  if (page->desktop->window == NULL)
    return TRUE; /* nobody looks, and nothing is under way */
  if (page->n_crashes > MAX_CRASHES)
    mk_page_say (page, mk_word ("crashed"), mk_word ("crashed-text"), NULL, true);
  else if (page->origin != NULL) {
    g_autofree char *at = g_strdup (webkit_web_view_get_uri (page->view)); /* says which view was open */
    load (page, at != NULL && g_str_has_prefix (at, page->origin) ? at : page->origin);
  }
  mk_desktop_has_crashed (page->desktop);
  return TRUE;
}

/* --- what it asks --- */

static gboolean
on_message (WebKitUserContentManager *manager, JSCValue *value, WebKitScriptMessageReply *reply, void *user)
{
  (void)manager;
  mk_page *page = user;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = jsc_value_to_json (value, 0);
  const char *uri = webkit_web_view_get_uri (page->view);
  bool is_allowed = uri != NULL && page->origin != NULL && is_ours (page, uri);
  g_autoptr (mk_json) answer = is_allowed ? mk_message_answer (page->desktop, text != NULL ? text : "null", &error) : NULL;
  if (answer != NULL) {
    g_autofree char *json = mk_json_print_compact (answer);
    g_autoptr (JSCValue) made = jsc_value_new_from_json (jsc_value_get_context (value), json);
    webkit_script_message_reply_return_value (reply, made);
  } else
    webkit_script_message_reply_return_error_message (reply, error != NULL ? error->message : "only the interface may ask");
  return TRUE;
}

/* --- what is saved ---
 *
 * A window may be closed while a file is on its way: the program then stays until the file is there. So nothing here
 * knows the page, which may be gone by then; what a save needs of it, it holds. */

static void
on_place_chosen (GtkNativeDialog *dialog, int response, void *user)
{
  WebKitDownload *download = user;
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  if (path == NULL)
    webkit_download_cancel (download);
  else {
    webkit_download_set_allow_overwrite (download, TRUE); /* the dialog has asked */
    webkit_download_set_destination (download, path);
  }
  g_object_unref (download);
  g_object_unref (dialog);
}

static gboolean
on_destination (WebKitDownload *download, const char *suggested, void *user)
{
  GtkFileChooserNative *dialog = mk_save_dialog_new (user, suggested);
  g_signal_connect (dialog, "response", G_CALLBACK (on_place_chosen), g_object_ref (download));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
  return TRUE;
}

static void
on_download_failed (WebKitDownload *download, GError *error, void *user)
{
  if (g_error_matches (error, WEBKIT_DOWNLOAD_ERROR, WEBKIT_DOWNLOAD_ERROR_CANCELLED_BY_USER))
    return;
  const char *place = webkit_download_get_destination (download);
  mk_desktop_tell_refusal (user, "unsaved", place != NULL ? place : "");
  mk_desktop_notify (user, mk_word ("save-failed"), error->message);
}

/* After a failure, too. */
static void
on_download_over (WebKitDownload *download, void *user)
{
  (void)download;
  g_application_release (G_APPLICATION (((mk_desktop *)user)->application));
}

static void
on_download (WebKitNetworkSession *session, WebKitDownload *download, void *user)
{
  g_application_hold (G_APPLICATION (((mk_desktop *)user)->application));
  g_object_set_data_full (G_OBJECT (download), "session", g_object_ref (session), g_object_unref);
  g_signal_connect (download, "decide-destination", G_CALLBACK (on_destination), user);
  g_signal_connect (download, "failed", G_CALLBACK (on_download_failed), user);
  g_signal_connect (download, "finished", G_CALLBACK (on_download_over), user);
}

/* --- its making --- */

static WebKitSettings *
make_settings (const mk_desktop *desktop)
{
  WebKitSettings *settings = webkit_settings_new_with_settings ("enable-developer-extras", g_getenv ("MIKTOS_DEVELOPER") != NULL, "enable-webgl", TRUE, "enable-back-forward-navigation-gestures", FALSE,
                                            "javascript-can-access-clipboard", TRUE, "enable-smooth-scrolling", TRUE, NULL);
  if (!desktop->is_drawn_by_card)
    webkit_settings_set_hardware_acceleration_policy (settings, WEBKIT_HARDWARE_ACCELERATION_POLICY_NEVER);
  return settings;
}

static void
on_retry (void *user)
{
  mk_page *page = user;
  mk_page_say (page, "Miktos", mk_word ("starting"), NULL, false);
  mk_bridge_link_connect (page->desktop->link);
}

/* A page that does not say that it is ready is shown all the same. */
static void
on_load (WebKitWebView *view, WebKitLoadEvent event, void *user)
{
  (void)view;
  mk_page *page = user;
  if (event != WEBKIT_LOAD_FINISHED)
    return;
  mk_page_look_begin (page->look);
  if (!page->has_failed)
    gtk_widget_set_visible (page->note.widget, FALSE);
}

static WebKitWebView *
on_automation_view (WebKitAutomationSession *session, void *user)
{
  (void)session;
  return ((mk_page *)user)->view;
}

static void
on_automation (WebKitWebContext *context, WebKitAutomationSession *session, void *user)
{
  (void)context;
  g_signal_connect (session, "create-web-view", G_CALLBACK (on_automation_view), user);
}

mk_page *
mk_page_new (mk_desktop *desktop, bool is_automated)
{
  mk_page *page = g_new0 (mk_page, 1);
  g_autofree char *data = g_build_filename (desktop->data_folder, "window", NULL);
  g_autofree char *cache = g_build_filename (g_get_user_cache_dir (), "miktos", "window", NULL);
  g_autoptr (WebKitUserContentManager) manager = webkit_user_content_manager_new ();
  g_autoptr (WebKitSettings) settings = make_settings (desktop);
  g_autoptr (WebKitWebContext) context = webkit_web_context_new ();
  page->desktop = desktop;
  page->kept = g_ptr_array_new_with_free_func ((GDestroyNotify)mk_json_unref);
  page->session = is_automated ? webkit_network_session_new_ephemeral () : webkit_network_session_new (data, cache);
  webkit_web_context_set_automation_allowed (context, is_automated);
  g_signal_connect (context, "automation-started", G_CALLBACK (on_automation), page);
  webkit_user_content_manager_register_script_message_handler_with_reply (manager, "miktos", NULL);
  g_signal_connect (manager, "script-message-with-reply-received::miktos", G_CALLBACK (on_message), page);
  page->view = g_object_ref_sink (g_object_new (WEBKIT_TYPE_WEB_VIEW, "web-context", context, "network-session", page->session, "user-content-manager", manager,
                                                "settings", settings, "is-controlled-by-automation", is_automated, NULL));
  page->look = mk_page_look_new (page->view);
  mk_page_paint (page);
  page->note = mk_note_new (on_retry, page);
  page->frame = g_object_ref_sink (gtk_overlay_new ());
  gtk_overlay_set_child (GTK_OVERLAY (page->frame), GTK_WIDGET (page->view));
  gtk_overlay_add_overlay (GTK_OVERLAY (page->frame), page->note.widget);
  g_signal_connect (page->view, "decide-policy", G_CALLBACK (on_policy), page);
  g_signal_connect (page->view, "permission-request", G_CALLBACK (on_permission), page);
  g_signal_connect (page->view, "web-process-terminated", G_CALLBACK (on_crash), page);
  g_signal_connect (page->view, "load-changed", G_CALLBACK (on_load), page);
  g_signal_connect (page->session, "download-started", G_CALLBACK (on_download), desktop);
  /* A view begins its process with its first work; while the bridge begins is the time for it. A first page would not do:
   * the one after it, of another place, gets a process of its own, and the first was for nothing. */
  webkit_web_view_evaluate_javascript (page->view, "0", -1, NULL, NULL, NULL, NULL, NULL);
  return page;
}

GtkWidget *
mk_page_widget (mk_page *page)
{
  return page->frame;
}

void
mk_page_free (mk_page *page)
{
  if (page == NULL)
    return;
  g_signal_handlers_disconnect_by_data (page->view, page);
  g_signal_handlers_disconnect_by_data (page->session, page->desktop);
  mk_page_look_free (page->look);
  g_object_unref (page->view);
  g_object_unref (page->frame);
  g_object_unref (page->session);
  g_ptr_array_unref (page->kept);
  g_free (page->origin);
  g_free (page);
}

/* --- what it shows --- */

void
mk_page_open (mk_page *page, const char *url)
{
  bool is_same = page->origin != NULL && g_str_equal (page->origin, url);
  if (is_same && page->is_ready)
    return; /* it reconnects by itself */
  g_free (page->origin);
  page->origin = g_strdup (url);
  page->is_ready = page->has_failed = false;
  load (page, url);
}

void
mk_page_say (mk_page *page, const char *title, const char *sentence, const char *detail, bool is_failure)
{
  page->is_ready = false;
  page->has_failed = is_failure;
  mk_note_say (&page->note, title, sentence, detail, is_failure);
}

/* --- what it is told --- */

static void
tell_now (mk_page *page, const mk_json *detail)
{
  static const char script[] = "window.dispatchEvent(new CustomEvent('miktos-shell', { detail: JSON.parse(detail) }))";
  g_autofree char *text = mk_json_print_compact (detail);
  GVariantDict arguments;
  g_variant_dict_init (&arguments, NULL);
  g_variant_dict_insert (&arguments, "detail", "s", text);
  webkit_web_view_call_async_javascript_function (page->view, script, -1, g_variant_dict_end (&arguments), NULL, NULL, NULL, NULL, NULL);
}

void
mk_page_tell (mk_page *page, mk_json *taken_detail)
{
  if (!page->is_ready) {
    g_ptr_array_add (page->kept, taken_detail);
    return;
  }
  tell_now (page, taken_detail);
  mk_json_unref (taken_detail);
}

void
mk_page_set_ready (mk_page *page)
{
  page->is_ready = true;
  gtk_widget_set_visible (page->note.widget, FALSE);
  for (guint i = 0; i < page->kept->len; i++)
    tell_now (page, page->kept->pdata[i]);
  g_ptr_array_set_size (page->kept, 0);
}

void
mk_page_paint (mk_page *page)
{
  GdkRGBA ground = mk_look_ground ();
  webkit_web_view_set_background_color (page->view, &ground);
  mk_page_look_begin (page->look);
}

void
mk_page_zoom (mk_page *page, double factor)
{
  double level = factor > 0 ? webkit_web_view_get_zoom_level (page->view) * factor : 1;
  webkit_web_view_set_zoom_level (page->view, CLAMP (level, 0.5, 3));
}
