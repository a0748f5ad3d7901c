#include "server_fixture.h"

#define CHAIN(first, inputs) "\"prompt\": {\"1\": {\"class_type\": \"" first "\", \"inputs\": {" inputs "}}, " \
  "\"2\": {\"class_type\": \"Show\", \"inputs\": {\"text\": [\"1\", 0]}}}"
#define END "\"node\": null"

/* The types of the messages that tell of one prompt, in their order. */
static char *
list_types (const listener *l)
{
  GString *all = g_string_new (NULL);
  for (guint i = 0; i < l->texts->len; i++) {
    g_autoptr (mk_json) message = NULL;
    CHECK (mk_json_parse (l->texts->pdata[i], -1, NULL, &message, NULL));
    g_string_append_printf (all, "%s ", mk_json_get_string (mk_json_get (message, "type")));
  }
  return g_string_free (all, FALSE);
}

/* Clients may name their prompts, by UUIDs. */
#define A "aaaaaaaa-0000-4000-8000-000000000000"
#define B "bbbbbbbb-0000-4000-8000-000000000000"
#define C "cccccccc-0000-4000-8000-000000000000"
#define D "dddddddd-0000-4000-8000-000000000000"
#define P "00000000-0000-4000-8000-000000000001"
#define Q "00000000-0000-4000-8000-000000000002"

/* It must be accepted; what becomes of it is heard. */
static void
must_post (server_fixture *f, const char *path, const char *body)
{
  g_auto (served) answer = post (f, path, body);
  CHECK_INT (answer.status, ==, 200);
}

/* A prompt waits a moment before it begins. */
static void
await_running (server_fixture *f, const char *id)
{
  for (int i = 0; i < 6000; i++) {
    g_auto (served) queue = ask (f, "/queue", (mk_http_order){ 0 });
    const char *at = strstr (queue.body, id);
    if (at != NULL && at < strstr (queue.body, "\"queue_pending\""))
      return;
    g_usleep (10000);
  }
  mk_test_fail (__FILE__, __LINE__, "%s did not begin to run", id);
}

TEST (a_prompt_runs_and_is_told_in_order)
{
  server_fixture f;
  listener l;
  server_fixture_begin (&f);
  listener_begin (&l, &f, "me");
  CHECK (strstr (l.texts->pdata[0], "\"sid\": \"me\"") != NULL);
  g_auto (served) s = post (&f, "/prompt", "{\"client_id\": \"me\", \"prompt_id\": \"" P "\", " CHAIN ("Text", "\"text\": \"hi\"") "}");
  CHECK_STRING (s.body, "{\"prompt_id\": \"" P "\", \"number\": 0, \"node_errors\": {}}");
  hear (&l, &f, END);
  g_autofree char *types = list_types (&l);
  CHECK_STRING (types, "status status status execution_start execution_cached progress_state executing progress_state "
                       "progress_state executing executed progress_state execution_success status executing ");
  g_auto (served) h = ask (&f, "/history/" P, (mk_http_order){ 0 });
  CHECK (strstr (h.body, "\"outputs\": {\"2\": {\"text\": [\"hi\"]}}, \"status\": {\"status_str\": \"success\", \"completed\": true") != NULL);
  expect (&f, "/prompt", 200, "{\"exec_info\": {\"queue_remaining\": 0}}");
  server_fixture_end (&f);
}

TEST (a_node_that_fails_ends_its_prompt_alone)
{
  server_fixture f;
  listener l;
  server_fixture_begin (&f);
  listener_begin (&l, &f, "me");
  must_post (&f, "/api/prompt", "{\"client_id\": \"me\", \"prompt_id\": \"" P "\", " CHAIN ("Fail", "\"text\": \"x\"") "}");
  const char *told = hear (&l, &f, "execution_error");
  CHECK (strstr (told, "this node fails with \\u201cx\\u201d") != NULL);
  CHECK (strstr (told, "\"node_id\": \"1\", \"node_type\": \"Fail\"") != NULL);
  hear (&l, &f, END);
  must_post (&f, "/prompt", "{\"client_id\": \"me\", \"prompt_id\": \"" Q "\", " CHAIN ("Text", "") "}");
  hear (&l, &f, "execution_success");
  server_fixture_end (&f);
}

