#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "net/gzip.h"
#include "net_fixture.h"

static void
say_hello (mk_http_request *r, void *user)
{
  (void)user;
  const char *name = mk_http_request_param (r, "name"), *loud = mk_http_request_query (r, "loud");
  g_autofree char *text = g_strdup_printf ("hello %s%s", name, loud != NULL ? loud : "");
  mk_http_answer_text (r, 200, text);
}

static void
echo (mk_http_request *r, void *user)
{
  (void)user;
  g_autoptr (GError) error = NULL;
  mk_json *value = NULL;
  if (!mk_http_request_json (r, &value, &error))
    mk_http_answer_error (r, g_steal_pointer (&error));
  else
    mk_http_answer_json (r, 200, value);
}

static void
describe_form (mk_http_request *r, void *user)
{
  (void)user;
  const mk_http_part *file = mk_http_request_part (r, "image"), *field = mk_http_request_part (r, "type");
  g_autofree char *text = g_strdup_printf ("%s %s %" G_GUINT64_FORMAT " %.8s", field != NULL ? field->text : "-",
                                           file != NULL ? file->filename : "-", file != NULL ? file->size : 0,
                                           file != NULL ? file->sha256 : "-");
  mk_http_answer_text (r, 200, text);
}

static void
keep_file (mk_http_request *r, void *user)
{
  (void)user;
  g_autofree char *to = g_build_filename (mk_test_folder (), "kept", NULL);
  CHECK_INT (rename (mk_http_request_part (r, "")->path, to), ==, 0);
  mk_http_answer_empty (r, 200);
}

static void
send_file (mk_http_request *r, void *user)
{
  (void)user;
  mk_http_answer_file (r, mk_test_folder (), mk_http_request_param (r, "name"), NULL);
}

static void
answer_late (void *user)
{
  mk_http_answer_text (user, 200, "late");
}

static int think_ms;

static void *
think (void *user)
{
  void **both = user;
  g_usleep ((gulong)think_ms * 1000);
  mk_loop_post (both[0], answer_late, both[1]);
  g_free (both);
  return NULL;
}

static void
answer_from_a_thread (mk_http_request *r, void *user)
{
  net_fixture *f = user;
  void **both = g_new (void *, 2);
  both[0] = f->loop;
  both[1] = r;
  pthread_t thread;
  pthread_create (&thread, NULL, think, both);
  pthread_detach (thread);
}

static gssize
read_numbers (void *user, char *bytes, size_t max)
{
  int *left = user;
  if (*left == 0)
    return -1;
  size_t n = MIN (max, (size_t)*left);
  memset (bytes, 'n', n);
  *left -= (int)n;
  return (gssize)n;
}

static void
stream_numbers (mk_http_request *r, void *user)
{
  (void)user;
  int *left = g_new (int, 1);
  *left = 300000;
  mk_http_answer_stream (r, 200, "text/plain", -1, read_numbers, g_free, left);
}

static void
never (mk_http_request *r, void *user)
{
  *(mk_http_request **)user = r;
}

static const mk_http_route routes[] = {
  { "GET", "/hello/{name}", say_hello, "Greets", MK_BODY_NONE, 0, 0 },
  { "POST", "/echo", echo, NULL, MK_BODY_MEMORY, 1000, 0 },
  { "POST", "/form", describe_form, NULL, MK_BODY_FORM, 1 << 20, 0 },
  { "POST", "/file", keep_file, NULL, MK_BODY_FILE, 1 << 20, 0 },
  { "GET", "/files/{name...}", send_file, NULL, MK_BODY_NONE, 0, 0 },
  { "GET", "/late", answer_from_a_thread, NULL, MK_BODY_NONE, 0, 0 },
  { "GET", "/numbers", stream_numbers, NULL, MK_BODY_NONE, 0, 0 },
  { NULL, NULL, NULL, NULL, 0, 0, 0 },
};

static void
expect (net_fixture *f, const char *path, mk_http_order order, unsigned status, const char *body)
{
  net_answer a = net_ask (f, path, order);
  CHECK_OK (a.status > 0, a.error);
  CHECK_INT (a.status, ==, status);
  if (body != NULL)
    CHECK_STRING (a.body, body);
  net_answer_clear (&a);
}

