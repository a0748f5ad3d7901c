/* note.c - what the window says itself, over the page: that it begins, or why it does not. A widget and no page: it is there
 * with the window's first frame, long before a page could be. */
#include "desktop/desktop.h"

static GtkWidget *
add_label (GtkWidget *box, const char *css_class)
{
  enum { LETTERS_A_LINE = 60 };
  GtkWidget *label = gtk_label_new (NULL);
  gtk_widget_add_css_class (label, css_class);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (GTK_LABEL (label), LETTERS_A_LINE);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

mk_note
mk_note_new (void (*on_retry) (void *user), void *user)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_vexpand (box, TRUE);
  mk_note note = { .widget = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0) };
  note.title = add_label (box, "note-title");
  note.sentence = add_label (box, "note-sentence");
  note.detail = add_label (box, "note-detail");
  gtk_label_set_selectable (GTK_LABEL (note.detail), TRUE);
  note.retry = gtk_button_new ();
  gtk_widget_set_halign (note.retry, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (note.retry, "note-retry");
  g_signal_connect_swapped (note.retry, "clicked", G_CALLBACK (on_retry), user);
  gtk_box_append (GTK_BOX (box), note.retry);
  gtk_widget_add_css_class (note.widget, "note");
  gtk_box_append (GTK_BOX (note.widget), box);
  return note;
}

void
mk_note_say (const mk_note *note, const char *title, const char *sentence, const char *detail, bool is_failure)
{
  gtk_label_set_text (GTK_LABEL (note->title), title);
  gtk_label_set_text (GTK_LABEL (note->sentence), sentence);
  gtk_label_set_text (GTK_LABEL (note->detail), detail != NULL ? detail : "");
  gtk_widget_set_visible (note->detail, detail != NULL && *detail != '\0');
  gtk_button_set_label (GTK_BUTTON (note->retry), mk_word ("retry"));
  gtk_widget_set_visible (note->retry, is_failure);
  gtk_widget_set_visible (note->widget, TRUE);
  if (is_failure)
    gtk_widget_grab_focus (note->retry);
}