TEST (a_node_that_crashes_takes_down_a_worker_and_not_the_server)
{
  server_fixture f;
  listener l;
  server_fixture_begin (&f);
  listener_begin (&l, &f, "me");
  must_post (&f, "/prompt", "{\"client_id\": \"me\", \"prompt_id\": \"" P "\", " CHAIN ("Crash", "") "}");
  must_post (&f, "/prompt", "{\"client_id\": \"me\", \"prompt_id\": \"" Q "\", " CHAIN ("Text", "") "}");
  const char *told = hear (&l, &f, "execution_error");
  CHECK (strstr (told, "\"prompt_id\": \"" P "\", \"node_id\": \"1\", \"node_type\": \"Crash\"") != NULL);
  CHECK (strstr (told, "died of signal 9") != NULL);
  hear (&l, &f, "execution_success");
  g_auto (served) h = ask (&f, "/history/" P, (mk_http_order){ 0 });
  CHECK (strstr (h.body, "\"status_str\": \"error\", \"completed\": false") != NULL);
  server_fixture_end (&f);
}

TEST (an_interrupt_reaches_a_busy_node)
{
  server_fixture f;
  listener l;
  server_fixture_begin (&f);
  listener_begin (&l, &f, "me");
  must_post (&f, "/prompt", "{\"client_id\": \"me\", \"prompt_id\": \"" P "\", " CHAIN ("Sleep", "\"ms\": 60000") "}");
  hear (&l, &f, "\"progress\"");
  must_post (&f, "/interrupt", "{\"prompt_id\": \"somebody's\"}");
  g_auto (served) i = post (&f, "/interrupt", "{\"prompt_id\": \"" P "\"}");
  CHECK_INT (i.status, ==, 200);
  CHECK (strstr (hear (&l, &f, "execution_interrupted"), "\"executed\": []") != NULL);
  hear (&l, &f, END);
  g_auto (served) jobs = ask (&f, "/api/jobs?status=cancelled", (mk_http_order){ 0 });
  CHECK (strstr (jobs.body, "\"id\": \"" P "\", \"status\": \"cancelled\"") != NULL);
  server_fixture_end (&f);
}

TEST (what_is_queued_is_listed_removed_and_outlives_the_server)
{
  server_fixture f;
  server_fixture_begin (&f);
  must_post (&f, "/prompt", "{\"prompt_id\": \"" A "\", " CHAIN ("Sleep", "\"ms\": 60000") "}");
  await_running (&f, A);
  must_post (&f, "/prompt", "{\"prompt_id\": \"" B "\", " CHAIN ("Text", "\"text\": \"b\"") "}");
  g_auto (served) c = post (&f, "/prompt", "{\"prompt_id\": \"" C "\", \"front\": true, " CHAIN ("Text", "\"text\": \"c\"") "}");
  g_auto (served) d = post (&f, "/prompt", "{\"prompt_id\": \"" D "\", \"number\": 7, " CHAIN ("Text", "\"text\": \"d\"") "}");
  CHECK_STRING (c.body, "{\"prompt_id\": \"" C "\", \"number\": -2, \"node_errors\": {}}");
  CHECK_STRING (d.body, "{\"prompt_id\": \"" D "\", \"number\": 7.0, \"node_errors\": {}}");
  g_auto (served) removed = post (&f, "/queue", "{\"delete\": [\"" B "\", \"unknown\"]}");
  CHECK_INT (removed.status, ==, 200);
  g_auto (served) queue = ask (&f, "/queue", (mk_http_order){ 0 });
  CHECK (g_str_has_prefix (queue.body, "{\"queue_running\": [[0, \"" A "\", "));
  CHECK (strstr (queue.body, "\"queue_pending\": [[-2, \"" C "\"") != NULL);
  CHECK (strstr (queue.body, "[7.0, \"" D "\"") != NULL);
  CHECK (strstr (queue.body, "\"" B "\"") == NULL);
  server_fixture_close (&f);
  server_fixture_open (&f, server_fixture_config (&f));
  g_auto (served) later = ask (&f, "/queue", (mk_http_order){ 0 });
  CHECK (strstr (later.body, "\"" C "\"") < strstr (later.body, "\"" A "\"") || strstr (later.body, "[-2, \"" C "\"") == NULL);
  CHECK (strstr (later.body, "\"" D "\"") != NULL);
  server_fixture_end (&f);
}

