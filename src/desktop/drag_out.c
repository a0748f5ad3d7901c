/* drag_out.c - a work of the page's as a file that a hand carries out of the window, with its picture under the pointer.
 * The drag takes over the pointer; it lives until it is dropped or given up. */
#include "desktop/desktop.h"

#define MAX_PICTURE 256 /* pixels; what is larger is no picture to carry */
#define ICON_SIZE 48

static void
on_over (GdkDrag *drag, void *user)
{
  (void)user;
  g_object_unref (drag);
}

static void
on_cancelled (GdkDrag *drag, GdkDragCancelReason reason, void *user)
{
  (void)reason;
  gdk_drag_drop_done (drag, FALSE);
  on_over (drag, user);
}

/* As the page shows it, PNG or JPEG in base64; NULL when it is none, or too large. */
static GdkPaintable *
read_picture (const char *coded)
{
  gsize length = 0;
  guchar *decoded = g_base64_decode (coded, &length);
  g_autoptr (GBytes) bytes = g_bytes_new_take (decoded, length);
  g_autoptr (GdkTexture) texture = length > 0 ? gdk_texture_new_from_bytes (bytes, NULL) : NULL;
  bool fits = texture != NULL && gdk_texture_get_width (texture) <= MAX_PICTURE && gdk_texture_get_height (texture) <= MAX_PICTURE;
  return fits ? GDK_PAINTABLE (g_steal_pointer (&texture)) : NULL;
}

/* What the system draws for a file of its ending. */
static GdkPaintable *
icon_of (GtkWidget *widget, const char *path)
{
  g_autofree char *type = g_content_type_guess (path, NULL, 0, NULL);
  g_autoptr (GIcon) icon = g_content_type_get_icon (type);
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (widget));
  return GDK_PAINTABLE (gtk_icon_theme_lookup_by_gicon (theme, icon, ICON_SIZE, gtk_widget_get_scale_factor (widget), gtk_widget_get_direction (widget), 0));
}

bool
mk_drag_out (mk_desktop *desktop, const char *path, const char *picture, GError **error)
{
  GtkWidget *window = GTK_WIDGET (desktop->window);
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (window));
  GdkDevice *pointer = gdk_seat_get_pointer (gdk_display_get_default_seat (gtk_widget_get_display (window)));
  double x = 0, y = 0;
  GdkModifierType held = 0;
  if (!gdk_surface_get_device_position (surface, pointer, &x, &y, &held) || (held & GDK_BUTTON1_MASK) == 0)
    return mk_error (error, MK_ERROR_USAGE, "a drag begins while the pointer's button is held");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GdkContentProvider) content = gdk_content_provider_new_typed (G_TYPE_FILE, file);
  GdkDrag *drag = gdk_drag_begin (surface, pointer, content, GDK_ACTION_COPY, x, y);
  if (drag == NULL)
    return mk_error (error, MK_ERROR_FAILED, "the window system does not begin a drag now");
  g_autoptr (GdkPaintable) shown = read_picture (picture);
  if (shown == NULL)
    shown = icon_of (window, path);
  gtk_drag_icon_set_from_paintable (drag, shown, gdk_paintable_get_intrinsic_width (shown) / 2, gdk_paintable_get_intrinsic_height (shown) / 2);
  g_signal_connect (drag, "dnd-finished", G_CALLBACK (on_over), NULL);
  g_signal_connect (drag, "cancel", G_CALLBACK (on_cancelled), NULL);
  return true;
}
