/* scene_bytes.h - a whole scene as bytes.
 *
 * Purpose   What an importer's child process hands back, and what the engine's cache on disk keeps. The bytes never leave
 *           the machine: they have its byte order. Raise FORM in the .c when the form or the meaning changes.
 * Covers    All of it, number for number; meshes and pictures once each, 8-bit pictures as such.
 * Safety    Unpacking trusts nothing: lengths, indices, orders and numbers are checked; FORMAT when they are wrong.
 * Tests     tests/scene/test_scene.c, tests/scene/test_import.c, tests/fuzz/scene_bytes.c
 */
#pragma once
#include "scene/scene.h"

/* Above so many bytes a scene is not packed. */
#define MK_SCENE_BYTES_MAX ((size_t)1 << 30)

/* NULL when it is too large. */
GByteArray *mk_scene_pack (const mk_scene *scene);
mk_scene   *mk_scene_unpack (const void *bytes, size_t length, GError **error);
