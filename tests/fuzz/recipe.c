#include "scene/objects.h"

#include <glib/gstdio.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A library whose only recipe is the input; when it loads, it is built. MIKTOS_ASSETS names where materials are. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static char *folder, *recipe;
  if (folder == NULL) {
    folder = g_dir_make_tmp ("miktos-fuzz-XXXXXX", NULL);
    g_autofree char *objects = g_build_filename (folder, "objects", NULL), *from = g_build_filename (g_getenv ("MIKTOS_ASSETS"), "materials.json", NULL);
    g_autofree char *to = g_build_filename (folder, "materials.json", NULL);
    g_assert (g_mkdir (objects, 0755) == 0 && symlink (from, to) == 0);
    recipe = g_build_filename (objects, "thing.json", NULL);
  }
  g_assert (g_file_set_contents (recipe, (const char *)data, (gssize)size, NULL));
  g_autoptr (mk_library) library = mk_library_new (folder, NULL);
  if (library == NULL || mk_library_n_recipes (library) == 0)
    return 0;
  g_autoptr (mk_scene) scene = mk_scene_new ();
  mk_library_build (library, scene, mk_library_get (library, 0)->name, NULL, NULL);
  return 0;
}
