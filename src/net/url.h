/* url.h - the text of a request's target, taken apart without trust.
 *
 * Limits    Callers bound the length of the target; nothing here allocates more than its input.
 * Tests     tests/net/test_url.c, tests/fuzz/fuzz_target.c
 */
#pragma once
#include "base/base.h"

/* %XX and, when `plus_is_space`, '+' decoded. NULL when the result holds a NUL or is not UTF-8; a % that is not
 * followed by two hex digits stays. `length` -1 = NUL-terminated. g_free. */
char *mk_url_decode (const char *text, gssize length, bool plus_is_space);
/* Everything but A-Z a-z 0-9 - . _ ~ and the characters of `keep` as %XX. g_free. */
char *mk_url_encode (const char *text, const char *keep);

typedef struct {
  char *path;       /* still encoded; begins with '/' */
  GPtrArray *query; /* name, value, name, value …, decoded, in order */
} mk_url_target;

/* "/view?filename=a%20b" and the absolute form "http://host/view"; false with MK_ERROR_SYNTAX. */
bool mk_url_target_parse (const char *text, mk_url_target *target, GError **error);
void mk_url_target_clear (mk_url_target *target);
/* The first value of that name, or NULL. Borrowed. */
const char *mk_url_target_find (const mk_url_target *target, const char *name);
