/* What a question is answered with: things and where they are, what they do, how many, how long, what was changed. */
#include <math.h>
#include <string.h>

#include "language/command.h"
#include "language/constructions.h"
#include "language/reply_private.h"
#include "language/reply_words.h"
#include "scene/scene.h"

/* What those that are asked for do: "; the dog: run to the house". */
static void
say_actions (const mk_parser *p, GString *out)
{
  for (size_t i = 0; i < mk_json_length (p->context); i++) {
    const mk_json *command = mk_json_at (p->context, i), *targets = mk_json_get (command, "targets");
    bool is_action = g_str_equal (mk_reply_field (command, "op"), "animate") || g_str_equal (mk_reply_field (command, "op"), "physics"), is_asked = p->question.of.n == 0;
    for (unsigned k = 0; k < p->question.of.n; k++)
      is_asked |= mk_json_has_text (targets, mk_thing_at (p, p->question.of.thing[k])->id) || g_str_equal (mk_reply_field (command, "by"), mk_thing_at (p, p->question.of.thing[k])->id);
    if (!is_action || !is_asked)
      continue;
    g_string_append (out, mk_json_has (command, "after") ? mk_reply_say (p, "; then ") : "; ");
    mk_say_action (p, out, command);
  }
}

/* "how long is the film?" */
static void
say_film (const mk_parser *p, GString *out)
{
  double seconds = mk_json_get_real (mk_json_get (mk_commands_find (p->context, "render"), "seconds"));
  double least = MK_USUAL_FILM_S; /* what is known to happen */
  for (size_t i = 0; i < mk_json_length (p->context); i++) {
    const mk_json *command = mk_json_at (p->context, i);
    least = MAX (least, mk_json_get_real (mk_json_get (command, "start_s")) + mk_json_get_real (mk_json_get (command, "duration_s")));
  }
  if (seconds > 0)
    g_string_append_printf (out, mk_reply_say (p, "The film lasts %g s."), seconds);
  else
    g_string_append_printf (out, mk_reply_say (p, "Nobody said how long the film is; it lasts as long as what happens, and at least %d s."), (int)ceil (least));
}

/* "what did you change?", "what does the camera do?": the latest of the context, or its camera; false when there is none. */
static bool
say_latest (const mk_parser *p, GString *out)
{
  g_autoptr (GString) said = g_string_new (NULL);
  for (size_t i = mk_json_length (p->context); i > 0 && said->len == 0; i--) {
    const mk_json *command = mk_json_at (p->context, i - 1);
    if (p->question.is_of_camera && !g_str_equal (mk_reply_field (command, "op"), "camera"))
      continue;
    if (mk_makes_thing (command))
      mk_say_thing (p, said, command);
    else
      mk_say_command (p, said, command);
  }
  if (said->len == 0 && p->question.is_of_camera)
    g_string_append (out, mk_reply_say (p, "Nobody said what the camera does; it stands still and sees all there is."));
  if (said->len > 0) {
    g_string_append_printf (out, mk_reply_say (p, p->question.is_of_camera ? "%s." : "The latest change: %s."), said->str);
    out->str[0] = g_ascii_toupper (out->str[0]);
  }
  return out->len > 0;
}

static bool
is_asked_for (const mk_parser *p, int thing)
{
  mk_refs one = { .thing = { thing }, .n = 1 };
  return !mk_thing_at (p, thing)->is_removed && (p->question.of.n == 0 || mk_refs_meet (&p->question.of, &one));
}

/* "how many animals are there?": "5: " when they are not all of one kind. */
static void
say_count (const mk_parser *p, GString *out)
{
  unsigned n = 0, n_kinds = 0;
  for (guint i = 0; i < p->things->len; i++)
    if (is_asked_for (p, (int)i)) {
      n += mk_copies_left (mk_thing_at (p, (int)i));
      n_kinds++;
    }
  if (n_kinds > 1)
    g_string_append_printf (out, "%u: ", n);
}

/* "how many swans fly?": "1: the swan no. 1 flies." */
static void
say_doers (const mk_parser *p, GString *out)
{
  g_autoptr (GString) deeds = g_string_new (NULL);
  mk_refs doers = { 0 };
  for (size_t i = 0; i < mk_json_length (p->context); i++) {
    const mk_json *command = mk_json_at (p->context, i);
    mk_refs who;
    if (!g_str_equal (mk_reply_field (command, "op"), "animate") || !g_str_equal (mk_reply_field (command, "motion"), p->question.motion))
      continue;
    mk_targets_by_copy (p, command, &who);
    bool is_asked = false;
    for (unsigned k = 0; k < who.n; k++)
      if (is_asked_for (p, who.thing[k])) {
        mk_refs_add (&doers, who.thing[k], who.copy[k]);
        is_asked = true;
      }
    g_string_append (deeds, is_asked && deeds->len > 0 ? "; " : "");
    if (is_asked)
      mk_say_action (p, deeds, command);
  }
  if (doers.n == 0)
    g_string_append (out, mk_reply_say (p, "None of them does that."));
  else
    g_string_append_printf (out, "%u: %s.", doers.n, deeds->str);
}

/* "what is in the scene?" */
void
mk_say_answer (const mk_parser *p, GString *out)
{
  unsigned n = 0;
  if ((p->question.is_of_change || p->question.is_of_camera) && p->context != NULL && say_latest (p, out))
    return;
  if (p->question.is_of_film && p->context != NULL) {
    say_film (p, out);
    return;
  }
  if (p->question.is_where && p->question.of.n == 0) {
    g_string_append (out, mk_reply_say (p, "Nothing was put there."));
    return;
  }
  if (p->question.noun != NULL && p->question.of.n == 0) {
    g_string_append_printf (out, mk_reply_say (p, "There is no “%s” in the scene."), mk_noun_written (p, p->question.noun));
    return;
  }
  if (p->question.motion != NULL) {
    say_doers (p, out);
    return;
  }
  for (guint i = 0; i < p->things->len; i++) {
    const mk_thing *thing = mk_thing_at (p, (int)i);
    if (!is_asked_for (p, (int)i))
      continue;
    unsigned n_left = MAX (1, mk_copies_left (thing));
    g_string_append (out, n++ > 0 ? ", " : mk_reply_say (p, n_left > 1 ? "There are " : "There is "));
    if (n == 1 && p->question.is_count)
      say_count (p, out);
    g_autoptr (mk_json) left = mk_json_copy (thing->add);
    if (thing->count > 1 || mk_json_has (left, "count"))
      mk_json_set (left, "count", mk_json_new_int (n_left));
    mk_say_thing (p, out, left);
  }
  if (n == 0) {
    g_string_append (out, mk_reply_say (p, "The scene is empty; say what is to be seen in it, as “a red ball bounces on grass”."));
    return;
  }
  size_t before = out->len;
  say_actions (p, out);
  g_string_append (out, out->len == before && p->question.is_of_motion ? mk_reply_say (p, "; nothing moves.") : ".");
}
