#include <string.h>

#include "check.h"
#include "net/multipart.h"

static bool
on_begin (void *user, const char *name, const char *filename, const char *type, GError **error)
{
  (void)error;
  g_string_append_printf (user, "[%s|%s|%s:", name, filename != NULL ? filename : "-", type != NULL ? type : "-");
  return true;
}

static bool
on_data (void *user, const void *bytes, size_t length, GError **error)
{
  (void)error;
  g_string_append_len (user, bytes, (gssize)length);
  return true;
}

static bool
on_end (void *user, GError **error)
{
  (void)error;
  g_string_append (user, "]");
  return true;
}

static const mk_multipart_events events = { on_begin, on_data, on_end };

static bool
parse (const char *body, size_t piece, GString *out, GError **error)
{
  g_autoptr (mk_multipart) p = mk_multipart_new ("multipart/form-data; boundary=\"B\"", &events, out, error);
  if (p == NULL)
    return false;
  for (size_t at = 0, n = strlen (body); at < n; at += piece)
    if (!mk_multipart_feed (p, body + at, MIN (piece, n - at), error))
      return false;
  return mk_multipart_finish (p, error);
}

#define FIELD(name) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"

TEST (a_form_reads_the_same_in_pieces_of_any_size)
{
  const char *body = "ignored\r\n--B\r\n" FIELD ("a") "one\r\n-B\r\n--\r\n--B  \r\n"
                     "content-disposition: form-data; name=b; filename=\"x \\\"y\\\".png\"\r\nContent-Type: image/png\r\n\r\n"
                     "\r\n--\r\n\r\n--B\r\n" FIELD ("c") "\r\n--B--\r\nepilogue";
  for (size_t piece = 1; piece < 40; piece++) {
    g_autoptr (GString) out = g_string_new (NULL);
    GError *error = NULL;
    CHECK_OK (parse (body, piece, out, &error), error);
    CHECK_STRING (out->str, "[a|-|-:one\r\n-B\r\n--][b|x \"y\".png|image/png:\r\n--\r\n][c|-|-:]");
  }
}

TEST (broken_forms_are_refused_with_a_reason)
{
  static const char *const cases[] = {
    "", "--B", "--B\r\n", "--B\r\n" FIELD ("a") "text", "--B\r\nno name\r\n\r\nx\r\n--B--", "--Bjunk\r\n" };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autoptr (GString) out = g_string_new (NULL);
    GError *error = NULL;
    CHECK_FAILS (parse (cases[i], 7, out, &error), error, MK_ERROR_SYNTAX);
    g_clear_error (&error);
  }
  GError *error = NULL;
  CHECK_FAILS (mk_multipart_new ("multipart/form-data", &events, NULL, &error) != NULL, error, MK_ERROR_SYNTAX);
  g_clear_error (&error);
  CHECK_FAILS (mk_multipart_new ("text/plain; boundary=x", &events, NULL, &error) != NULL, error, MK_ERROR_SYNTAX);
}

TEST (endless_headers_and_parts_are_refused)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GString) body = g_string_new ("--B\r\nX: ");
  for (int i = 0; i < 20000; i++)
    g_string_append_c (body, 'x');
  GError *error = NULL;
  CHECK_FAILS (parse (body->str, 1000, out, &error), error, MK_ERROR_LIMIT);
  g_clear_error (&error);
  g_string_assign (body, "--B");
  for (int i = 0; i < 1000; i++)
    g_string_append (body, "\r\n" FIELD ("a") "\r\n--B");
  g_string_append (body, "--");
  CHECK_FAILS (parse (body->str, 1000, out, &error), error, MK_ERROR_LIMIT);
}

TEST (extended_file_names_win)
{
  g_autoptr (GString) out = g_string_new (NULL);
  GError *error = NULL;
  CHECK_OK (parse ("--B\r\nContent-Disposition: form-data; name=\"i\"; filename=\"e.png\"; filename*=UTF-8''%C3%A9.png\r\n\r\n\r\n--B--",
                   99, out, &error), error);
  CHECK_STRING (out->str, "[i|é.png|-:]");
}