TEST (routes_answer_with_params_queries_and_bodies)
{
  net_fixture f = net_fixture_new (routes, (mk_http_config){ 0 }, NULL);
  expect (&f, "/hello/you%20two?loud=%21", (mk_http_order){ 0 }, 200, "hello you two!");
  expect (&f, "/echo", (mk_http_order){ .body = "{\"a\":[1,\"é\"]}", .length = 14 }, 200, "{\"a\": [1, \"\\u00e9\"]}");
  expect (&f, "/echo", (mk_http_order){ .body = "{", .length = 1 }, 400, NULL);
  expect (&f, "/nowhere", (mk_http_order){ 0 }, 404, "404: Not Found");
  expect (&f, "/echo", (mk_http_order){ 0 }, 405, "405: Method Not Allowed");
  expect (&f, "/hello/x%00", (mk_http_order){ 0 }, 404, NULL);
  expect (&f, "/hello/x?a=%ff", (mk_http_order){ 0 }, 400, NULL);
  expect (&f, "/hello/x", (mk_http_order){ .method = "OPTIONS" }, 200, "");
  expect (&f, "/numbers", (mk_http_order){ 0 }, 200, NULL);
  net_fixture_clear (&f);
}

TEST (an_answer_may_come_from_another_thread)
{
  net_fixture f = net_fixture_new (&routes[MK_COUNT (routes) - 1], (mk_http_config){ 0 }, NULL);
  mk_http_server_add_routes (f.server, "", routes, &f);
  for (int i = 0; i < 50; i++)
    expect (&f, "/late", (mk_http_order){ 0 }, 200, "late");
  net_fixture_clear (&f);
}

TEST (who_waits_for_an_answer_is_not_taken_for_a_slow_sender)
{
  net_fixture f = net_fixture_new (&routes[MK_COUNT (routes) - 1], (mk_http_config){ .header_patience_ms = 100, .body_patience_ms = 100 }, NULL);
  mk_http_server_add_routes (f.server, "", routes, &f);
  think_ms = 2500; /* longer than a sender may take for a byte */
  expect (&f, "/late", (mk_http_order){ 0 }, 200, "late");
  net_fixture_clear (&f);
}

TEST (bodies_above_the_limit_are_refused_and_the_client_hears_it)
{
  net_fixture f = net_fixture_new (routes, (mk_http_config){ 0 }, NULL);
  g_autofree char *big = g_strnfill (8 << 20, ' ');
  expect (&f, "/echo", (mk_http_order){ .body = big, .length = 8 << 20 }, 413, NULL);
  static const char *const chunked[] = { "Transfer-Encoding: chunked", NULL };
  expect (&f, "/echo", (mk_http_order){ .body = big, .length = 2000, .headers = chunked }, 413, NULL);
  expect (&f, "/hello/again", (mk_http_order){ 0 }, 200, "hello again");
  net_fixture_clear (&f);
}

TEST (forms_stream_to_files_and_leave_nothing_behind)
{
  net_fixture f = net_fixture_new (routes, (mk_http_config){ 0 }, NULL);
  g_autofree char *path = g_build_filename (mk_test_folder (), "in.bin", NULL);
  g_autofree char *bytes = g_strnfill (300000, 'x');
  CHECK (mk_file_write (path, bytes, 300000, NULL));
  g_autofree char *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *)bytes, 300000);
  g_autofree char *wanted = g_strdup_printf ("input in.bin 300000 %.8s", sum);
  mk_http_field fields[] = { { .name = "image", .path = path }, { .name = "type", .value = "input" }, { 0 } };
  expect (&f, "/form", (mk_http_order){ .fields = fields }, 200, wanted);
  expect (&f, "/form", (mk_http_order){ .body = "x", .length = 1 }, 400, NULL);
  GDir *folder = g_dir_open (mk_test_folder (), 0, NULL);
  for (const char *name; (name = g_dir_read_name (folder)) != NULL;)
    CHECK (!g_str_has_prefix (name, ".upload"));
  g_dir_close (folder);
  expect (&f, "/file", (mk_http_order){ .upload_path = path }, 200, "");
  g_autofree char *kept = g_build_filename (mk_test_folder (), "kept", NULL);
  struct stat info;
  CHECK_INT (stat (kept, &info), ==, 0);
  CHECK_INT (info.st_size, ==, 300000);
  net_fixture_clear (&f);
}

