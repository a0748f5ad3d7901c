/* Bad input of every kind: each gets its status in bounded time, and the server goes on. */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "nodes/nodes.h"
#include "server_fixture.h"

/* A node that becomes a graph with itself in it. */
static bool
run_forever (mk_run *run, GError **error)
{
  mk_json *graph = NULL, *result = NULL;
  g_autofree char *text = g_strdup_printf ("{\"%s.x\": {\"class_type\": \"Forever\", \"inputs\": {}}}", mk_run_node_id (run)), *link = g_strdup_printf ("[[\"%s.x\", 0]]", mk_run_node_id (run));
  if (!mk_json_parse (text, -1, NULL, &graph, error) || !mk_json_parse (link, -1, NULL, &result, error))
    return false;
  mk_run_expand (run, graph, result);
  return true;
}

/* The same with short names. */
static bool
run_counting (mk_run *run, GError **error)
{
  static int n;
  mk_json *graph = NULL, *result = NULL;
  g_autofree char *text = g_strdup_printf ("{\"c%d\": {\"class_type\": \"Counting\", \"inputs\": {}}}", ++n), *link = g_strdup_printf ("[[\"c%d\", 0]]", n);
  if (!mk_json_parse (text, -1, NULL, &graph, error) || !mk_json_parse (link, -1, NULL, &result, error))
    return false;
  mk_run_expand (run, graph, result);
  return true;
}

static const mk_port nothing[] = { { 0 } };
static const mk_node_def counting = { .id = "Counting", .category = "test", .inputs = nothing, .outputs = text_out, .run = run_counting };
static const mk_node_def forever = { .id = "Forever", .category = "test", .inputs = nothing, .outputs = text_out, .run = run_forever };

static void
begin (server_fixture *f)
{
  server_fixture_prepare (f);
  CHECK (mk_registry_add_all (f->registry, mk_all_nodes, NULL));
  CHECK (mk_registry_add (f->registry, &forever, NULL) && mk_registry_add (f->registry, &counting, NULL));
  server_fixture_open (f, server_fixture_config (f));
}

static void
check_alive (server_fixture *f)
{
  int64_t before = g_get_monotonic_time ();
  expect (f, "/prompt", 200, NULL);
  CHECK_INT (g_get_monotonic_time () - before, <, 5000000);
}

#define STATUS(f, path, text) status_of (f, path, text, sizeof (text) - 1)

static unsigned
status_of (server_fixture *f, const char *path, const char *body, size_t length)
{
  g_auto (served) s = ask (f, path, (mk_http_order){ .body = body, .length = length });
  return s.status;
}

TEST (broken_and_endless_json_is_refused_and_the_server_goes_on)
{
  server_fixture f;
  begin (&f);
  size_t n = (size_t)99 << 20; /* just below what a body may have */
  g_autofree char *brackets = g_malloc (n + 1);
  memset (brackets, '[', n);
  brackets[n] = '\0';
  CHECK_INT (STATUS (&f, "/prompt", "{\"prompt\":"), ==, 500);
  CHECK_INT (STATUS (&f, "/prompt", "\xff\xfe\0\0"), ==, 500);
  CHECK_INT (status_of (&f, "/prompt", brackets, 100000), ==, 500);
  CHECK_INT (status_of (&f, "/prompt", brackets, n), ==, 500);
  CHECK_INT (status_of (&f, "/queue", brackets, 100000), ==, 500);
  CHECK_INT (status_of (&f, "/miktos/convert", brackets, 100000), >=, 400);
  CHECK_INT (STATUS (&f, "/prompt", "[1,2,3]"), ==, 500);
  CHECK_INT (STATUS (&f, "/prompt", "{\"prompt\": \"text\"}"), ==, 400);
  CHECK_INT (STATUS (&f, "/prompt", "{\"prompt\": {\"1\": []}}"), ==, 400);
  static const char odd[] = "{\"prompt\": {\"1\": {\"class_type\": 5, \"inputs\": 7}}}";
  CHECK_INT (status_of (&f, "/prompt", odd, sizeof odd - 1), ==, 400);
  check_alive (&f);
  server_fixture_end (&f);
}

