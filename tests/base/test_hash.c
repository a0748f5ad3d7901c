#include "base/hash.h"
#include "check.h"

static mk_key
key_of (const char *a, const char *b)
{
  mk_hasher *hasher = mk_hasher_new ();
  mk_hasher_add_string (hasher, a);
  mk_hasher_add_string (hasher, b);
  return mk_hasher_take (hasher);
}

TEST (keys_are_equal_for_equal_content)
{
  mk_key a = key_of ("ab", "c"), b = key_of ("ab", "c");
  CHECK (mk_key_equal (&a, &b));
  CHECK_INT (mk_key_hash (&a), ==, mk_key_hash (&b));
}

TEST (keys_tell_where_one_part_ends)
{
  mk_key a = key_of ("ab", "c"), b = key_of ("a", "bc"), absent = key_of (NULL, "abc"), empty = key_of ("", "abc");
  CHECK (!mk_key_equal (&a, &b));
  CHECK (!mk_key_equal (&absent, &empty));
}

TEST (keys_print_as_sixty_four_hexadecimal_digits)
{
  mk_key key = { .bytes = { 0xab, 0x01 } };
  char hex[65];
  mk_key_to_hex (&key, hex);
  CHECK_STRING (hex, "ab01000000000000000000000000000000000000000000000000000000000000");
}
