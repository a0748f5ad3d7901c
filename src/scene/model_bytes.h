/* model_bytes.h - a scene as bytes, for the way between two processes of this program.
 *
 * Purpose   What an importer's child process hands back. Nothing is kept in this form: it has the machine's byte order
 *           and may change with every version.
 * Covers    Nodes (without copies), meshes, materials with 8-bit textures, lights, cameras, skins, tracks, duration.
 * Safety    Unpacking trusts nothing: lengths, indices, orders and numbers are checked; FORMAT when they are wrong.
 * Tests     tests/scene/test_import.c, tests/fuzz/model_bytes.c
 */
#pragma once
#include "scene/scene.h"

GByteArray *mk_model_pack (const mk_scene *scene);
mk_scene   *mk_model_unpack (const void *bytes, size_t length, GError **error);
