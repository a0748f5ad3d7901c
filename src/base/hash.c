#include "base/hash.h"

#include <string.h>

/* Frames: one letter of kind, then the length as eight bytes. */
struct mk_hasher {
  GChecksum *sum;
};

mk_hasher *
mk_hasher_new (void)
{
  mk_hasher *hasher = g_new (mk_hasher, 1);
  hasher->sum = g_checksum_new (G_CHECKSUM_SHA256);
  return hasher;
}

static void
add (mk_hasher *hasher, char kind, const void *bytes, size_t length)
{
  uint8_t frame[9] = { (uint8_t)kind };
  uint64_t size = length;
  for (int i = 0; i < 8; i++)
    frame[1 + i] = (uint8_t)(size >> (8 * i));
  g_checksum_update (hasher->sum, frame, sizeof frame);
  if (length > 0)
    g_checksum_update (hasher->sum, bytes, (gssize)length);
}

void
mk_hasher_add_bytes (mk_hasher *hasher, const void *bytes, size_t length)
{
  add (hasher, 'b', bytes, length);
}

void
mk_hasher_add_string (mk_hasher *hasher, const char *text)
{
  if (text == NULL)
    add (hasher, '0', NULL, 0);
  else
    add (hasher, 's', text, strlen (text));
}

void
mk_hasher_add_int (mk_hasher *hasher, int64_t value)
{
  add (hasher, 'i', &value, sizeof value);
}

void
mk_hasher_add_real (mk_hasher *hasher, double value)
{
  add (hasher, 'r', &value, sizeof value);
}

mk_key
mk_hasher_take (mk_hasher *hasher)
{
  mk_key key;
  size_t length = sizeof key.bytes;
  g_checksum_get_digest (hasher->sum, key.bytes, &length);
  mk_hasher_free (hasher);
  return key;
}

void
mk_hasher_free (mk_hasher *hasher)
{
  if (hasher == NULL)
    return;
  g_checksum_free (hasher->sum);
  g_free (hasher);
}

bool
mk_key_equal (const mk_key *a, const mk_key *b)
{
  return memcmp (a, b, sizeof *a) == 0;
}

unsigned
mk_key_hash (const mk_key *key)
{
  unsigned hash;
  memcpy (&hash, key->bytes, sizeof hash);
  return hash;
}

void
mk_key_to_hex (const mk_key *key, char hex[65])
{
  for (size_t i = 0; i < sizeof key->bytes; i++)
    g_snprintf (hex + 2 * i, 3, "%02x", key->bytes[i]);
}
