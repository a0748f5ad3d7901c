#include "language/understanding.h"

static void
unknown_clear (void *data)
{
  mk_unknown *unknown = data;
  g_free (unknown->word);
  g_strfreev (unknown->suggestions);
}

mk_understanding *
mk_understanding_new (void)
{
  mk_understanding *out = g_new0 (mk_understanding, 1);
  out->spans = g_array_new (FALSE, FALSE, sizeof (mk_span));
  out->unknown = g_array_new (FALSE, FALSE, sizeof (mk_unknown));
  g_array_set_clear_func (out->unknown, unknown_clear);
  out->assumptions = g_ptr_array_new_with_free_func (g_free);
  return out;
}

void
mk_understanding_free (mk_understanding *understanding)
{
  if (understanding == NULL)
    return;
  mk_json_unref (understanding->commands);
  g_array_unref (understanding->spans);
  g_array_unref (understanding->unknown);
  g_ptr_array_unref (understanding->assumptions);
  g_free (understanding->reply);
  g_free (understanding);
}

static mk_json *
span_to_json (const mk_span *span)
{
  mk_json *json = mk_json_new_object ();
  mk_json_set (json, "from", mk_json_new_int (span->from));
  mk_json_set (json, "to", mk_json_new_int (span->to));
  mk_json_set (json, "kind", mk_json_new_string (span->kind));
  mk_json_set (json, "command", mk_json_new_int (span->command));
  return json;
}

static mk_json *
unknown_to_json (const mk_unknown *unknown)
{
  mk_json *json = mk_json_new_object (), *near = mk_json_new_array ();
  mk_json_set (json, "from", mk_json_new_int (unknown->from));
  mk_json_set (json, "to", mk_json_new_int (unknown->to));
  mk_json_set (json, "word", mk_json_new_string (unknown->word));
  for (char **i = unknown->suggestions; *i != NULL; i++)
    mk_json_append (near, mk_json_new_string (*i));
  mk_json_set (json, "suggestions", near);
  mk_json_set (json, "stand_in", mk_json_new_bool (unknown->is_stand_in));
  return json;
}

mk_json *
mk_understanding_to_json (const mk_understanding *understanding)
{
  static const char *const intents[] = { "scene", "undo", "redo", "clear", "ask" };
  mk_json *json = mk_json_new_object (), *spans = mk_json_new_array (), *unknown = mk_json_new_array (), *assumptions = mk_json_new_array ();
  for (guint i = 0; i < understanding->spans->len; i++)
    mk_json_append (spans, span_to_json (&g_array_index (understanding->spans, mk_span, i)));
  for (guint i = 0; i < understanding->unknown->len; i++)
    mk_json_append (unknown, unknown_to_json (&g_array_index (understanding->unknown, mk_unknown, i)));
  for (guint i = 0; i < understanding->assumptions->len; i++)
    mk_json_append (assumptions, mk_json_new_string (understanding->assumptions->pdata[i]));
  mk_json_set (json, "intent", mk_json_new_string (intents[understanding->intent]));
  mk_json_set (json, "commands", mk_json_ref (understanding->commands));
  mk_json_set (json, "reply", mk_json_new_string (understanding->reply));
  mk_json_set (json, "confidence", mk_json_new_real (understanding->confidence));
  mk_json_set (json, "spans", spans);
  mk_json_set (json, "unknown", unknown);
  mk_json_set (json, "assumptions", assumptions);
  return json;
}
