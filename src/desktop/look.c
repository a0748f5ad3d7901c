/* look.c - dark or light, and the window's own parts in the interface's colours, so that the first frame is already its own.
 * The page says what was chosen; that is kept for the next start. “System” is asked anew each time. */
#include <string.h>

#include "base/file.h"
#include "desktop/desktop.h"

/* As in ui/app/theme.css. */
typedef struct {
  const char *ground, *panel, *line, *ink, *soft, *accent, *on_accent;
} palette;

static const palette dark = { "#131210", "#1a1917", "#35322e", "#f2ede4", "#aaa195", "#ff8052", "#200c03" };
static const palette light = { "#ebe6dc", "#f8f5ef", "#dcd4c6", "#27221c", "#665d52", "#a33a14", "#fffaf5" };

static GtkCssProvider *provider;
static bool is_dark_now = true;

static void
dress (const palette *p)
{
  g_autofree char *css = g_strdup_printf (
    "window, .note { background: %s; color: %s; }"
    "headerbar { background: %s; color: %s; box-shadow: none; border-bottom: 1px solid %s; min-height: 36px; }"
    ".note { padding: 24px; }"
    ".note-title { font-size: 20px; font-weight: 600; }"
    ".note-sentence { color: %s; }"
    ".note-detail { color: %s; font-size: 12px; }"
    ".note-retry { background: %s; color: %s; border: none; box-shadow: none; text-shadow: none; padding: 8px 18px; border-radius: 8px; font-weight: 600; }",
    p->ground, p->ink, p->panel, p->ink, p->line, p->ink, p->soft, p->accent, p->on_accent);
  if (provider == NULL) {
    provider = gtk_css_provider_new ();
    gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  }
  gtk_css_provider_load_from_data (provider, css, -1);
}

/* What the desktop says in the place that GNOME has for it; where it says nothing, a tool for pictures is dark. */
static bool
is_system_dark (void)
{
  g_autoptr (GSettingsSchema) schema = g_settings_schema_source_lookup (g_settings_schema_source_get_default (), "org.gnome.desktop.interface", TRUE);
  if (schema == NULL || !g_settings_schema_has_key (schema, "color-scheme"))
    return true;
  g_autoptr (GSettings) settings = g_settings_new ("org.gnome.desktop.interface");
  g_autofree char *wish = g_settings_get_string (settings, "color-scheme");
  return !g_str_equal (wish, "prefer-light");
}

static char *
kept_path (const mk_desktop *desktop)
{
  return g_build_filename (desktop->data_folder, "window", "theme", NULL);
}

/* The page's own media query follows. */
static void
tell (bool is_dark)
{
  g_object_set (gtk_settings_get_default (), "gtk-application-prefer-dark-theme", is_dark, NULL);
}

static void
wear (mk_desktop *desktop, const char *theme)
{
  is_dark_now = g_str_equal (theme, "system") ? is_system_dark () : !g_str_equal (theme, "light");
  tell (is_dark_now);
  dress (is_dark_now ? &dark : &light);
  if (desktop->page != NULL)
    mk_page_paint (desktop->page);
}

GdkRGBA
mk_look_ground (void)
{
  GdkRGBA ground;
  gdk_rgba_parse (&ground, is_dark_now ? dark.ground : light.ground);
  return ground;
}

bool
mk_look_is_dark (void)
{
  return is_dark_now;
}

void
mk_look_repeat (void)
{
  tell (!is_dark_now); /* what has not changed, WebKit does not pass on */
  tell (is_dark_now);
}

void
mk_look_take (mk_desktop *desktop, const char *theme)
{
  wear (desktop, theme);
  g_autofree char *path = kept_path (desktop), *folder = g_path_get_dirname (path);
  if (mk_folder_make (folder, NULL)) /* what cannot be kept is told again at the next start */
    mk_file_write (path, theme, strlen (theme), NULL);
}

void
mk_look_remember (mk_desktop *desktop)
{
  g_autofree char *path = kept_path (desktop), *theme = NULL;
  bool is_kept = g_file_get_contents (path, &theme, NULL, NULL);
  wear (desktop, is_kept ? theme : "system");
}
