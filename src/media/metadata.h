/* metadata.h - the texts that a file carries beside its picture, film or scene.
 *
 * Purpose   A workflow is found again in what it made: PNG and WebP, GLB (asset.extras), films (container tags).
 * Tests     tests/media/test_metadata.c
 */
#pragma once
#include "base/json.h"

/* {key: text or JSON} of a PNG, WebP or GLB; NULL without error when the bytes are of another kind. */
mk_json *mk_metadata_decode (const void *bytes, size_t length, GError **error);
/* Films and sounds: what only mk_metadata_read can read. */
bool     mk_metadata_is_container (const void *bytes, size_t length);
/* The same of a file, which may be a film as well. */
mk_json *mk_metadata_read (const char *path, GError **error);
