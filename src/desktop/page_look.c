/* Whether the page knows what the window wears. WebKitGTK 2.50 loses what it is told of that at times, while it loads and soon after: the page is
 * asked, and told once more until it knows. */
#include "desktop/desktop.h"

#define CHECK_MS 400
#define MOST_TRIES 25

struct mk_page_look {
  WebKitWebView *view;     /* borrowed */
  GCancellable *cancelled; /* with it nobody is told anything */
  guint timer;             /* 0 = none */
  unsigned n_tries;
};

static gboolean on_time (void *user);

static void
check_soon (mk_page_look *look)
{
  if (look->timer == 0)
    look->timer = g_timeout_add (CHECK_MS, on_time, look);
}

static void
on_answer (GObject *view, GAsyncResult *result, void *user)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JSCValue) value = webkit_web_view_evaluate_javascript_finish (WEBKIT_WEB_VIEW (view), result, &error);
  if (value == NULL) /* it is gone, and so may be `user`, or another page comes and is asked then */
    return;
  mk_page_look *look = user;
  if (jsc_value_to_boolean (value) == mk_look_is_dark () || look->n_tries++ == MOST_TRIES)
    return;
  mk_look_repeat ();
  check_soon (look);
}

static gboolean
on_time (void *user)
{
  mk_page_look *look = user;
  look->timer = 0;
  webkit_web_view_evaluate_javascript (look->view, "matchMedia('(prefers-color-scheme: dark)').matches", -1, NULL, NULL, look->cancelled, on_answer, look);
  return G_SOURCE_REMOVE;
}

mk_page_look *
mk_page_look_new (WebKitWebView *view)
{
  mk_page_look *look = g_new0 (mk_page_look, 1);
  *look = (mk_page_look){ .view = view, .cancelled = g_cancellable_new () };
  return look;
}

void
mk_page_look_free (mk_page_look *look)
{
  if (look == NULL)
    return;
  g_clear_handle_id (&look->timer, g_source_remove);
  g_cancellable_cancel (look->cancelled);
  g_object_unref (look->cancelled);
  g_free (look);
}

void
mk_page_look_begin (mk_page_look *look)
{
  look->n_tries = 0;
  check_soon (look);
}
