#include "server/lookup.h"

#include <string.h>

static void
lookup_free (mk_lookup *lookup)
{
  mk_json_unref (lookup->job);
  g_free (lookup->id);
  g_free (lookup->text);
  g_free (lookup->answer);
  g_free (lookup);
}

mk_lookup *
mk_lookup_new (mk_server *server, mk_http_request *request, const char *id)
{
  mk_lookup *lookup = g_new0 (mk_lookup, 1);
  mk_record found;
  lookup->request = request;
  lookup->texts = mk_queue_texts (server->queue);
  lookup->id = g_strdup (id);
  lookup->is_record = mk_history_find (server->queue, id, &found);
  lookup->text = found.text;
  lookup->row = found.row;
  return lookup;
}

static void
print_answer (void *user)
{
  mk_lookup *lookup = user;
  if (lookup->row != 0)
    lookup->text = mk_texts_get_beside (lookup->texts, lookup->row, NULL);
  lookup->answer = lookup->print (lookup);
}

static void
send_answer (void *user)
{
  mk_lookup *lookup = user;
  if (lookup->answer != NULL)
    mk_http_answer_json_text (lookup->request, 200, g_bytes_new_take (lookup->answer, strlen (lookup->answer)));
  else {
    mk_json *body = mk_json_new_object ();
    mk_json_set (body, "error", mk_json_new_string ("Job not found"));
    mk_http_answer_json (lookup->request, 404, body);
  }
  lookup->answer = NULL;
  lookup_free (lookup);
}

void
mk_lookup_answer (mk_server *server, mk_lookup *taken, char *(*print) (const mk_lookup *lookup))
{
  bool is_large = taken->row != 0 || (taken->text != NULL && strlen (taken->text) >= MK_TEXT_LARGE);
  taken->print = print;
  if (is_large && !server->is_stopping) {
    mk_backstage_run (server->backstage, print_answer, send_answer, taken);
    return;
  }
  print_answer (taken);
  send_answer (taken);
}
