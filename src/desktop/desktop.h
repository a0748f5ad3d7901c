/* desktop.h - the native window: what its files share.
 *
 * Purpose   `miktos-desktop` shows the interface that the bridge serves, in a window of its own, and lends it what a
 *           page cannot do: files, notifications, the output folder, being opened with a file or a miktos:// link.
 * Files     main.c the door · application.c one instance, actions, menu · window.c the window and what it remembers ·
 *           page.c the web view and where it may go · note.c what is said over it · messages.c what the page may ask for, each
 *           checked · drop.c files that are dropped on it · file_dialog.c where files are opened and saved · words.c what it says · look.c dark or light · bridge_link.c finds the bridge or starts it · deep_link.c miktos://.
 * Flow      activate -> window with a note -> bridge found or started -> its page -> "ready" -> what was to be
 *           opened is handed over.
 * Threads   GTK's main thread.
 * Tests     tests/desktop/
 */
#pragma once
#include <gtk/gtk.h>
#include <webkit/webkit.h>

#include "base/base.h"
#include "base/json.h"

#define MK_DESKTOP_ID "org.miktos.Miktos"

struct mk_desktop;

/* --- bridge_link.c --- */

typedef struct mk_bridge_link mk_bridge_link;
typedef struct {
  void (*up) (void *user, const char *url);        /* "http://127.0.0.1:8000"; again after each restart */
  /* It does not start; `kind` is what it calls the failure ("disk"), or "other", and `message` its own words. */
  void (*failed) (void *user, const char *kind, const char *message);
  void *user;
} mk_bridge_link_events;

/* `program` is miktos, `data` the bridge's folder, both absolute. */
mk_bridge_link *mk_bridge_link_new (const char *program, const char *data, const mk_bridge_link_events *events);
/* Looks beside the data, and starts a bridge when there is none. */
void            mk_bridge_link_connect (mk_bridge_link *link);
/* Ends the bridge if it is ours. */
void            mk_bridge_link_free (mk_bridge_link *link);

/* --- deep_link.c --- */

/* What a miktos:// address asks for, as the page is told: {"type":"link","action":"make","sentence":"…"} or
 * {"…","action":"open","kind":"project"|"task"|"workflow","id":"…"}. NULL with USAGE when it is none of ours. */
mk_json *mk_deep_link_read (const char *uri, GError **error);

/* --- note.c --- */

typedef struct {
  GtkWidget *widget, *title, *sentence, *detail, *retry; /* the first has the others */
} mk_note;

/* `on_retry` is called when its button is pressed. */
mk_note mk_note_new (void (*on_retry) (void *user), void *user);
/* Shows it; `detail` is for who mends it, or NULL; `is_failure` with the button. */
void    mk_note_say (const mk_note *note, const char *title, const char *sentence, const char *detail, bool is_failure);

/* --- look.c --- */

/* Wears what the page says was chosen, "dark", "light" or "system", and keeps it in the data folder. */
void    mk_look_take (struct mk_desktop *desktop, const char *theme);
/* Wears what was chosen at the last start. */
void    mk_look_remember (struct mk_desktop *desktop);
bool    mk_look_is_dark (void);
/* Tells the page once more what is worn. */
void    mk_look_repeat (void);
GdkRGBA mk_look_ground (void);

/* --- page.c --- */

/* --- page_look.c --- */

typedef struct mk_page_look mk_page_look;

mk_page_look *mk_page_look_new (WebKitWebView *view); /* which outlives it */
void          mk_page_look_free (mk_page_look *look);
/* Sees to it that the page wears what the window does, which has changed or which it may not have heard. */
void          mk_page_look_begin (mk_page_look *look);

typedef struct mk_page mk_page;

mk_page   *mk_page_new (struct mk_desktop *desktop, bool is_automated);
GtkWidget *mk_page_widget (mk_page *page);
void       mk_page_free (mk_page *page);
/* Shows the interface at `url`; from there on only its origin may be shown. */
void       mk_page_open (mk_page *page, const char *url);
/* A note over it, as note.c has it. Gone when the page is ready. */
void       mk_page_say (mk_page *page, const char *title, const char *sentence, const char *detail, bool is_failure);
/* Tells the page as an event “miktos-shell”; kept until the page says that it is ready. Takes `detail`. */
void       mk_page_tell (mk_page *page, mk_json *taken_detail);
/* The page has said so. */
void       mk_page_set_ready (mk_page *page);
/* The ground that is seen where nothing is drawn yet, from look.c; the page itself is asked whether it has heard. */
void       mk_page_paint (mk_page *page);
void       mk_page_zoom (mk_page *page, double factor); /* 0 = as it was */

