/* Every node that needs no model, with numbers over its wires that its widgets would never give: links are not held to ranges,
 * so whatever comes must end in a result or in a sentence. */
#include "harness.h"

#include <string.h>
#include <sys/resource.h>

/* What is wired to an input of a type. */
static const struct { const char *type, *link; } sources[] = {
  { "IMAGE", "[\"image\",0]" }, { "MASK", "[\"mask\",0]" }, { "LATENT", "[\"latent\",0]" }, { "AUDIO", "[\"audio\",0]" }, { "VIDEO", "[\"video\",0]" },
  { "SIGMAS", "[\"sigmas\",0]" }, { "INT", "3" }, { "FLOAT", "0.5" }, { "BOOLEAN", "true" }, { "STRING", "\"a\"" }, { "*", "[\"image\",0]" }, { "IMAGE,MASK", "[\"mask\",0]" } };
static const char givers[] =
  "\"image\":{\"class_type\":\"EmptyImage\",\"inputs\":{\"width\":5,\"height\":3,\"batch_size\":2,\"color\":255}},"
  "\"mask\":{\"class_type\":\"SolidMask\",\"inputs\":{\"value\":1,\"width\":4,\"height\":1}},"
  "\"latent\":{\"class_type\":\"EmptyLatentImage\",\"inputs\":{\"width\":72,\"height\":24,\"batch_size\":2}},"
  "\"audio\":{\"class_type\":\"EmptyAudio\",\"inputs\":{\"duration\":0.01,\"sample_rate\":8000,\"channels\":2}},"
  "\"video\":{\"class_type\":\"CreateVideo\",\"inputs\":{\"images\":[\"image\",0],\"fps\":30}},"
  "\"sigmas\":{\"class_type\":\"KarrasScheduler\",\"inputs\":{\"steps\":4,\"sigma_max\":14,\"sigma_min\":0.1,\"rho\":7}}";

/* NULL when nothing that is at hand fits: the node is left out. */
static char *
constant_for (const mk_port *port)
{
  if (port->options != NULL)
    return g_strdup_printf ("\"%s\"", port->options[0]);
  if (port->has_default && (g_str_equal (port->type, "INT") || g_str_equal (port->type, "FLOAT")))
    return g_strdup_printf ("%.17g", port->def);
  for (size_t i = 0; i < MK_COUNT (sources); i++)
    if (g_str_equal (port->type, sources[i].type))
      return g_strdup (sources[i].link);
  return NULL;
}

static bool
is_number (const mk_port *port)
{
  return g_str_equal (port->type, "INT") || g_str_equal (port->type, "FLOAT");
}

/* The node with `value` over a wire at `wild` and with what is usual elsewhere; NULL when it cannot be had. */
static char *
make_prompt (const mk_node_def *def, const mk_port *wild, const char *value)
{
  g_autoptr (GString) inputs = g_string_new (NULL);
  for (const mk_port *port = def->inputs; port->name != NULL; port++) {
    g_autofree char *constant = port == wild ? g_strdup ("[\"wild\",0]") : constant_for (port);
    if (port->need == MK_HIDDEN || (constant == NULL && port->need == MK_OPTIONAL))
      continue;
    if (constant == NULL)
      return NULL;
    g_string_append_printf (inputs, "%s\"%s\":%s", inputs->len > 0 ? "," : "", port->name, constant);
  }
  const char *giver = g_str_equal (wild->type, "INT") ? "PrimitiveInt" : "PrimitiveFloat";
  return g_strdup_printf ("{%s,\"wild\":{\"class_type\":\"%s\",\"inputs\":{\"value\":%s}},\"node\":{\"class_type\":\"%s\",\"inputs\":{%s}},"
                          "\"end\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"%s\",0]}}}",
                          givers, giver, value, def->id, inputs->str, def->outputs[0].name != NULL ? "node" : "wild");
}

static void
run_wild (harness *h, const mk_node_def *def, const mk_port *port, const char *value)
{
  g_autofree char *prompt = make_prompt (def, port, value);
  if (prompt == NULL)
    return;
  if (!harness_run (h, prompt) && (h->error == NULL || h->error->message[0] == '\0'))
    mk_test_fail (__FILE__, __LINE__, "%s with %s at %s fails and does not say why", def->id, value, port->name);
}

/* What is possible here, but absurd, is refused for its memory: a test has no use for gigabytes. A sanitizer's shadow needs terabytes of
 * addresses, so there the machine itself is the limit. */
static void
limit_memory (void)
{
#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
  const rlim_t most = (rlim_t)3 << 30;
  CHECK_INT (setrlimit (RLIMIT_AS, &(struct rlimit){ most, most }), ==, 0);
#endif
}

TEST_WITHIN (numbers_over_wires_may_be_of_any_size, 280)
{
  static const char *const wholes[] = { "-7", "0", "9223372036854775807" };
  static const char *const reals[] = { "-2.5", "9e18" };
  limit_memory ();
  g_autoptr (harness) h = harness_new ();
  for (size_t i = 0; mk_all_nodes[i] != NULL; i++)
    for (const mk_port *port = mk_all_nodes[i]->inputs; port->name != NULL; port++) {
      bool is_whole = g_str_equal (port->type, "INT");
      for (size_t k = 0; is_number (port) && k < (is_whole ? MK_COUNT (wholes) : MK_COUNT (reals)); k++)
        run_wild (h, mk_all_nodes[i], port, is_whole ? wholes[k] : reals[k]);
      mk_cache_clear (h->engine.cache);
    }
}