TEST (bad_prompts_are_refused_in_comfyuis_words)
{
  server_fixture f;
  server_fixture_begin (&f);
  static const struct { const char *body; unsigned status; const char *part; } cases[] = {
    { "{", 500, "Server got itself in trouble" },
    { "[]", 500, "Server got itself in trouble" },
    { "{}", 400, "\"type\": \"no_prompt\"" },
    { "{\"prompt\": {}}", 400, "\"type\": \"prompt_no_outputs\"" },
    { "{\"prompt\": {\"1\": {\"class_type\": \"None\", \"inputs\": {}}}}", 400, "missing_node_type" },
    { "{\"number\": \"x\", \"prompt\": {}}", 500, "trouble" } };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_auto (served) s = post (&f, "/prompt", cases[i].body);
    CHECK_INT (s.status, ==, cases[i].status);
    if (strstr (s.body, cases[i].part) == NULL)
      mk_test_fail (__FILE__, __LINE__, "%s gave %s", cases[i].body, s.body);
  }
  GString *deep = g_string_new ("{\"prompt\": ");
  for (int i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  g_auto (served) s = post (&f, "/prompt", deep->str);
  CHECK_INT (s.status, ==, 500);
  g_string_free (deep, TRUE);
  server_fixture_end (&f);
}

TEST (beyond_loopback_a_key_is_needed)
{
  server_fixture f;
  server_fixture_prepare (&f);
  g_autoptr (mk_loop) loop = mk_loop_new (NULL);
  mk_server_config config = server_fixture_config (&f);
  config.host = "0.0.0.0";
  GError *error = NULL;
  CHECK_FAILS (mk_server_new (loop, &config, &error) != NULL, error, MK_ERROR_USAGE);
  g_clear_error (&error);
  config.host = NULL;
  config.api_key = "secret";
  server_fixture_open (&f, config);
  expect (&f, "/queue", 401, "401: Unauthorized");
  expect (&f, "/queue?api_key=wrong", 401, NULL);
  expect (&f, "/queue?api_key=secret", 200, NULL);
  g_auto (served) s = ask (&f, "/queue", (mk_http_order){ .headers = (const char *const[]){ "Authorization: Bearer secret", NULL } });
  CHECK_INT (s.status, ==, 200);
  server_fixture_end (&f);
}

TEST (two_engines_do_not_share_a_queue)
{
  server_fixture f;
  server_fixture_begin (&f);
  mk_server_config config = server_fixture_config (&f);
  GError *error = NULL;
  CHECK_FAILS (mk_server_new (f.loop, &config, &error) != NULL, error, MK_ERROR_EXISTS);
  g_clear_error (&error);
  server_fixture_end (&f);
}

