/* assimp.h - Assimp, loaded when the first model of another program is read (base/dynamic.h tells why).
 *
 * Use       mk_assimp_load, then through the table: mk_assimp.aiImportFileExWithProperties (...).
 */
#pragma once
#include "base/base.h"

#include <assimp/cimport.h>
#include <assimp/material.h>
#include <assimp/scene.h>

#define MK_ASSIMP_FUNCTIONS(X) \
  X (aiCreatePropertyStore) X (aiGetErrorString) X (aiGetMaterialColor) \
  X (aiGetMaterialFloatArray) X (aiGetMaterialIntegerArray) X (aiGetMaterialString) \
  X (aiGetMaterialTexture) X (aiImportFileExWithProperties) X (aiIsExtensionSupported) \
  X (aiReleasePropertyStore) X (aiSetImportPropertyInteger)

typedef struct mk_assimp_table {
#define X(name) __typeof__ (name) *name;
  MK_ASSIMP_FUNCTIONS (X)
#undef X
} mk_assimp_table;

extern mk_assimp_table mk_assimp;

/* UNSUPPORTED, with the package to install, when it is not here. Any thread. */
bool mk_assimp_load (GError **error);