TEST (a_body_above_the_limit_gets_413)
{
  server_fixture f;
  server_fixture_prepare (&f);
  mk_server_config config = server_fixture_config (&f);
  config.max_upload_bytes = (uint64_t)1 << 20;
  server_fixture_open (&f, config);
  size_t n = (size_t)100 << 20;
  g_autofree char *body = g_malloc0 (n);
  CHECK_INT (status_of (&f, "/prompt", body, n), ==, 413);
  g_autofree char *path = g_build_filename (mk_test_folder (), "large.png", NULL);
  CHECK (g_file_set_contents (path, body, 3 << 20, NULL));
  mk_http_field fields[] = { { .name = "image", .path = path }, { .name = NULL } };
  g_auto (served) s = ask (&f, "/upload/image", (mk_http_order){ .fields = fields });
  CHECK_INT (s.status, ==, 413);
  check_alive (&f);
  server_fixture_end (&f);
}

TEST (no_path_leads_out)
{
  static const char *const names[] = { "../user/secret", "/etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "%252e%252e%252fetc%252fpasswd", "a%00b", "link/passwd", "....//....//etc/passwd", "..\\..\\etc\\passwd", "%c0%ae%c0%ae/etc/passwd" };
  server_fixture f;
  begin (&f);
  g_autofree char *secret = g_build_filename (f.user, "secret", NULL), *link = g_build_filename (f.output, "link", NULL);
  CHECK (g_file_set_contents (secret, "root:", 5, NULL) && symlink ("/etc", link) == 0);
  static const char *const forms[] = { "/view?filename=%s", "/view?filename=passwd&subfolder=%s", "/view?filename=x.png&type=%s", "/userdata/%s", "/userdata?dir=%s", "/v2/userdata?path=%s", "/view_metadata/checkpoints?filename=%s", "/extensions/%s", "/%s", "/models/%s", "/internal/files/%s" };
  for (size_t i = 0; i < MK_COUNT (names); i++)
    for (size_t k = 0; k < MK_COUNT (forms); k++) {
      GString *path = g_string_new (forms[k]);
      g_string_replace (path, "%s", names[i], 0);
      g_auto (served) s = ask (&f, path->str, (mk_http_order){ 0 });
      if ((s.status != 200 || strcmp (s.body, "[]") != 0) && (s.status < 400 || strstr (s.body, "root:") != NULL))
        mk_test_fail (__FILE__, __LINE__, "%s gave %u: %.80s", path->str, s.status, s.body);
      g_string_free (path, TRUE);
    }
  g_auto (served) s = ask (&f, "/view?filename=passwd&subfolder=link", (mk_http_order){ 0 });
  CHECK_INT (s.status, >=, 400);
  check_alive (&f);
  server_fixture_end (&f);
}

/* --- sockets that do not behave --- */

static int
dial (server_fixture *f)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons ((uint16_t)mk_server_port (f->server)), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  CHECK_INT (connect (fd, (struct sockaddr *)&to, sizeof to), ==, 0);
  return fd;
}