TEST (previews_come_as_the_client_wants_them)
{
  server_fixture f;
  listener plain, flagged;
  server_fixture_prepare (&f);
  mk_server_config config = server_fixture_config (&f);
  config.has_previews = true;
  server_fixture_open (&f, config);
  listener_begin (&plain, &f, "plain");
  listener_begin (&flagged, &f, "flagged");
  mk_ws_send_text (flagged.ws, "{\"type\": \"feature_flags\", \"data\": {\"supports_preview_metadata\": true}}");
  hear (&flagged, &f, "feature_flags");
  must_post (&f, "/prompt", "{\"client_id\": \"plain\", " CHAIN ("Picture", "\"text\": \"1\"") "}");
  const char *first = hear (&plain, &f, "binary");
  must_post (&f, "/prompt", "{\"client_id\": \"flagged\", " CHAIN ("Picture", "\"text\": \"2\"") "}");
  const char *second = hear (&flagged, &f, "binary");
  CHECK (strtol (first + 7, NULL, 10) > 8);
  CHECK (strtol (second + 7, NULL, 10) > strtol (first + 7, NULL, 10) + 100); /* the metadata */
  server_fixture_end (&f);
}

TEST (a_front_end_is_served_and_nothing_beside_it)
{
  server_fixture f;
  server_fixture_prepare (&f);
  g_autofree char *web = make_folder ("web"), *index = g_build_filename (web, "index.html", NULL), *script = g_build_filename (web, "a.js", NULL);
  CHECK (mk_file_write (index, "<p>", 3, NULL) && mk_file_write (script, "1", 1, NULL));
  mk_server_config config = server_fixture_config (&f);
  config.front_end_root = web;
  server_fixture_open (&f, config);
  g_auto (served) s = ask (&f, "/", (mk_http_order){ 0 });
  CHECK_STRING (s.body, "<p>");
  CHECK (strstr (s.headers, "expires: 0") != NULL);
  g_auto (served) a = ask (&f, "/a.js", (mk_http_order){ 0 });
  CHECK_STRING (a.body, "1");
  CHECK (strstr (a.headers, "cache-control: no-cache") != NULL);
  expect (&f, "/..%2Fuser/queue.sqlite", 404, NULL);
  expect (&f, "/none", 404, "404: Not Found");
  server_fixture_end (&f);
}

TEST (files_come_in_and_go_out_by_the_contract)
{
  server_fixture f;
  server_fixture_begin (&f);
  g_autofree char *path = g_build_filename (mk_test_folder (), "x.txt", NULL);
  CHECK (mk_file_write (path, "one", 3, NULL));
  mk_http_field fields[] = { { .name = "image", .path = path }, { .name = "subfolder", .value = "" }, { 0 }, { 0 } };
  g_auto (served) a = ask (&f, "/upload/image", (mk_http_order){ .fields = fields });
  CHECK_STRING (a.body, "{\"name\": \"x.txt\", \"subfolder\": \"\", \"type\": \"input\"}");
  CHECK (mk_file_write (path, "two", 3, NULL));
  g_auto (served) b = ask (&f, "/upload/image", (mk_http_order){ .fields = fields });
  CHECK_STRING (b.body, "{\"name\": \"x (1).txt\", \"subfolder\": \"\", \"type\": \"input\"}");
  fields[1].value = "../up";
  g_auto (served) c = ask (&f, "/upload/image", (mk_http_order){ .fields = fields });
  CHECK_INT (c.status, ==, 400);
  expect (&f, "/view?filename=x%20(1).txt&type=input", 200, "two");
  expect (&f, "/view?filename=x.txt%20[input]", 200, "one");
  expect (&f, "/view?filename=..%2Fuser%2Fqueue.sqlite&type=input", 400, "");
  expect (&f, "/view?filename=x.txt&type=input&subfolder=..", 403, "");
  g_autofree char *link_path = g_build_filename (f.input, "out.txt", NULL);
  CHECK_INT (symlink ("/etc/passwd", link_path), ==, 0);
  g_auto (served) d = ask (&f, "/view?filename=out.txt&type=input", (mk_http_order){ 0 });
  CHECK (d.status == 403 || d.status == 404);
  server_fixture_end (&f);
}