/* --- messages.c --- */

/* Does what the page asks for; the answer to it, or NULL with a sentence. */
mk_json *mk_message_answer (struct mk_desktop *desktop, const char *text, GError **error);

/* --- words.c --- */

/* A text of the window's own, by its name in the list there; borrowed until the next ones are told. */
const char *mk_word (const char *name);
bool        mk_has_word (const char *name);
/* Takes what the page tells, {"NAME": "TEXT", …}, all of them, and keeps it in the data folder. */
bool        mk_words_take (const char *data_folder, const mk_json *given, GError **error);
/* What was told at the last start. */
void        mk_words_remember (const char *data_folder);

/* --- drop.c --- */

/* Takes files that are dropped on the widget, and opens them. */
void mk_drop_watch (struct mk_desktop *desktop, GtkWidget *over);

/* --- drag_out.c --- */

/* Hands the file to a drag that leaves the window; only while the pointer's button is held over it. `picture` is shown under the pointer:
 * a PNG or JPEG in base64; the system's icon of such files where that is "". */
bool mk_drag_out (struct mk_desktop *desktop, const char *path, const char *picture, GError **error);

/* --- file_dialog.c --- */

/* Not shown yet; whoever shows it unrefs it when it has answered. */
GtkFileChooserNative *mk_open_dialog_new (struct mk_desktop *desktop);
/* `suggested` is a file's name; others of its ending are shown. */
GtkFileChooserNative *mk_save_dialog_new (struct mk_desktop *desktop, const char *suggested);

/* --- window.c --- */

GtkWindow *mk_window_new (struct mk_desktop *desktop);
/* Its size, for the next start. */
void       mk_window_remember (GtkWindow *window);

/* --- application.c --- */

/* In the page: parts of its width and height. */
typedef struct {
  double x, y;
} mk_place;

typedef struct mk_desktop {
  GtkApplication *application;
  GtkWindow *window;       /* NULL before the first activation */
  mk_page *page;
  mk_bridge_link *link;
  char *data_folder;       /* the bridge's */
  char *program;           /* miktos */
  bool is_held;            /* goes on without a window until the work is done */
  bool is_asked;           /* the page has not yet said whether anything is under way */
  guint answer_timer;      /* until then, or until what it keeps is written; or 0 */
  bool has_failed;         /* there is no bridge, and a page of our own says why */
  bool is_automated;       /* driven by WebDriver */
  bool is_drawn_by_card;   /* there is one */
} mk_desktop;

/* The bridge's when nobody says another; g_free. */
char *mk_desktop_usual_folder (void);
int  mk_desktop_run (mk_desktop *desktop, int argc, char **argv);
/* The page says how many tasks run; a hidden window's program ends when none does. */
void mk_desktop_set_running (mk_desktop *desktop, int n);
/* Hides the window, and ends the program when the page says that nothing is under way. */
void mk_desktop_close (mk_desktop *desktop);
/* The page ended by itself and is loaded anew; what it was asked and has not answered, it is asked again. */
void mk_desktop_has_crashed (mk_desktop *desktop);
/* The page has said so: `n` tasks go on. */
void mk_desktop_leave (mk_desktop *desktop, int n);
void mk_desktop_notify (mk_desktop *desktop, const char *title, const char *body);
/* The menu in the words that the page has told. */
void mk_desktop_fill_menu (mk_desktop *desktop);
/* The page takes it as if it had been dropped, where it fell if that is known; `place` may be NULL. */
void mk_desktop_open_file (mk_desktop *desktop, GFile *file, const mk_place *place);
/* A folder's absolute path or an http address, with what the system has for it; the page is told when there is nothing. */
void mk_desktop_open_elsewhere (mk_desktop *desktop, const char *what);
/* The page says it in the person's language; `why` is a word that it knows, `what` the name of a file, a folder or a link. */
void mk_desktop_tell_refusal (mk_desktop *desktop, const char *why, const char *what);