TEST (files_are_sent_whole_in_parts_or_not_at_all)
{
  net_fixture f = net_fixture_new (routes, (mk_http_config){ 0 }, NULL);
  g_autofree char *path = g_build_filename (mk_test_folder (), "a.txt", NULL);
  CHECK (mk_file_write (path, "0123456789", 10, NULL));
  net_answer a = net_ask (&f, "/files/a.txt", (mk_http_order){ 0 });
  CHECK_STRING (a.body, "0123456789");
  CHECK_STRING (a.type, "text/plain");
  const char *tag = strstr (a.headers, "etag: ");
  CHECK (tag != NULL);
  g_autofree char *etag = g_strndup (tag + 6, strcspn (tag + 6, "\n"));
  g_autofree char *same = g_strconcat ("If-None-Match: ", etag, NULL);
  static const struct { const char *range; unsigned status; const char *body; } cases[] = {
    { "Range: bytes=2-4", 206, "234" }, { "Range: bytes=7-", 206, "789" }, { "Range: bytes=-2", 206, "89" },
    { "Range: bytes=5-99", 206, "56789" }, { "Range: bytes=10-", 416, "" }, { "Range: bytes=-0", 416, "" },
    { "Range: bytes=4-2", 200, "0123456789" }, { "Range: lines=1-2", 200, "0123456789" },
    { "Range: bytes=0-1,3-4", 200, "0123456789" }, { "Range: bytes=-99", 206, "0123456789" } };
  for (size_t i = 0; i < MK_COUNT (cases); i++)
    expect (&f, "/files/a.txt", (mk_http_order){ .headers = (const char *const[]){ cases[i].range, NULL } }, cases[i].status, cases[i].body);
  expect (&f, "/files/a.txt", (mk_http_order){ .headers = (const char *const[]){ same, NULL } }, 304, "");
  expect (&f, "/files/a.txt", (mk_http_order){ .headers = (const char *const[]){ "Range: bytes=2-4", "If-Range: \"other\"", NULL } }, 200, "0123456789");
  expect (&f, "/files/..%2Fa.txt", (mk_http_order){ 0 }, 404, "");
  expect (&f, "/files/%2Fetc%2Fpasswd", (mk_http_order){ 0 }, 404, "");
  expect (&f, "/files/", (mk_http_order){ 0 }, 404, "");
  net_answer_clear (&a);
  net_fixture_clear (&f);
}

TEST (downloads_continue_where_they_broke_off)
{
  net_fixture f = net_fixture_new (routes, (mk_http_config){ 0 }, NULL);
  g_autofree char *path = g_build_filename (mk_test_folder (), "model", NULL);
  g_autofree char *to = g_build_filename (mk_test_folder (), "copy", NULL);
  g_autofree char *part = g_strconcat (to, ".part", NULL), *tag_path = g_strconcat (to, ".part.etag", NULL);
  CHECK (mk_file_write (path, "0123456789", 10, NULL));
  net_answer a = net_ask (&f, "/files/model", (mk_http_order){ 0 });
  const char *tag = strstr (a.headers, "etag: ") + 6;
  CHECK (mk_file_write (part, "ABCD", 4, NULL)); /* other letters, to see that they are kept */
  CHECK (mk_file_write (tag_path, tag, strcspn (tag, "\n"), NULL));
  expect (&f, "/files/model", (mk_http_order){ .download_path = to, .is_resumed = true }, 200 + 6, "");
  g_autofree char *got = NULL, *again = NULL;
  size_t length;
  CHECK (mk_file_read (to, 0, &got, &length, NULL));
  CHECK_STRING (got, "ABCD456789");
  CHECK (mk_file_write (part, "ABCD", 4, NULL));
  CHECK (mk_file_write (tag_path, "\"stale\"", 7, NULL));
  expect (&f, "/files/model", (mk_http_order){ .download_path = to, .is_resumed = true }, 200, "");
  CHECK (mk_file_read (to, 0, &again, &length, NULL));
  CHECK_STRING (again, "0123456789");
  net_answer_clear (&a);
  net_fixture_clear (&f);
}