/* Half a megabyte of it in a text that nobody reads. */
static char *
enlarge (const char *prompt, bool is_cut)
{
  g_autofree char *blanks = g_strnfill (500000, 'x');
  return g_strdup_printf ("{\"extra_data\": {\"large\": \"%s\"}, %s%s", blanks, prompt, is_cut ? "" : "}");
}

TEST (large_prompts_are_answered_as_small_ones_are)
{
  server_fixture f;
  listener l;
  server_fixture_begin (&f);
  listener_begin (&l, &f, "me");
  g_autofree char *good = enlarge ("\"client_id\": \"me\", \"prompt_id\": \"" P "\", " CHAIN ("Text", "\"text\": \"much\""), false);
  g_autofree char *cut = enlarge ("\"prompt\": {}", true), *empty = enlarge ("\"prompt\": {}", false), *unknown = enlarge ("\"prompt\": {\"1\": {\"class_type\": \"None\", \"inputs\": {}}}", false);
  static const char *const parts[] = { "Server got itself in trouble", "prompt_no_outputs", "missing_node_type" };
  const char *const bad[] = { cut, empty, unknown };
  for (size_t i = 0; i < MK_COUNT (bad); i++) {
    g_auto (served) s = post (&f, "/prompt", bad[i]);
    CHECK_INT (s.status, ==, i == 0 ? 500 : 400);
    CHECK (strstr (s.body, parts[i]) != NULL);
  }
  g_auto (served) s = post (&f, "/prompt", good);
  CHECK_INT (s.status, ==, 200);
  CHECK (strstr (s.body, P) != NULL);
  CHECK (strstr (hear (&l, &f, "\"executed\""), "[\"much\"]") != NULL);
  hear (&l, &f, END);
  g_auto (served) record = ask (&f, "/history/" P, (mk_http_order){ 0 });
  CHECK (strstr (record.body, "xxxxxxxx") != NULL);
  server_fixture_close (&f);
  server_fixture_open (&f, server_fixture_config (&f));
  expect (&f, "/history/" P, 200, record.body);
  g_auto (served) job = ask (&f, "/api/jobs/" P, (mk_http_order){ 0 });
  CHECK_INT (job.status, ==, 200);
  CHECK (strstr (job.body, "\"outputs\": {\"2\": {\"text\": [\"much\"]}}") != NULL && strstr (job.body, "xxxxxxxx") != NULL);
  server_fixture_end (&f);
}

TEST (what_the_editor_saves_is_accepted_as_well)
{
  server_fixture f;
  listener l;
  server_fixture_begin (&f);
  listener_begin (&l, &f, "me");
  static const char workflow[] =
    "{\"nodes\": [{\"id\": 1, \"type\": \"Text\", \"mode\": 0, \"inputs\": [], \"outputs\": [{\"name\": \"STRING\", \"type\": \"STRING\", \"links\": [1]}],"
    " \"widgets_values\": [\"drawn\"]}, {\"id\": 2, \"type\": \"Show\", \"mode\": 0, \"inputs\": [{\"name\": \"text\", \"type\": \"STRING\", \"link\": 1}],"
    " \"outputs\": [], \"widgets_values\": [\"\"]}], \"links\": [[1, 1, 0, 2, 0, \"STRING\"]], \"version\": 0.4}";
  g_auto (served) c = post (&f, "/miktos/convert", workflow);
  CHECK_INT (c.status, ==, 200);
  CHECK (strstr (c.body, "\"text\": [\"1\", 0]") != NULL);
  g_autofree char *body = g_strdup_printf ("{\"client_id\": \"me\", \"prompt\": %s}", workflow);
  g_auto (served) s = post (&f, "/prompt", body);
  CHECK_INT (s.status, ==, 200);
  CHECK (strstr (hear (&l, &f, "\"executed\""), "[\"drawn\"]") != NULL);
  hear (&l, &f, END);
  g_auto (served) bad = post (&f, "/prompt", "{\"nodes\": [{\"id\": 1, \"type\": \"Nobody\"}], \"links\": []}");
  CHECK_INT (bad.status, ==, 400);
  CHECK (strstr (bad.body, "Nobody") != NULL && strstr (bad.body, "\"missing_node_type\"") != NULL);
  server_fixture_end (&f);
}

