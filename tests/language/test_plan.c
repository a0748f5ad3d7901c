#include "check.h"
#include "language/plan.h"

#include <string.h>

static mk_json *
plan (const char *text, mk_plan_options options)
{
  g_autoptr (mk_json) commands = NULL;
  GError *error = NULL;
  CHECK_OK (mk_json_parse (text, -1, NULL, &commands, &error), error);
  return mk_commands_plan (commands, &options);
}

static const char *
class_of (const mk_json *workflow, const char *id)
{
  return mk_json_get_string (mk_json_get (mk_json_get (workflow, id), "class_type"));
}

static const mk_json *
input_of (const mk_json *workflow, const char *id, const char *name)
{
  return mk_json_get (mk_json_get (mk_json_get (workflow, id), "inputs"), name);
}

static const char ball[] = "[{\"op\":\"render\",\"width\":320,\"seed\":18446744073709551615},{\"op\":\"add\",\"id\":\"ball-1\",\"object\":\"ball\",\"position\":[1,2,3]},"
                           "{\"op\":\"animate\",\"targets\":[\"ball-1\",\"cube-1\"],\"motion\":\"bounce\"}]";

TEST (every_command_is_a_node_in_one_chain)
{
  g_autoptr (mk_json) workflow = plan (ball, (mk_plan_options){ 0 });
  static const char *const classes[] = { "SceneNew", "SceneAdd", "SceneAnimate", "SceneSaveGLB", "SceneRender", "SaveImage", "SceneRenderVideo", "SaveVideo" };
  for (size_t i = 0; i < MK_COUNT (classes); i++) {
    g_autofree char *id = g_strdup_printf ("%zu", i + 1);
    CHECK_STRING (class_of (workflow, id), classes[i]);
  }
  CHECK_STRING (mk_json_get_string (mk_json_at (input_of (workflow, "3", "scene"), 0)), "2");
  CHECK_STRING (mk_json_get_string (mk_json_at (input_of (workflow, "7", "scene"), 0)), "3");
}

TEST (lists_travel_as_text_and_targets_as_names)
{
  g_autoptr (mk_json) workflow = plan (ball, (mk_plan_options){ 0 });
  CHECK_STRING (mk_json_get_string (input_of (workflow, "2", "position")), "[1,2,3]");
  CHECK_STRING (mk_json_get_string (input_of (workflow, "3", "targets")), "ball-1,cube-1");
}

TEST (options_win_over_the_render_command)
{
  g_autoptr (mk_json) said = plan (ball, (mk_plan_options){ 0 }), wanted = plan (ball, (mk_plan_options){ .width = 100, .quality = "draft", .has_seed = true, .seed = 7 });
  CHECK_INT (mk_json_get_int (input_of (said, "7", "width")), ==, 320);
  CHECK (mk_json_get_uint (input_of (said, "1", "seed")) == UINT64_MAX);
  CHECK_INT (mk_json_get_int (input_of (wanted, "7", "width")), ==, 100);
  CHECK_STRING (mk_json_get_string (input_of (wanted, "7", "quality")), "draft");
  CHECK_INT (mk_json_get_int (input_of (wanted, "1", "seed")), ==, 7);
}

TEST (only_what_is_wanted_is_made)
{
  g_autoptr (mk_json) scene = plan (ball, (mk_plan_options){ .outputs = MK_PLAN_SCENE }), still = plan (ball, (mk_plan_options){ .is_still = true });
  CHECK_INT (mk_json_length (scene), ==, 4);
  g_autofree char *text = mk_json_print (still);
  CHECK (strstr (text, "SceneRenderVideo") == NULL);
  CHECK (strstr (text, "SaveImage") != NULL);
}

TEST (equal_commands_give_equal_bytes)
{
  g_autoptr (mk_json) one = plan (ball, (mk_plan_options){ 0 }), other = plan (ball, (mk_plan_options){ 0 });
  g_autofree char *a = mk_json_print (one), *b = mk_json_print (other);
  CHECK_STRING (a, b);
}
