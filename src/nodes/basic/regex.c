/* regex.c - patterns. ComfyUI runs Python's `re`; here it is PCRE, which reads the same patterns but for rare corners
 * (named groups are (?P<name>…) in both). PCRE's own limits end a match that would take forever. */
#include "graph/node.h"

#define REGEX_NODE .category = "utils/string", .python_module = "comfy_extras.nodes_string", .flags = MK_NODE_LIGHT | MK_NODE_NO_DISK_CACHE | MK_NODE_SCHEMA_V3
#define SUBJECT { "string", "STRING", .multiline = true }, { "regex_pattern", "STRING", .multiline = true }
#define OPTIONS(...) \
  { "case_insensitive", "BOOLEAN", MK_DEFAULT (1), __VA_ARGS__ }, { "multiline", "BOOLEAN", MK_DEFAULT (0), __VA_ARGS__ }, { "dotall", "BOOLEAN", MK_DEFAULT (0), __VA_ARGS__ }

/* NULL when the pattern cannot be read. */
static GRegex *
compile (mk_run *run, GError **error)
{
  GRegexCompileFlags flags = 0;
  flags |= mk_run_get_bool (run, "case_insensitive") ? G_REGEX_CASELESS : 0;
  flags |= mk_run_get_bool (run, "multiline") ? G_REGEX_MULTILINE : 0;
  flags |= mk_run_get_bool (run, "dotall") ? G_REGEX_DOTALL : 0;
  return g_regex_new (mk_run_get_string (run, "regex_pattern"), flags, 0, error);
}

static const mk_port match_inputs[] = { SUBJECT, OPTIONS (.need = MK_REQUIRED), { 0 } };
static const mk_port match_outputs[] = { { "matches", "BOOLEAN" }, { 0 } };

static bool
run_match (mk_run *run, GError **error)
{
  (void)error;
  g_autoptr (GRegex) regex = compile (run, NULL);
  bool is_found = regex != NULL && g_regex_match (regex, mk_run_get_string (run, "string"), 0, NULL);
  mk_run_set_output (run, 0, mk_value_new_bool (is_found));
  return true;
}

const mk_node_def mk_node_regex_match = { .id = "RegexMatch", .label = "Regex Match", REGEX_NODE, .inputs = match_inputs, .outputs = match_outputs, .run = run_match };

static const char *const modes[] = { "First Match", "All Matches", "First Group", "All Groups", NULL };
static const mk_port extract_inputs[] = {
  SUBJECT,
  { "mode", "COMBO", .options = modes },
  OPTIONS (.need = MK_REQUIRED),
  { "group_index", "INT", .has_default = true, .has_range = true, .def = 1, .min = 0, .max = 100 },
  { 0 } };
static const mk_port string_outputs[] = { { "STRING", "STRING" }, { 0 } };

/* Which group a mode is about. Python's findall, behind "All Matches", gives the groups when the pattern has some. */
static int
choose_group (mk_run *run, const GRegex *regex)
{
  const char *mode = mk_run_get_string (run, "mode");
  if (g_str_has_suffix (mode, "Group") || g_str_has_suffix (mode, "Groups"))
    return (int)mk_run_get_int (run, "group_index");
  return g_str_equal (mode, "All Matches") && g_regex_get_capture_count (regex) > 0 ? 1 : 0;
}

static bool
run_extract (mk_run *run, GError **error)
{
  (void)error;
  g_autoptr (GRegex) regex = compile (run, NULL);
  g_autoptr (GString) found = g_string_new (NULL);
  if (regex != NULL) {
    bool wants_all = g_str_has_prefix (mk_run_get_string (run, "mode"), "All");
    int group = choose_group (run, regex);
    g_autoptr (GMatchInfo) match = NULL;
    g_regex_match (regex, mk_run_get_string (run, "string"), 0, &match);
    for (bool is_first = true; g_match_info_matches (match) && group <= g_regex_get_capture_count (regex) && (is_first || wants_all); is_first = false) {
      g_autofree char *text = g_match_info_fetch (match, group);
      g_string_append_printf (found, "%s%s", is_first ? "" : "\n", text != NULL ? text : "");
      g_match_info_next (match, NULL);
    }
  }
  mk_run_set_output (run, 0, mk_value_new_string (found->str));
  return true;
}

const mk_node_def mk_node_regex_extract = { .id = "RegexExtract", .label = "Regex Extract", REGEX_NODE, .inputs = extract_inputs, .outputs = string_outputs, .run = run_extract };

static const mk_port replace_inputs[] = {
  SUBJECT,
  { "replace", "STRING", .multiline = true },
  OPTIONS (.need = MK_OPTIONAL),
  { "count", "INT", .need = MK_OPTIONAL, .has_default = true, .has_range = true, .def = 0, .min = 0, .max = 100 },
  { 0 } };

typedef struct {
  const char *by;
  int64_t left; /* how many more; below 0 = all */
} replacing;

static gboolean
replace_one (const GMatchInfo *match, GString *result, void *user)
{
  replacing *r = user;
  g_autofree char *text = g_match_info_expand_references (match, r->by, NULL);
  g_string_append (result, text != NULL ? text : "");
  return r->left > 0 && --r->left == 0; /* TRUE ends it */
}

static bool
run_replace (mk_run *run, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (GRegex) regex = compile (run, &why);
  int64_t count = mk_run_get_int (run, "count");
  replacing r = { mk_run_get_string (run, "replace"), count > 0 ? count : -1 };
  if (regex == NULL || !g_regex_check_replacement (r.by, NULL, &why))
    return mk_error (error, MK_ERROR_SYNTAX, "%s", why->message);
  g_autofree char *text = g_regex_replace_eval (regex, mk_run_get_string (run, "string"), -1, 0, 0, replace_one, &r, &why);
  if (text == NULL)
    return mk_error (error, MK_ERROR_LIMIT, "%s", why->message);
  mk_run_set_output (run, 0, mk_value_new_string (text));
  return true;
}

const mk_node_def mk_node_regex_replace = { .id = "RegexReplace", .label = "Regex Replace", REGEX_NODE, .inputs = replace_inputs, .outputs = string_outputs, .run = run_replace };