TEST (jobs_are_listed_sorted_and_cancelled_as_newer_versions_do)
{
  server_fixture f;
  server_fixture_begin (&f);
  must_post (&f, "/prompt", "{\"prompt_id\": \"" P "\", \"extra_data\": {\"extra_pnginfo\": {\"workflow\": {\"id\": \"w\"}}}, " CHAIN ("Sleep", "\"ms\": 60000") "}");
  must_post (&f, "/prompt", "{\"prompt_id\": \"" Q "\", " CHAIN ("Text", "\"text\": \"q\"") "}");
  await_running (&f, P);
  g_auto (served) page = ask (&f, "/api/jobs?status=in_progress,pending&sort_order=asc&limit=1", (mk_http_order){ 0 });
  CHECK (strstr (page.body, "{\"jobs\": [{\"id\": \"" P "\", \"status\": \"in_progress\", \"priority\": 0, \"create_time\": ") != NULL);
  CHECK (strstr (page.body, "\"workflow_id\": \"w\"") != NULL);
  CHECK (strstr (page.body, "\"pagination\": {\"offset\": 0, \"limit\": 1, \"total\": 2, \"has_more\": true}}") != NULL);
  g_auto (served) one = ask (&f, "/api/jobs/" Q, (mk_http_order){ 0 });
  CHECK (strstr (one.body, "\"workflow\": {\"prompt\": {\"1\"") != NULL);
  expect (&f, "/api/jobs?sort_by=size", 400, "{\"error\": \"sort_by must be 'created_at' or 'execution_duration'\"}");
  expect (&f, "/api/jobs?limit=0", 400, "{\"error\": \"limit must be a positive integer\"}");
  expect (&f, "/api/jobs?status=lost", 400, "{\"error\": \"Invalid status value(s): lost. Valid values: pending, in_progress, completed, failed, cancelled\"}");
  expect (&f, "/api/jobs/" A, 404, "{\"error\": \"Job not found\"}");
  g_auto (served) bad = post (&f, "/api/jobs/cancel", "{\"job_ids\": [\"x\"]}");
  CHECK_INT (bad.status, ==, 400);
  g_auto (served) all = post (&f, "/api/jobs/cancel", "{\"job_ids\": [\"" P "\", \"" Q "\", \"" A "\"]}");
  CHECK_STRING (all.body, "{\"cancelled\": true}");
  g_auto (served) none = post (&f, "/api/jobs/" A "/cancel", "");
  CHECK_STRING (none.body, "{\"cancelled\": false}");
  server_fixture_end (&f);
}

