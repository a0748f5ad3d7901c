/* hash.h - keys of content: 256 bits, equal exactly when the content is.
 *
 * Source    SHA-256, FIPS 180-4, by GLib.
 */
#pragma once
#include "base/base.h"

typedef struct {
  uint8_t bytes[32];
} mk_key;

typedef struct mk_hasher mk_hasher;
mk_hasher *mk_hasher_new (void);
/* Every addition is framed by kind and length, so "ab"+"c" differs from "a"+"bc". */
void   mk_hasher_add_bytes (mk_hasher *hasher, const void *bytes, size_t length);
void   mk_hasher_add_string (mk_hasher *hasher, const char *text); /* NULL differs from "" */
void   mk_hasher_add_int (mk_hasher *hasher, int64_t value);
void   mk_hasher_add_real (mk_hasher *hasher, double value);
/* Ends and frees it. */
mk_key mk_hasher_take (mk_hasher *hasher);
void   mk_hasher_free (mk_hasher *hasher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_hasher, mk_hasher_free)

bool     mk_key_equal (const mk_key *a, const mk_key *b);
unsigned mk_key_hash (const mk_key *key);               /* for hash tables */
void     mk_key_to_hex (const mk_key *key, char hex[65]);
