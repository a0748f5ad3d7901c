#include "base/hash.h"

#include <string.h>

/* Frames: one letter of kind, then the length in bytes of seven bits, lowest first, the last one below 128. Small ones
 * are gathered, since every update of the sum has its price. */
struct mk_hasher {
  GChecksum *sum;
  size_t n_gathered;
  uint8_t gathered[256];
};

mk_hasher *
mk_hasher_new (void)
{
  mk_hasher *hasher = g_new (mk_hasher, 1);
  hasher->sum = g_checksum_new (G_CHECKSUM_SHA256);
  hasher->n_gathered = 0;
  return hasher;
}

static void
flush (mk_hasher *hasher)
{
  g_checksum_update (hasher->sum, hasher->gathered, (gssize)hasher->n_gathered);
  hasher->n_gathered = 0;
}

static void
append (mk_hasher *hasher, const void *bytes, size_t length)
{
  if (length > sizeof hasher->gathered - hasher->n_gathered)
    flush (hasher);
  if (length > sizeof hasher->gathered) {
    g_checksum_update (hasher->sum, bytes, (gssize)length);
    return;
  }
  memcpy (hasher->gathered + hasher->n_gathered, bytes, length);
  hasher->n_gathered += length;
}

static void
add (mk_hasher *hasher, char kind, const void *bytes, size_t length)
{
  uint8_t frame[11] = { (uint8_t)kind };
  size_t n = 1, rest = length;
  for (; rest >= 128; rest >>= 7)
    frame[n++] = (uint8_t)(rest | 128);
  frame[n++] = (uint8_t)rest;
  append (hasher, frame, n);
  if (length > 0)
    append (hasher, bytes, length);
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
  flush (hasher);
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
