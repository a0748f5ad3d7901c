#include "graph/model_paths.h"

#include <string.h>
#include <yaml.h>

#include "base/file.h"

#define MAX_BYTES ((size_t)1 << 20)

typedef struct {
  char *kind, *path;
  bool is_default;
} place;

struct mk_model_paths {
  GArray *places;
};

static void
place_clear (void *p)
{
  g_free (((place *)p)->kind);
  g_free (((place *)p)->path);
}

void
mk_model_paths_free (mk_model_paths *paths)
{
  if (paths == NULL)
    return;
  g_array_free (paths->places, TRUE);
  g_free (paths);
}

static const char *
scalar (const yaml_node_t *node)
{
  return node != NULL && node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : "";
}

static const yaml_node_t *
member (yaml_document_t *document, const yaml_node_t *section, const char *name)
{
  for (const yaml_node_pair_t *p = section->data.mapping.pairs.start; p < section->data.mapping.pairs.top; p++)
    if (strcmp (scalar (yaml_document_get_node (document, p->key)), name) == 0)
      return yaml_document_get_node (document, p->value);
  return NULL;
}

static const char *
newer_name (const char *kind)
{
  return strcmp (kind, "unet") == 0 ? "diffusion_models" : strcmp (kind, "clip") == 0 ? "text_encoders" : kind;
}

/* "~" is the home folder. */
static char *
make_absolute (const char *path, const char *base)
{
  g_autofree char *at_home = path[0] == '~' && (path[1] == '/' || path[1] == '\0') ? g_strconcat (g_get_home_dir (), path + 1, NULL) : NULL;
  return g_canonicalize_filename (at_home != NULL ? at_home : path, base);
}

static void
read_section (mk_model_paths *paths, yaml_document_t *document, const yaml_node_t *section, const char *folder)
{
  const char *given = scalar (member (document, section, "base_path")), *is_default = scalar (member (document, section, "is_default"));
  g_autofree char *base = make_absolute (given[0] != '\0' ? given : ".", folder);
  for (const yaml_node_pair_t *p = section->data.mapping.pairs.start; p < section->data.mapping.pairs.top; p++) {
    const char *kind = scalar (yaml_document_get_node (document, p->key));
    if (strcmp (kind, "base_path") == 0 || strcmp (kind, "is_default") == 0)
      continue;
    g_auto (GStrv) lines = g_strsplit (scalar (yaml_document_get_node (document, p->value)), "\n", -1);
    for (char **line = lines; *line != NULL; line++)
      if (g_strstrip (*line)[0] != '\0') {
        place one = { g_strdup (newer_name (kind)), make_absolute (*line, base), g_ascii_strcasecmp (is_default, "true") == 0 };
        g_array_append_val (paths->places, one);
      }
  }
}

static bool
read_document (mk_model_paths *paths, yaml_document_t *document, const char *yaml_path, GError **error)
{
  const yaml_node_t *root = yaml_document_get_root_node (document);
  g_autofree char *whole = g_canonicalize_filename (yaml_path, NULL), *folder = g_path_get_dirname (whole);
  if (root == NULL)
    return true; /* an empty file asks for nothing */
  if (root->type != YAML_MAPPING_NODE)
    return mk_error (error, MK_ERROR_FORMAT, "%s: it is a list of sections, each with a base_path and folders by kind", yaml_path);
  for (const yaml_node_pair_t *p = root->data.mapping.pairs.start; p < root->data.mapping.pairs.top; p++) {
    const yaml_node_t *section = yaml_document_get_node (document, p->value);
    if (section->type == YAML_MAPPING_NODE)
      read_section (paths, document, section, folder);
  }
  return true;
}

static bool
read_file (mk_model_paths *paths, const char *yaml_path, GError **error)
{
  g_autofree char *text = NULL;
  size_t length;
  if (!mk_file_read (yaml_path, MAX_BYTES, &text, &length, error))
    return false;
  yaml_parser_t parser;
  yaml_document_t document;
  yaml_parser_initialize (&parser);
  yaml_parser_set_input_string (&parser, (const unsigned char *)text, length);
  bool is_read = yaml_parser_load (&parser, &document) != 0;
  if (!is_read)
    mk_error (error, MK_ERROR_SYNTAX, "%s, line %zu: %s", yaml_path, parser.problem_mark.line + 1, parser.problem != NULL ? parser.problem : "it cannot be read");
  bool is_good = is_read && read_document (paths, &document, yaml_path, error);
  if (is_read)
    yaml_document_delete (&document);
  yaml_parser_delete (&parser);
  return is_good;
}

mk_model_paths *
mk_model_paths_read (const char *const *yaml_paths, GError **error)
{
  g_autoptr (mk_model_paths) paths = g_new0 (mk_model_paths, 1);
  paths->places = g_array_new (FALSE, FALSE, sizeof (place));
  g_array_set_clear_func (paths->places, place_clear);
  for (; *yaml_paths != NULL; yaml_paths++)
    if (!read_file (paths, *yaml_paths, error))
      return NULL;
  return g_steal_pointer (&paths);
}

const char *
mk_model_paths_kind (const mk_model_paths *paths, unsigned i)
{
  return paths != NULL && i < paths->places->len ? g_array_index (paths->places, place, i).kind : NULL;
}

const char *
mk_model_paths_folder (const mk_model_paths *paths, unsigned i)
{
  return paths != NULL && i < paths->places->len ? g_array_index (paths->places, place, i).path : NULL;
}

static void
add_places (GPtrArray *list, const mk_model_paths *paths, const char *kind, bool is_default)
{
  for (guint i = 0; paths != NULL && i < paths->places->len; i++) {
    const place *p = &g_array_index (paths->places, place, i);
    if (p->is_default == is_default && strcmp (p->kind, kind) == 0)
      g_ptr_array_add (list, g_strdup (p->path));
  }
}

char **
mk_model_paths_list (const mk_folders *folders, const char *kind, const char *second)
{
  GPtrArray *list = g_ptr_array_new ();
  add_places (list, folders->more_models, kind, true);
  if (folders->models != NULL)
    g_ptr_array_add (list, g_build_filename (folders->models, kind, NULL));
  if (folders->models != NULL && second != NULL)
    g_ptr_array_add (list, g_build_filename (folders->models, second, NULL));
  add_places (list, folders->more_models, kind, false);
  g_ptr_array_add (list, NULL);
  return (char **)g_ptr_array_free (list, FALSE);
}
