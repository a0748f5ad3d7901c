/* extra_paths.c - ComfyUI's extra_model_paths.yaml: sections with a base_path, and per kind one folder or several. */
#include "bridge/extra_paths.h"

#include "base/file.h"
#include "bridge/models.h"

#include <string.h>
#include <yaml.h>

#define MAX_BYTES ((size_t)1 << 20)

static const char *
scalar_of (yaml_document_t *document, int node)
{
  const yaml_node_t *n = yaml_document_get_node (document, node);
  return n != NULL && n->type == YAML_SCALAR_NODE ? (const char *)n->data.scalar.value : "";
}

static char *
find_base (yaml_document_t *document, const yaml_node_t *section, const char *folder)
{
  for (const yaml_node_pair_t *p = section->data.mapping.pairs.start; p < section->data.mapping.pairs.top; p++)
    if (strcmp (scalar_of (document, p->key), "base_path") == 0) {
      const char *base = scalar_of (document, p->value);
      g_autofree char *home = base[0] == '~' ? g_build_filename (g_get_home_dir (), base + 1, NULL) : g_strdup (base);
      return g_canonicalize_filename (home, folder);
    }
  return g_strdup (folder);
}

/* A value has one folder, or one per line. */
static void
add_folders (mk_json *pairs, const char *kind, const char *base, const char *value)
{
  g_auto (GStrv) lines = g_strsplit (value, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    if (g_strstrip (*line)[0] == '\0')
      continue;
    g_autofree char *path = g_canonicalize_filename (*line, base);
    mk_json *pair = mk_json_new_array ();
    mk_json_append (pair, mk_json_new_string (kind));
    mk_json_append (pair, mk_json_new_string (path));
    mk_json_append (pairs, pair);
  }
}

static void
add_section (mk_json *pairs, yaml_document_t *document, const yaml_node_t *section, const char *folder)
{
  g_autofree char *base = find_base (document, section, folder);
  for (const yaml_node_pair_t *p = section->data.mapping.pairs.start; p < section->data.mapping.pairs.top; p++)
    if (mk_model_kind_is (scalar_of (document, p->key)))
      add_folders (pairs, scalar_of (document, p->key), base, scalar_of (document, p->value));
}

static mk_json *
read_document (yaml_document_t *document, const char *path, GError **error)
{
  const yaml_node_t *root = yaml_document_get_root_node (document);
  g_autofree char *folder = g_path_get_dirname (path);
  if (root == NULL)
    return mk_json_new_array ();
  if (root->type != YAML_MAPPING_NODE) {
    mk_error (error, MK_ERROR_FORMAT, "%s: it has sections such as “comfyui:”, with folders below", path);
    return NULL;
  }
  mk_json *pairs = mk_json_new_array ();
  for (const yaml_node_pair_t *p = root->data.mapping.pairs.start; p < root->data.mapping.pairs.top; p++) {
    const yaml_node_t *section = yaml_document_get_node (document, p->value);
    if (section != NULL && section->type == YAML_MAPPING_NODE)
      add_section (pairs, document, section, folder);
  }
  return pairs;
}

mk_json *
mk_extra_paths_read (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  size_t length = 0;
  yaml_parser_t parser;
  yaml_document_t document;
  if (!mk_file_read (path, MAX_BYTES, &text, &length, error))
    return NULL;
  yaml_parser_initialize (&parser);
  yaml_parser_set_input_string (&parser, (const unsigned char *)text, length);
  mk_json *pairs = NULL;
  if (yaml_parser_load (&parser, &document)) {
    pairs = read_document (&document, path, error);
    yaml_document_delete (&document);
  } else
    mk_error (error, MK_ERROR_SYNTAX, "%s, line %zu: %s", path, parser.problem_mark.line + 1, parser.problem != NULL ? parser.problem : "it cannot be read");
  yaml_parser_delete (&parser);
  return pairs;
}