TEST (slow_senders_and_half_open_sockets_do_not_keep_others_waiting)
{
  static const char *const beginnings[] = { "", "G", "GET /queue HTTP/1.1\r\nHost: 127.0.0.1\r\n", "POST /prompt HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{",
    "POST /upload/image HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n--x\r\n", "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n" };
  server_fixture f;
  int fds[300];
  begin (&f);
  for (size_t i = 0; i < MK_COUNT (fds); i++) {
    const char *text = beginnings[i % MK_COUNT (beginnings)];
    fds[i] = dial (&f);
    CHECK_INT (send (fds[i], text, strlen (text), MSG_NOSIGNAL), ==, (ssize_t)strlen (text));
    if (i % 7 == 0)
      shutdown (fds[i], SHUT_WR);
    if (i % 3 == 0)
      mk_loop_step (f.loop, 0);
  }
  for (int i = 0; i < 20; i++)
    check_alive (&f);
  for (size_t i = 0; i < MK_COUNT (fds); i++) {
    struct linger now = { 1, 0 }; /* half of them vanish with a reset */
    if (i % 2 == 0)
      setsockopt (fds[i], SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close (fds[i]);
  }
  check_alive (&f);
  server_fixture_end (&f);
}

TEST (a_frame_above_the_limit_closes_its_socket_alone)
{
  server_fixture f;
  listener loud, quiet;
  begin (&f);
  listener_begin (&quiet, &f, "quiet");
  listener_begin (&loud, &f, "loud");
  g_autofree char *text = g_malloc (5 << 20);
  memset (text, 'x', 5 << 20);
  text[(5 << 20) - 1] = '\0';
  mk_ws_send_text (loud.ws, text);
  for (int i = 0; loud.ws != NULL && i < 2000; i++)
    mk_loop_step (f.loop, 10);
  CHECK (loud.ws == NULL);
  CHECK (quiet.ws != NULL);
  check_alive (&f);
  server_fixture_end (&f);
  g_ptr_array_unref (loud.texts);
  g_ptr_array_unref (quiet.texts);
}

TEST (foreign_pages_and_foreign_names_are_refused)
{
  static const struct { const char *header; unsigned status; } cases[] = {
    { "Origin: http://elsewhere.example", 403 }, { "Origin: null", 403 }, { "Origin: http://127.0.0.1.elsewhere.example", 403 }, { "Host: elsewhere.example", 403 }, { "Host: localhost", 200 } };
  server_fixture f;
  begin (&f);
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    const char *headers[] = { cases[i].header, NULL };
    g_auto (served) s = ask (&f, "/queue", (mk_http_order){ .headers = headers });
    if (s.status != cases[i].status)
      mk_test_fail (__FILE__, __LINE__, "%s: %u, wanted %u", cases[i].header, s.status, cases[i].status);
  }
  g_autofree char *own = g_strdup_printf ("Origin: http://127.0.0.1:%u", mk_server_port (f.server));
  const char *headers[] = { own, NULL };
  g_auto (served) s = ask (&f, "/queue", (mk_http_order){ .headers = headers });
  CHECK_INT (s.status, ==, 200);
  server_fixture_end (&f);
}

/* --- prompts that ask too much --- */

/* Posts and waits for its record; g_free. */
static char *
run_prompt (server_fixture *f, const char *prompt)
{
  g_autofree char *body = g_strdup_printf ("{\"prompt\": %s}", prompt);
  g_auto (served) s = post (f, "/prompt", body);
  if (s.status != 200)
    return g_strdup (s.body);
  g_autoptr (mk_json) answer = NULL;
  CHECK (mk_json_parse (s.body, -1, NULL, &answer, NULL));
  g_autofree char *path = g_strconcat ("/history/", mk_json_get_string (mk_json_get (answer, "prompt_id")), NULL);
  for (;;) {
    g_auto (served) record = ask (f, path, (mk_http_order){ 0 });
    if (strcmp (record.body, "{}") != 0)
      return g_steal_pointer (&record.body);
    mk_loop_step (f->loop, 10);
  }
}

static void
expect_failure (server_fixture *f, const char *prompt, const char *part)
{
  g_autofree char *record = run_prompt (f, prompt);
  if (strstr (record, part) == NULL || strstr (record, "\"status_str\": \"success\"") != NULL)
    mk_test_fail (__FILE__, __LINE__, "%.200s gave %.900s", prompt, record);
  check_alive (f);
}

