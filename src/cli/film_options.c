#include "cli/film_options.h"

#include <string.h>

static char *out, *size, *quality, *only, *seed, *fps, *seconds;
static gboolean is_still, as_json;

const GOptionEntry *
mk_cli_film_options (void)
{
  static const GOptionEntry entries[] = {
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &out, "Folder for the files (output)", "FOLDER" },
    { "size", 's', 0, G_OPTION_ARG_STRING, &size, "Pixels: 640x360, 720p, 4k", "SIZE" },
    { "fps", 0, 0, G_OPTION_ARG_STRING, &fps, "Frames per second, 1 to 120", "N" },
    { "seconds", 't', 0, G_OPTION_ARG_STRING, &seconds, "Length of the film, up to 600", "N" },
    { "quality", 'q', 0, G_OPTION_ARG_STRING, &quality, "draft (films unless said), standard (pictures) or final", "NAME" },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &seed, "Where chance begins: 0 to 2^64 - 1", "N" },
    { "still", 0, 0, G_OPTION_ARG_NONE, &is_still, "One picture, no film", NULL },
    { "only", 0, 0, G_OPTION_ARG_STRING, &only, "Some of mp4, glb, png with commas between them", "LIST" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "One JSON object on standard output", NULL },
    { 0 } };
  return entries;
}

static bool
parse_only (unsigned *outputs, GError **error)
{
  static const struct {
    const char *name;
    unsigned output;
  } names[] = { { "mp4", MK_PLAN_FILM }, { "glb", MK_PLAN_SCENE }, { "png", MK_PLAN_POSTER } };
  g_auto (GStrv) wanted = g_strsplit (only != NULL ? only : "", ",", -1);
  for (char **name = wanted; *name != NULL; name++) {
    size_t i = 0;
    while (i < MK_COUNT (names) && !g_str_equal (names[i].name, g_strstrip (*name)))
      i++;
    if (i == MK_COUNT (names))
      return mk_error (error, MK_ERROR_USAGE, "--only %s: it takes mp4, glb and png with commas between them", only);
    *outputs |= names[i].output;
  }
  return true;
}

/* Stays as it is when the option was not given. */
static bool
read_number (const char *name, const char *text, double low, double high, double *value, GError **error)
{
  char *end;
  if (text == NULL)
    return true;
  double number = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || !(number >= low && number <= high))
    return mk_error (error, MK_ERROR_USAGE, "--%s %s: it goes from %g to %g", name, text, low, high);
  *value = number;
  return true;
}

bool
mk_cli_film_plan (mk_plan_options *plan, GError **error)
{
  *plan = (mk_plan_options){ .quality = quality, .is_still = is_still };
  if (size != NULL && !mk_cli_parse_size (size, &plan->width, &plan->height, error))
    return false;
  if (!read_number ("fps", fps, 1, 120, &plan->fps, error) || !read_number ("seconds", seconds, 0.04, 600, &plan->seconds, error) || !parse_only (&plan->outputs, error))
    return false;
  if (quality != NULL && !g_str_equal (quality, "draft") && !g_str_equal (quality, "standard") && !g_str_equal (quality, "final"))
    return mk_error (error, MK_ERROR_USAGE, "--quality %s: it is draft, standard or final", quality);
  if (seed == NULL)
    return true;
  guint64 number;
  plan->has_seed = g_ascii_string_to_unsigned (seed, 10, 0, UINT64_MAX, &number, NULL);
  plan->seed = number;
  return plan->has_seed || mk_error (error, MK_ERROR_USAGE, "--seed %s: it is a whole number from 0 to 18446744073709551615", seed);
}

const char *
mk_cli_film_out (void)
{
  return out != NULL ? out : "output";
}

bool
mk_cli_film_as_json (void)
{
  return as_json;
}
