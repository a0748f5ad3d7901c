#include "check.h"
#include "net/origin.h"
#include "net/url.h"

TEST (escapes_are_decoded_once)
{
  static const struct { const char *text, *plus, *plain; } cases[] = {
    { "a%20b", "a b", "a b" }, { "a+b", "a b", "a+b" }, { "%252e", "%2e", "%2e" }, { "%zz%4", "%zz%4", "%zz%4" },
    { "%C3%A9", "é", "é" }, { "", "", "" }, { "%", "%", "%" } };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autofree char *plus = mk_url_decode (cases[i].text, -1, true), *plain = mk_url_decode (cases[i].text, -1, false);
    CHECK_STRING (plus, cases[i].plus);
    CHECK_STRING (plain, cases[i].plain);
  }
}

TEST (nul_and_broken_utf8_are_refused)
{
  CHECK (mk_url_decode ("a%00b", -1, false) == NULL);
  CHECK (mk_url_decode ("%ff", -1, false) == NULL);
}

TEST (a_target_is_split_into_path_and_pairs)
{
  mk_url_target t = { 0 };
  CHECK (mk_url_target_parse ("/view?filename=a%26b+c&type=input&&empty#x", &t, NULL));
  CHECK_STRING (t.path, "/view");
  CHECK_STRING (mk_url_target_find (&t, "filename"), "a&b c");
  CHECK_STRING (mk_url_target_find (&t, "empty"), "");
  CHECK (mk_url_target_find (&t, "none") == NULL);
  mk_url_target_clear (&t);
  CHECK (mk_url_target_parse ("http://host/a?b=c", &t, NULL));
  CHECK_STRING (t.path, "/a");
  mk_url_target_clear (&t);
  GError *error = NULL;
  CHECK_FAILS (mk_url_target_parse ("*", &t, &error), error, MK_ERROR_SYNTAX);
}

TEST (foreign_pages_are_told_from_our_own)
{
  static const struct { const char *host, *origin; bool is_local, is_allowed; } cases[] = {
    { "127.0.0.1:8188", NULL, true, true },
    { "127.0.0.1:8188", "http://127.0.0.1:8188", true, true },
    { "localhost:8188", "http://localhost:8188", true, true },
    { "LOCALHOST:8188", "http://localhost:8188", true, true },
    { "127.0.0.1:8188", "http://127.0.0.1", true, true },     /* a port is compared when both have one */
    { "127.0.0.1", "http://127.0.0.1:99", true, true },
    { "127.0.0.1:8188", "http://127.0.0.1:9999", true, false },
    { "127.0.0.1:8188", "http://evil.example", true, false },
    { "127.0.0.1:8188", "null", true, false },
    { "[::1]:8188", "http://[::1]:8188", true, true },
    { "[::1]:8188", "http://127.0.0.1:8188", true, false },
    { "evil.example:8188", "http://evil.example:8188", true, false }, /* rebinding: the name is not ours */
    { "evil.example:8188", NULL, true, false },
    { "box.local:8188", "http://elsewhere", false, true },    /* as ComfyUI: names beyond loopback are not checked */
    { NULL, "http://evil.example", true, true } };            /* no browser leaves Host out */
  for (size_t i = 0; i < MK_COUNT (cases); i++)
    if (mk_origin_is_allowed (cases[i].host, cases[i].origin, cases[i].is_local) != cases[i].is_allowed)
      mk_test_fail (__FILE__, __LINE__, "%s from %s is judged wrongly", cases[i].host, cases[i].origin);
}