TEST (pictures_of_absurd_sizes_are_an_error_of_their_node)
{
  server_fixture f;
  begin (&f);
  expect_failure (&f, "{\"1\": {\"class_type\": \"EmptyImage\", \"inputs\": {\"width\": 16384, \"height\": 16384, \"batch_size\": 4096, \"color\": 0}}, \"2\": {\"class_type\": \"PreviewImage\", \"inputs\": {\"images\": [\"1\", 0]}}}", "do not fit in memory");
  expect_failure (&f, "{\"1\": {\"class_type\": \"EmptyImage\", \"inputs\": {\"width\": 8, \"height\": 8, \"batch_size\": 1, \"color\": 0}}, \"2\": {\"class_type\": \"ImagePadForOutpaint\", \"inputs\": {\"image\": [\"1\", 0], \"left\": 16384, \"top\": 16384, \"right\": 16384, \"bottom\": 16384, \"feathering\": 40}}, \"3\": {\"class_type\": \"PreviewImage\", \"inputs\": {\"images\": [\"2\", 0]}}}", "sides go from 1 to 16384");
  expect_failure (&f, "{\"1\": {\"class_type\": \"EmptyAudio\", \"inputs\": {\"duration\": 1e18, \"sample_rate\": 44100, \"channels\": 2}}, \"2\": {\"class_type\": \"PreviewAudio\", \"inputs\": {\"audio\": [\"1\", 0]}}}", "do not fit in memory");
  server_fixture_end (&f);
}

TEST (pictures_that_lie_about_their_size_are_an_error_of_their_node)
{
  /* Headers only: 60000×60000, and 16000×16000 without a single pixel behind it. */
  static const uint8_t large[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 6, 0, 0, 0, 0, 0, 0, 0 };
  uint8_t jpeg[] = { 0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0xff, 0xff, 0xff, 0xff, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 0xff, 0xd9 };
  static const uint8_t gif[] = { 'G', 'I', 'F', '8', '9', 'a', 0xff, 0xff, 0xff, 0xff, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2c, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 2, 2, 0x44, 1, 0, 0x3b };
  server_fixture f;
  begin (&f);
  const struct { const char *name; const void *bytes; size_t length; } files[] = { { "a.png", large, sizeof large }, { "a.jpg", jpeg, sizeof jpeg }, { "a.gif", gif, sizeof gif } };
  for (size_t i = 0; i < MK_COUNT (files); i++) {
    g_autofree char *path = g_build_filename (f.input, files[i].name, NULL);
    CHECK (g_file_set_contents (path, files[i].bytes, (gssize)files[i].length, NULL));
    g_autofree char *prompt = g_strdup_printf ("{\"1\": {\"class_type\": \"LoadImage\", \"inputs\": {\"image\": \"%s\"}}, \"2\": {\"class_type\": \"PreviewImage\", \"inputs\": {\"images\": [\"1\", 0]}}}", files[i].name);
    expect_failure (&f, prompt, files[i].name);
    g_autofree char *view = g_strdup_printf ("/view?filename=%s&type=input&preview=webp", files[i].name);
    CHECK_INT (status_of (&f, view, NULL, 0), >=, 400);
  }
  server_fixture_end (&f);
}

TEST_WITHIN (expansion_without_end_has_an_end, 300)
{
  server_fixture f;
  begin (&f);
  expect_failure (&f, "{\"1\": {\"class_type\": \"Forever\", \"inputs\": {}}, \"2\": {\"class_type\": \"Show\", \"inputs\": {\"text\": [\"1\", 0]}}}", "expands again and again");
  expect_failure (&f, "{\"1\": {\"class_type\": \"Counting\", \"inputs\": {}}, \"2\": {\"class_type\": \"Show\", \"inputs\": {\"text\": [\"1\", 0]}}}", "more than 200000 nodes");
  server_fixture_end (&f);
}

TEST_WITHIN (a_graph_of_a_hundred_thousand_nodes_is_answered, 300)
{
  server_fixture f;
  begin (&f);
  GString *prompt = g_string_new ("{\"0\": {\"class_type\": \"Text\", \"inputs\": {\"text\": \"deep\"}}");
  for (int i = 1; i < 100000; i++)
    g_string_append_printf (prompt, ", \"%d\": {\"class_type\": \"Text\", \"inputs\": {\"text\": [\"%d\", 0]}}", i, i - 1);
  g_string_append (prompt, ", \"end\": {\"class_type\": \"Show\", \"inputs\": {\"text\": [\"99999\", 0]}}}");
  g_autofree char *record = run_prompt (&f, prompt->str);
  g_string_free (prompt, TRUE);
  CHECK (strstr (record, "\"text\": [\"deep\"]") != NULL);
  check_alive (&f);
  server_fixture_end (&f);
}
