#include "comfy/client.h"
#include "server_fixture.h"

typedef struct {
  server_fixture server;
  mk_comfy *comfy;
  GString *log;
} fixture;

static void
on_up (void *user, bool is_up)
{
  g_string_append (((fixture *)user)->log, is_up ? "up " : "down ");
}

#define P "00000000-0000-4000-8000-000000000001"
#define Q "00000000-0000-4000-8000-000000000002"

/* What the log calls a prompt. */
static const char *
short_name (const char *prompt)
{
  return strcmp (prompt, P) == 0 ? "p" : strcmp (prompt, Q) == 0 ? "q" : prompt;
}

static void
on_executing (void *user, const char *prompt, const char *node)
{
  g_string_append_printf (((fixture *)user)->log, "%s@%s ", short_name (prompt), node);
}

static void
on_progress (void *user, const char *prompt, const char *node, double done, double total)
{
  if (done == total)
    g_string_append_printf (((fixture *)user)->log, "%s@%s=%g ", short_name (prompt), node, total);
}

static void
on_ended (void *user, const char *prompt, const mk_comfy_result *result)
{
  static const char *const names[] = { "good", "bad", "cancelled", "lost" };
  g_autofree char *outputs = mk_json_print_compact (result->outputs);
  g_string_append_printf (((fixture *)user)->log, "%s:%s:%s:%s%s ", short_name (prompt), names[result->end], outputs, result->node, result->message);
}

static const mk_comfy_events events = { .up = on_up, .executing = on_executing, .progress = on_progress, .ended = on_ended };

static void
begin (fixture *f)
{
  server_fixture_begin (&f->server);
  f->log = g_string_new (NULL);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", mk_server_port (f->server.server));
  f->comfy = mk_comfy_new (f->server.loop, f->server.client, url, NULL, NULL, &events, f);
}

static void
end (fixture *f)
{
  mk_comfy_free (f->comfy);
  server_fixture_end (&f->server);
  g_string_free (f->log, TRUE);
}

static void
wait_for (fixture *f, const char *part)
{
  for (int64_t begun = mk_loop_now_ms (f->server.loop); strstr (f->log->str, part) == NULL;) {
    if (mk_loop_now_ms (f->server.loop) - begun > 120000)
      mk_test_fail (__FILE__, __LINE__, "no %s in %s", part, f->log->str);
    mk_loop_step (f->server.loop, 10);
  }
}

static mk_json *
chain (const char *first, const char *inputs)
{
  g_autofree char *text = g_strdup_printf ("{\"1\": {\"class_type\": \"%s\", \"inputs\": {%s}}, \"2\": {\"class_type\": \"Show\", \"inputs\": {\"text\": [\"1\", 0]}}}",
                                           first, inputs);
  mk_json *value = NULL;
  CHECK (mk_json_parse (text, -1, NULL, &value, NULL));
  return value;
}

static void
on_answer (void *user, const mk_json *reply, const GError *error)
{
  fixture *f = user;
  if (error != NULL)
    g_string_append_printf (f->log, "refused(%s) ", error->message);
  else
    g_string_append_printf (f->log, "accepted(%s) ", short_name (mk_json_get_string (mk_json_get (reply, "prompt_id"))));
}

TEST (a_workflow_is_followed_to_its_outputs)
{
  fixture f;
  begin (&f);
  wait_for (&f, "up ");
  g_autoptr (mk_json) workflow = chain ("Sleep", "\"ms\": 30, \"text\": \"hi\"");
  mk_comfy_submit (f.comfy, workflow, NULL, P, on_answer, &f);
  wait_for (&f, "p:good");
  CHECK (strstr (f.log->str, "accepted(p)") != NULL);
  CHECK (strstr (f.log->str, "p@1 p@1=30 p@2 ") != NULL);
  CHECK (strstr (f.log->str, "p:good:{\"2\":{\"text\":[\"hi\"]}}:") != NULL);
  end (&f);
}

TEST (failures_and_refusals_come_in_the_engines_words)
{
  fixture f;
  begin (&f);
  g_autoptr (mk_json) bad = chain ("Fail", "\"text\": \"x\"");
  mk_json *none = chain ("Nothing", "");
  mk_comfy_submit (f.comfy, bad, NULL, P, on_answer, &f);
  wait_for (&f, "p:bad");
  CHECK (strstr (f.log->str, ":1this node fails with “x”") != NULL);
  mk_comfy_submit (f.comfy, none, NULL, Q, on_answer, &f);
  wait_for (&f, "refused(");
  CHECK (strstr (f.log->str, "not found") != NULL);
  CHECK (strstr (f.log->str, "q:") == NULL);
  mk_json_unref (none);
  end (&f);
}

TEST (running_and_waiting_prompts_can_be_cancelled)
{
  fixture f;
  begin (&f);
  g_autoptr (mk_json) slow = chain ("Sleep", "\"ms\": 60000");
  mk_comfy_submit (f.comfy, slow, NULL, P, on_answer, &f);
  mk_comfy_submit (f.comfy, slow, NULL, Q, on_answer, &f);
  wait_for (&f, "accepted(q)");
  mk_comfy_cancel (f.comfy, Q);
  wait_for (&f, "q:cancelled");
  mk_comfy_cancel (f.comfy, P);
  wait_for (&f, "p:cancelled");
  end (&f);
}

TEST_WITHIN (an_engine_that_restarts_is_found_again, 60)
{
  fixture f;
  begin (&f);
  wait_for (&f, "up ");
  g_autoptr (mk_json) slow = chain ("Sleep", "\"ms\": 700, \"text\": \"again\"");
  mk_comfy_submit (f.comfy, slow, NULL, P, on_answer, &f);
  wait_for (&f, "p@1");
  mk_server_config config = server_fixture_config (&f.server);
  config.port = mk_server_port (f.server.server);
  mk_server_free (f.server.server);
  wait_for (&f, "down ");
  GError *error = NULL;
  f.server.server = mk_server_new (f.server.loop, &config, &error);
  CHECK_OK (f.server.server != NULL, error);
  wait_for (&f, "p:good:{\"2\":{\"text\":[\"again\"]}}");
  end (&f);
}

TEST (a_prompt_that_the_engine_does_not_know_is_lost)
{
  fixture f;
  begin (&f);
  mk_comfy_follow (f.comfy, "ghost");
  wait_for (&f, "ghost:lost");
  end (&f);
}

TEST (files_go_there_and_back)
{
  fixture f;
  begin (&f);
  g_autofree char *path = g_build_filename (mk_test_folder (), "a b.txt", NULL), *to = g_build_filename (mk_test_folder (), "back", NULL);
  CHECK (mk_file_write (path, "content", 7, NULL));
  mk_comfy_upload (f.comfy, path, "a b.txt", "sub", NULL, on_answer, &f);
  wait_for (&f, "accepted");
  g_autoptr (mk_json) file = NULL;
  CHECK (mk_json_parse ("{\"filename\": \"a b.txt\", \"subfolder\": \"sub\", \"type\": \"input\"}", -1, NULL, &file, NULL));
  g_string_truncate (f.log, 0);
  mk_comfy_download (f.comfy, file, to, on_answer, &f);
  wait_for (&f, "accepted");
  g_autofree char *got = NULL;
  size_t length;
  CHECK (mk_file_read (to, 0, &got, &length, NULL));
  CHECK_STRING (got, "content");
  end (&f);
}