TEST (ambiguous_and_broken_requests_are_refused)
{
  net_fixture f = net_fixture_new (routes, (mk_http_config){ 0 }, NULL);
  static const struct { const char *text, *wanted; } cases[] = {
    { "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x", "HTTP/1.1 400" },
    { "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 400" },
    { "GET /hello/a HTTP/1.1\r\nHost: evil.example\r\n\r\n", "HTTP/1.1 403" },
    { "GET /hello/a HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\n\r\n", "HTTP/1.1 403" },
    { "GET /hello/a HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil\r\n\r\n", "HTTP/1.1 403" },
    { "GET /hello/a HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 200" } };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autofree char *got = net_ask_raw (&f, cases[i].text, strlen (cases[i].text));
    if (!g_str_has_prefix (got, cases[i].wanted))
      mk_test_fail (__FILE__, __LINE__, "%s\ngave\n%s", cases[i].text, got);
  }
  g_autoptr (GString) endless = g_string_new ("GET /hello/a HTTP/1.1\r\nHost: localhost\r\n");
  for (int i = 0; i < 5000; i++)
    g_string_append_printf (endless, "X-%d: 0123456789012345678901234567890123456789\r\n", i);
  g_autofree char *got = net_ask_raw (&f, endless->str, endless->len);
  CHECK (g_str_has_prefix (got, "HTTP/1.1 4"));
  expect (&f, "/hello/still", (mk_http_order){ 0 }, 200, "hello still");
  net_fixture_clear (&f);
}

/* Sends a beginning, and one byte more every 20 ms; whether the server has hung up before the request was over. */
static bool
is_hung_up_on (net_fixture *f, const char *beginning)
{
  int fd = net_connect (f, beginning, strlen (beginning));
  bool is_over = false;
  for (int i = 0; i < 2000 && !is_over; i++) {
    char byte;
    g_usleep (20000); /* this is what is slow about it */
    mk_loop_step (f->loop, 1);
    is_over = recv (fd, &byte, 1, MSG_DONTWAIT) == 0 || send (fd, "x", 1, MSG_NOSIGNAL) < 0;
  }
  close (fd);
  return is_over;
}

TEST_WITHIN (who_sends_too_slowly_loses_the_connection, 120)
{
  net_fixture f = net_fixture_new (routes, (mk_http_config){ .header_patience_ms = 300, .body_patience_ms = 1200 }, NULL);
  CHECK (is_hung_up_on (&f, "GET /hello/a HTTP/1.1\r\nHost: localhost\r\nX-Slow: "));
  CHECK (is_hung_up_on (&f, "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"));
  expect (&f, "/hello/still", (mk_http_order){ 0 }, 200, "hello still");
  net_fixture_clear (&f);
}

TEST (a_server_may_go_while_an_answer_is_owed)
{
  mk_http_request *owed = NULL;
  mk_http_route table[] = { { "GET", "/never", never, NULL, MK_BODY_NONE, 0, 0 }, { NULL, NULL, NULL, NULL, 0, 0, 0 } };
  net_fixture f = net_fixture_new (table, (mk_http_config){ 0 }, &owed);
  g_autofree char *got = net_ask_raw (&f, "GET /never HTTP/1.1\r\nHost: localhost\r\n\r\n", 41);
  CHECK_STRING (got, "");
  CHECK (owed != NULL);
  mk_http_server_free (g_steal_pointer (&f.server));
  CHECK (mk_http_request_is_gone (owed));
  mk_http_answer_text (owed, 200, "too late");
  net_fixture_clear (&f);
}

/* A connection that has sent `beginning`, all of which the server has seen. */
static int
connect_and_send (net_fixture *f, const char *beginning)
{
  int fd = net_connect (f, beginning, strlen (beginning));
  for (int i = 0; i < 20; i++)
    mk_loop_step (f->loop, 10);
  return fd;
}

