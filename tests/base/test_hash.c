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

/* Sizes around those where a frame grows by a byte, and where the hasher stops gathering. */
TEST (keys_tell_every_byte_of_parts_of_any_length)
{
  static const size_t lengths[] = { 1, 127, 128, 254, 255, 256, 257, 16383, 16384 };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (size_t i = 0; i < MK_COUNT (lengths); i++)
    for (int flipped = -1; flipped < 2; flipped++) {
      g_autofree char *bytes = g_strnfill (lengths[i], 'a');
      if (flipped >= 0)
        bytes[flipped == 0 ? 0 : lengths[i] - 1] = flipped == 0 ? 'b' : 'c';
      mk_hasher *hasher = mk_hasher_new ();
      mk_hasher_add_bytes (hasher, bytes, lengths[i]);
      mk_hasher_add_string (hasher, "after");
      mk_key key = mk_hasher_take (hasher);
      char hex[65];
      mk_key_to_hex (&key, hex);
      CHECK (g_hash_table_add (seen, g_strdup (hex)));
    }
}

TEST (keys_print_as_sixty_four_hexadecimal_digits)
{
  mk_key key = { .bytes = { 0xab, 0x01 } };
  char hex[65];
  mk_key_to_hex (&key, hex);
  CHECK_STRING (hex, "ab01000000000000000000000000000000000000000000000000000000000000");
}