TEST (jobs_of_all_states_are_one_list_in_the_order_that_was_asked_for)
{
  server_fixture f;
  listener l;
  server_fixture_begin (&f);
  listener_begin (&l, &f, "me");
  must_post (&f, "/prompt", "{\"client_id\": \"me\", \"prompt_id\": \"" P "\", " CHAIN ("Sleep", "\"ms\": 60") "}");
  hear (&l, &f, "\"node\": null, \"prompt_id\": \"" P "\"");
  must_post (&f, "/prompt", "{\"client_id\": \"me\", \"prompt_id\": \"" Q "\", \"extra_data\": {\"extra_pnginfo\": {\"workflow\": {\"id\": \"w\"}}}, " CHAIN ("Text", "\"text\": \"q\"") "}");
  hear (&l, &f, "\"node\": null, \"prompt_id\": \"" Q "\"");
  must_post (&f, "/prompt", "{\"prompt_id\": \"" A "\", " CHAIN ("Sleep", "\"ms\": 60000") "}");
  await_running (&f, A);
  static const struct { const char *query, *first, *second, *total; } cases[] = {
    { "", A, Q, "\"total\": 3, \"has_more\": false" },
    { "?sort_order=asc", P, Q, "\"total\": 3, \"has_more\": false" },
    { "?sort_by=execution_duration&limit=1", P, P, "\"total\": 3, \"has_more\": true" },
    { "?status=completed", Q, P, "\"total\": 2, \"has_more\": false" },
    { "?offset=1&limit=2", Q, P, "\"total\": 3, \"has_more\": false" },
    { "?workflow_id=w", Q, "\"workflow_id\": \"w\"", "\"total\": 1, \"has_more\": false" },
  };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autofree char *path = g_strconcat ("/api/jobs", cases[i].query, NULL);
    g_auto (served) page = ask (&f, path, (mk_http_order){ 0 });
    const char *first = strstr (page.body, cases[i].first), *second = strstr (page.body, cases[i].second);
    if (first == NULL || second == NULL || first > second || strstr (page.body, cases[i].total) == NULL)
      mk_test_fail (__FILE__, __LINE__, "%s: %s", path, page.body);
  }
  server_fixture_end (&f);
}

TEST (a_finished_job_says_what_it_made)
{
  server_fixture f;
  listener l;
  server_fixture_begin (&f);
  listener_begin (&l, &f, "me");
  must_post (&f, "/prompt", "{\"client_id\": \"me\", \"prompt_id\": \"" P "\", " CHAIN ("Text", "\"text\": \"hi\"") "}");
  hear (&l, &f, END);
  g_auto (served) one = ask (&f, "/api/jobs/" P, (mk_http_order){ 0 });
  CHECK (strstr (one.body, "\"status\": \"completed\"") != NULL);
  CHECK (strstr (one.body, "\"preview_output\": {\"content\": \"hi\", \"nodeId\": \"2\", \"mediaType\": \"text\"}") != NULL);
  CHECK (strstr (one.body, "\"outputs\": {\"2\": {\"text\": [\"hi\"]}}") != NULL);
  CHECK (strstr (one.body, "\"execution_status\": {\"status_str\": \"success\"") != NULL);
  server_fixture_end (&f);
}

TEST (names_of_prompts_are_uuids_and_keys_of_services_are_never_told)
{
  server_fixture f;
  server_fixture_begin (&f);
  static const char *const bad[] = { "\"p\"", "5", "\"AAAAAAAA-0000-4000-8000-000000000000\"", "\"aaaaaaaa00004000800000000000000a\"" };
  for (size_t i = 0; i < MK_COUNT (bad); i++) {
    g_autofree char *body = g_strdup_printf ("{\"prompt_id\": %s, " CHAIN ("Text", "") "}", bad[i]);
    g_auto (served) answer = post (&f, "/prompt", body);
    CHECK_INT (answer.status, ==, 400);
    CHECK (strstr (answer.body, "\"type\": \"invalid_prompt_id\"") != NULL);
  }
  must_post (&f, "/prompt", "{\"prompt_id\": null, " CHAIN ("Sleep", "\"ms\": 60000") "}");
  must_post (&f, "/prompt", "{\"prompt_id\": \"" P "\", \"extra_data\": {\"api_key_comfy_org\": \"hush\", \"x\": 1}, " CHAIN ("Text", "") "}");
  static const char *const places[] = { "/queue", "/api/jobs", ("/api/jobs/" P) };
  for (size_t i = 0; i < MK_COUNT (places); i++) {
    g_auto (served) told = ask (&f, places[i], (mk_http_order){ 0 });
    CHECK (strstr (told.body, P) != NULL);
    CHECK (strstr (told.body, "hush") == NULL);
  }
  server_fixture_end (&f);
}
