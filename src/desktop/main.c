/* main.c - miktos-desktop [FILE…|miktos://LINK…]: the native window. */
#include <stdio.h>
#include <string.h>

#include "desktop/desktop.h"

/* `miktos` stands beside us when installed, and in the next room where it is built. */
static char *
find_program (void)
{
  g_autofree char *own = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname (own != NULL ? own : ".");
  static const char *const places[] = { "miktos", "../cli/miktos" };
  for (size_t i = 0; i < MK_COUNT (places); i++) {
    g_autofree char *path = g_build_filename (folder, places[i], NULL);
    if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
      return g_steal_pointer (&path);
  }
  return g_find_program_in_path ("miktos");
}

/* Where no graphics card is, GTK and WebKit would have one played by the processor, which takes seconds to begin and draws more slowly
 * than what is made for processors. Whoever has set these knows better. */
static bool
has_graphics_card (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/dev/dri", 0, NULL);
  for (const char *name; folder != NULL && (name = g_dir_read_name (folder)) != NULL;)
    if (g_str_has_prefix (name, "renderD"))
      return g_getenv ("LIBGL_ALWAYS_SOFTWARE") == NULL;
  return false;
}

char *
mk_desktop_usual_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "miktos", NULL);
}

static const char usage[] = "usage: miktos-desktop [FILE|miktos://LINK]…\n\n"
                            "Opens the Miktos window. A FILE (workflow, picture, film or scene) is opened in it.\n"
                            "MIKTOS_DATA says which folder of projects is used.\n";

int
main (int argc, char **argv)
{
  mk_desktop desktop = { .program = find_program (), .is_drawn_by_card = has_graphics_card () };
  if (argc > 1 && g_str_equal (argv[1], "--help")) {
    fputs (usage, stdout);
    return 0;
  }
  if (argc > 1 && g_str_equal (argv[1], "--automation")) { /* WebKitWebDriver's */
    desktop.is_automated = true;
    memmove (argv + 1, argv + 2, (size_t)(argc - 1) * sizeof *argv);
    argc--;
  }
  if (desktop.program == NULL) {
    fputs ("miktos-desktop: the program miktos is neither beside this one nor in PATH\n", stderr);
    return 1;
  }
  if (!desktop.is_drawn_by_card)
    g_setenv ("GSK_RENDERER", "cairo", FALSE); /* before GTK begins */
  const char *given = g_getenv ("MIKTOS_DATA");
  desktop.data_folder = given != NULL ? g_canonicalize_filename (given, NULL) : mk_desktop_usual_folder ();
  int status = mk_desktop_run (&desktop, argc, argv);
  g_free (desktop.data_folder);
  g_free (desktop.program);
  return status;
}