TEST (a_server_that_goes_calls_nobody_any_more)
{
  net_fixture f = { mk_loop_new (NULL), NULL, NULL };
  GError *error = NULL;
  f.server = mk_http_server_new (f.loop, &(mk_http_config){ .temp_folder = mk_test_folder () }, &error);
  CHECK_OK (f.server != NULL, error);
  mk_http_request *none = NULL, **asked = g_memdup2 (&none, sizeof none);
  mk_http_route *table = g_memdup2 ((mk_http_route[]){ { "GET", "/never", never, NULL, MK_BODY_NONE, 0, 0 }, { "POST", "/never", never, NULL, MK_BODY_MEMORY, 100, 0 }, { 0 } }, 3 * sizeof *table);
  mk_http_server_add_routes (f.server, "", table, asked);
  int fds[] = { connect_and_send (&f, "GET /never HTTP/1.1\r\nHost: local"), connect_and_send (&f, "POST /never HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n[1") };
  const char *rests[] = { "host\r\n\r\n", "2]" };
  for (int i = 0; i < 2; i++)
    CHECK_INT (send (fds[i], rests[i], strlen (rests[i]), MSG_NOSIGNAL), ==, (ssize_t)strlen (rests[i]));
  CHECK (*asked == NULL);
  memset (table, 0, 3 * sizeof *table); /* the owner of the handlers has gone first */
  g_free (table);
  g_free (asked);
  mk_http_server_free (g_steal_pointer (&f.server));
  for (int i = 0; i < 2; i++) {
    char bytes[13] = "";
    CHECK_INT (recv (fds[i], bytes, 12, MSG_WAITALL), ==, 12);
    CHECK_STRING (bytes, "HTTP/1.1 503");
    close (fds[i]);
  }
  mk_loop_free (f.loop);
}

TEST (what_cannot_be_reached_is_said)
{
  net_fixture f = net_fixture_new (routes, (mk_http_config){ 0 }, NULL);
  net_answer a = { .net = &f };
  mk_http_client_start (f.client, &(mk_http_order){ .url = "http://127.0.0.1:1/", .done = net_on_done, .user = &a });
  mk_loop_run (f.loop, NULL);
  CHECK_FAILS (a.status > 0, a.error, MK_ERROR_UNAVAILABLE);
  net_answer_clear (&a);
  mk_http_call *call = mk_http_client_start (f.client, &(mk_http_order){ .url = "http://127.0.0.1:1/", .done = net_on_done, .user = &a });
  mk_http_call_cancel (call);
  mk_loop_run (f.loop, NULL);
  CHECK_FAILS (a.status > 0, a.error, MK_ERROR_CANCELLED);
  net_answer_clear (&a);
  net_fixture_clear (&f);
}

TEST (a_port_in_use_is_named)
{
  net_fixture f = net_fixture_new (routes, (mk_http_config){ 0 }, NULL);
  GError *error = NULL;
  mk_http_config config = { .port = mk_http_server_port (f.server) };
  CHECK_FAILS (mk_http_server_new (f.loop, &config, &error) != NULL, error, MK_ERROR_EXISTS);
  g_clear_error (&error);
  net_fixture_clear (&f);
}

TEST (several_addresses_share_one_port)
{
  net_fixture f = net_fixture_new (routes, (mk_http_config){ .host = "127.0.0.1,127.0.0.2" }, NULL);
  expect (&f, "/hello/one", (mk_http_order){ 0 }, 200, "hello one");
  net_fixture_clear (&f);
}

TEST (gzip_is_taken_where_it_is_named_with_a_weight)
{
  const struct {
    const char *accepts;
    bool is_taken;
  } cases[] = {
    { NULL, false },           { "", false },        { "gzip", true },        { "deflate, GZIP;q=0.5, br", true }, { "gzip;q=0", false },
    { "gzip; q=0.000", false }, { "br, *", true },    { "*;q=0", false },      { "*, gzip;q=0", false },            { "*;q=0, gzip", true },
    { "x-gzip-not", false },   { "identity", false }, { ",;,", false },
  };
  for (guint i = 0; i < MK_COUNT (cases); i++)
    if (mk_gzip_is_accepted (cases[i].accepts) != cases[i].is_taken)
      mk_test_fail (__FILE__, __LINE__, "\"%s\" is judged wrongly", cases[i].accepts);
}

TEST (an_answer_that_could_be_smaller_says_on_what_that_depends)
{
  for (int is_on = 0; is_on < 2; is_on++) {
    net_fixture f = net_fixture_new (routes, (mk_http_config){ .compresses_answers = is_on }, NULL);
    net_answer plain = net_ask (&f, "/hello/one", (mk_http_order){ .headers = (const char *const[]){ "Accept-Encoding: gzip;q=0", NULL } });
    CHECK_INT (strstr (plain.headers, "vary: Accept-Encoding") != NULL, ==, is_on);
    CHECK (strstr (plain.headers, "content-encoding") == NULL);
    CHECK_STRING (plain.body, "hello one");
    net_answer_clear (&plain);
    net_fixture_clear (&f);
  }
}
