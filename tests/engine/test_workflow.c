#include "harness.h"

#include "graph/workflow.h"
#include "graph/workflow_text.h"

#include <string.h>

/* Noon of a day in February, where the test is. */
static const mk_workflow_moment moment = { 1770123909, 7 };

static mk_json *
convert (harness *h, const char *text)
{
  g_autoptr (mk_json) document = NULL;
  mk_json *prompt = NULL;
  g_clear_error (&h->error);
  CHECK_OK (mk_json_parse (text, -1, NULL, &document, &h->error), h->error);
  return mk_workflow_to_prompt (h->registry, &h->folders, document, &moment, &prompt, &h->error) ? prompt : NULL;
}

/* The prompt as text, without titles. */
static char *
convert_to_text (harness *h, const char *text)
{
  g_autoptr (mk_json) prompt = convert (h, text);
  if (prompt == NULL)
    return g_strdup (h->error->message);
  for (mk_json_iter i = mk_json_iterate (prompt); mk_json_next (&i);)
    mk_json_remove (i.value, "_meta");
  return mk_json_print_compact (prompt);
}

#define CHECK_CONVERTS(h, from, to)                          \
  do {                                                       \
    g_autofree char *converted_ = convert_to_text (h, from); \
    CHECK_STRING (converted_, to);                           \
  } while (0)

#define INT_NODE(id, values) "{\"id\":" id ",\"type\":\"PrimitiveInt\",\"mode\":0,\"widgets_values\":" values "}"
#define SHOW_NODE(id, link) "{\"id\":" id ",\"type\":\"PreviewAny\",\"mode\":0,\"inputs\":[{\"name\":\"source\",\"type\":\"*\",\"link\":" link "}]}"
#define INT_5 "\"1\":{\"inputs\":{\"value\":5},\"class_type\":\"PrimitiveInt\"}"

TEST (values_by_position_skip_what_the_editor_keeps_for_itself)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_CONVERTS (h, "{\"nodes\":[" INT_NODE ("1", "[5,\"randomize\"]") "," SHOW_NODE ("2", "7") "],\"links\":[[7,1,0,2,0,\"INT\"]],\"version\":0.4}",
                  "{" INT_5 ",\"2\":{\"inputs\":{\"source\":[\"1\",0]},\"class_type\":\"PreviewAny\"}}");
}

TEST (newer_links_are_objects_and_values_may_have_names)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_CONVERTS (h, "{\"nodes\":[" INT_NODE ("1", "{\"value\":5}") "," SHOW_NODE ("2", "7") "],\"links\":[{\"id\":7,\"origin_id\":1,\"origin_slot\":0,\"target_id\":2,\"target_slot\":0,\"type\":\"INT\"}],\"version\":1}",
                  "{" INT_5 ",\"2\":{\"inputs\":{\"source\":[\"1\",0]},\"class_type\":\"PreviewAny\"}}");
}

TEST (reroutes_vanish_and_primitives_become_values)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_CONVERTS (h, "{\"nodes\":[" INT_NODE ("1", "[5,\"fixed\"]") ",{\"id\":3,\"type\":\"Reroute\",\"inputs\":[{\"name\":\"\",\"type\":\"*\",\"link\":1}]},{\"id\":4,\"type\":\"Note\",\"widgets_values\":[\"hello\"]}," SHOW_NODE ("2", "2") ","
                  "{\"id\":5,\"type\":\"PrimitiveNode\",\"widgets_values\":[42,\"fixed\"]},{\"id\":6,\"type\":\"PrimitiveInt\",\"inputs\":[{\"name\":\"value\",\"type\":\"INT\",\"widget\":{\"name\":\"value\"},\"link\":3}],\"widgets_values\":[1,\"fixed\"]}],"
                  "\"links\":[[1,1,0,3,0,\"*\"],[2,3,0,2,0,\"INT\"],[3,5,0,6,0,\"INT\"]]}",
                  "{" INT_5 ",\"2\":{\"inputs\":{\"source\":[\"1\",0]},\"class_type\":\"PreviewAny\"},\"6\":{\"inputs\":{\"value\":42},\"class_type\":\"PrimitiveInt\"}}");
}

TEST (a_circle_of_reroutes_leads_nowhere)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_CONVERTS (h, "{\"nodes\":[{\"id\":3,\"type\":\"Reroute\",\"inputs\":[{\"link\":1}]},{\"id\":4,\"type\":\"Reroute\",\"inputs\":[{\"link\":2}]}," SHOW_NODE ("2", "1") "],\"links\":[[1,4,0,3,0,\"*\"],[2,3,0,4,0,\"*\"]]}",
                  "{\"2\":{\"inputs\":{},\"class_type\":\"PreviewAny\"}}");
}

#define MATH_BETWEEN(mode) "{\"nodes\":[" INT_NODE ("1", "[5,\"fixed\"]") ",{\"id\":3,\"type\":\"IntegerMath\",\"mode\":" mode ",\"inputs\":[{\"name\":\"b\",\"type\":\"INT\",\"link\":1}],\"outputs\":[{\"name\":\"INT\",\"type\":\"INT\",\"links\":[2]}],\"widgets_values\":[1,2,\"add\"]}," \
                           SHOW_NODE ("2", "2") "],\"links\":[[1,1,0,3,0,\"INT\"],[2,3,0,2,0,\"INT\"]]}"

TEST (a_muted_node_takes_its_links_along)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_CONVERTS (h, MATH_BETWEEN ("2"), "{" INT_5 ",\"2\":{\"inputs\":{},\"class_type\":\"PreviewAny\"}}");
}

TEST (a_bypassed_node_hands_its_input_on)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_CONVERTS (h, MATH_BETWEEN ("4"), "{" INT_5 ",\"2\":{\"inputs\":{\"source\":[\"1\",0]},\"class_type\":\"PreviewAny\"}}");
  CHECK_CONVERTS (h, MATH_BETWEEN ("0"), "{" INT_5 ",\"3\":{\"inputs\":{\"a\":1,\"b\":[\"1\",0],\"operation\":\"add\"},\"class_type\":\"IntegerMath\"},\"2\":{\"inputs\":{\"source\":[\"3\",0]},\"class_type\":\"PreviewAny\"}}");
}

/* Node 9 is a sub-graph that adds its widget to its input; its inside is used twice over. */
#define DEFINITION "\"definitions\":{\"subgraphs\":[{\"id\":\"sub\",\"inputs\":[{\"name\":\"number\",\"type\":\"INT\",\"linkIds\":[1]}],\"outputs\":[{\"name\":\"INT\",\"type\":\"INT\",\"linkIds\":[2]}]," \
                   "\"nodes\":[{\"id\":3,\"type\":\"IntegerMath\",\"inputs\":[{\"name\":\"a\",\"type\":\"INT\",\"widget\":{\"name\":\"a\"},\"link\":1}],\"widgets_values\":[1,2,\"add\"]}]," \
                   "\"links\":[{\"id\":1,\"origin_id\":-10,\"origin_slot\":0,\"target_id\":3,\"target_slot\":0,\"type\":\"INT\"},{\"id\":2,\"origin_id\":3,\"origin_slot\":0,\"target_id\":-20,\"target_slot\":0,\"type\":\"INT\"}]}]}"

TEST (sub_graphs_are_flattened_with_the_values_of_their_instances)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_CONVERTS (h, "{\"nodes\":[" INT_NODE ("1", "[5,\"fixed\"]") ",{\"id\":9,\"type\":\"sub\",\"inputs\":[{\"name\":\"number\",\"type\":\"INT\",\"link\":1}],\"properties\":{\"proxyWidgets\":[[\"3\",\"b\"]]},\"widgets_values\":[77]},"
                  "{\"id\":10,\"type\":\"sub\",\"inputs\":[{\"name\":\"number\",\"type\":\"INT\",\"widget\":{\"name\":\"number\"},\"link\":null}],\"widgets_values\":[8]}," SHOW_NODE ("2", "2") "," SHOW_NODE ("4", "3") "],"
                  "\"links\":[[1,1,0,9,0,\"INT\"],[2,9,0,2,0,\"INT\"],[3,10,0,4,0,\"INT\"]]," DEFINITION "}",
                  "{" INT_5 ",\"9:3\":{\"inputs\":{\"a\":[\"1\",0],\"b\":77,\"operation\":\"add\"},\"class_type\":\"IntegerMath\"},\"10:3\":{\"inputs\":{\"a\":8,\"b\":2,\"operation\":\"add\"},\"class_type\":\"IntegerMath\"},"
                  "\"2\":{\"inputs\":{\"source\":[\"9:3\",0]},\"class_type\":\"PreviewAny\"},\"4\":{\"inputs\":{\"source\":[\"10:3\",0]},\"class_type\":\"PreviewAny\"}}");
}

/* A sub-graph around DEFINITION's, whose instance there has 20 for the widget that it promotes. */
#define AROUND "{\"id\":\"out\",\"inputs\":[{\"name\":\"n\",\"type\":\"INT\",\"linkIds\":[1]}],\"outputs\":[{\"name\":\"INT\",\"type\":\"INT\",\"linkIds\":[2]}]," \
               "\"nodes\":[{\"id\":5,\"type\":\"sub\",\"inputs\":[{\"name\":\"number\",\"type\":\"INT\",\"link\":1}],\"properties\":{\"proxyWidgets\":[[\"3\",\"b\"]]},\"widgets_values\":[20]}]," \
               "\"links\":[{\"id\":1,\"origin_id\":-10,\"origin_slot\":0,\"target_id\":5,\"target_slot\":0,\"type\":\"INT\"},{\"id\":2,\"origin_id\":5,\"origin_slot\":0,\"target_id\":-20,\"target_slot\":0,\"type\":\"INT\"}]}"

TEST (a_widget_that_is_promoted_through_two_borders_has_the_outermost_value)
{
  g_autoptr (harness) h = harness_new ();
  g_auto (GStrv) halves = g_strsplit (DEFINITION, "\"subgraphs\":[", 2);
  g_autofree char *text = g_strconcat ("{\"nodes\":[{\"id\":1,\"type\":\"PrimitiveNode\",\"widgets_values\":[42,\"fixed\"]},"
                                       "{\"id\":9,\"type\":\"out\",\"inputs\":[{\"name\":\"n\",\"type\":\"INT\",\"link\":1}],\"properties\":{\"proxyWidgets\":[[\"5\",\"b\"]]},\"widgets_values\":[30]},"
                                       "{\"id\":10,\"type\":\"out\",\"inputs\":[{\"name\":\"n\",\"type\":\"INT\",\"link\":null}]}," SHOW_NODE ("2", "2") "," SHOW_NODE ("4", "3") "],"
                                       "\"links\":[[1,1,0,9,0,\"INT\"],[2,9,0,2,0,\"INT\"],[3,10,0,4,0,\"INT\"]],", halves[0], "\"subgraphs\":[" AROUND ",", halves[1], "}", NULL);
  CHECK_CONVERTS (h, text, "{\"9:5:3\":{\"inputs\":{\"a\":42,\"b\":30,\"operation\":\"add\"},\"class_type\":\"IntegerMath\"},\"10:5:3\":{\"inputs\":{\"a\":1,\"b\":20,\"operation\":\"add\"},\"class_type\":\"IntegerMath\"},"
                  "\"2\":{\"inputs\":{\"source\":[\"9:5:3\",0]},\"class_type\":\"PreviewAny\"},\"4\":{\"inputs\":{\"source\":[\"10:5:3\",0]},\"class_type\":\"PreviewAny\"}}");
}

#define SHOW_PICTURE(id, link) "{\"id\":" id ",\"type\":\"PreviewImage\",\"mode\":0,\"inputs\":[{\"name\":\"images\",\"type\":\"IMAGE\",\"link\":" link "}]}"

/* Nodes 1 and 2 make pictures, node 3 is bypassed, node 4 shows what it hands on. */
#define PICTURES_THROUGH(inputs, outputs, slot) "{\"nodes\":[{\"id\":1,\"type\":\"EmptyImage\",\"widgets_values\":[8,8,1,0]},{\"id\":2,\"type\":\"EmptyImage\",\"widgets_values\":[8,8,1,1]}," \
                        "{\"id\":3,\"type\":\"Gone\",\"mode\":4,\"inputs\":" inputs ",\"outputs\":" outputs "}," SHOW_PICTURE ("4", "3") "]," \
                        "\"links\":[[1,1,0,3,0,\"IMAGE\"],[2,2,0,3,1,\"IMAGE\"],[3,3," slot ",4,0,\"IMAGE\"]]}"
#define PICTURE(id, color) "\"" id "\":{\"inputs\":{\"width\":8,\"height\":8,\"batch_size\":1,\"color\":" color "},\"class_type\":\"EmptyImage\"}"
#define SHOWN_FROM(id) "{" PICTURE ("1", "0") "," PICTURE ("2", "1") ",\"4\":{\"inputs\":{\"images\":[\"" id "\",0]},\"class_type\":\"PreviewImage\"}}"

TEST (a_bypassed_node_hands_on_what_the_last_input_can_take)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_CONVERTS (h, PICTURES_THROUGH ("[{\"type\":\"IMAGE\",\"link\":1},{\"type\":\"IMAGE\",\"link\":2}]", "[{\"type\":\"IMAGE\"},{\"type\":\"IMAGE\"}]", "1"), SHOWN_FROM ("2"));
  CHECK_CONVERTS (h, PICTURES_THROUGH ("[{\"type\":\"MASK\",\"link\":1},{\"type\":\"IMAGE\",\"link\":2}]", "[{\"type\":\"*\"}]", "0"), SHOWN_FROM ("2"));
  CHECK_CONVERTS (h, PICTURES_THROUGH ("[{\"type\":\"*\",\"link\":1},{\"type\":\"MASK\",\"link\":2}]", "[{\"type\":\"IMAGE\"}]", "0"), SHOWN_FROM ("1"));
}

TEST (a_named_wire_is_taken_up_where_its_name_is_used)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_CONVERTS (h, "{\"nodes\":[" INT_NODE ("1", "[5,\"fixed\"]") ",{\"id\":3,\"type\":\"SetNode\",\"inputs\":[{\"name\":\"INT\",\"type\":\"INT\",\"link\":1}],\"widgets_values\":[\"mine\"]},"
                  "{\"id\":4,\"type\":\"GetNode\",\"outputs\":[{\"type\":\"INT\",\"links\":[2]}],\"widgets_values\":[\"mine\"]}," SHOW_NODE ("2", "2") "],\"links\":[[1,1,0,3,0,\"*\"],[2,4,0,2,0,\"INT\"]]}",
                  "{" INT_5 ",\"2\":{\"inputs\":{\"source\":[\"1\",0]},\"class_type\":\"PreviewAny\"}}");
}

TEST (the_oldest_files_say_true_where_a_seed_is_to_change)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_CONVERTS (h, "{\"nodes\":[" INT_NODE ("1", "[5,true]") "],\"links\":[]}", "{" INT_5 "}");
}

TEST (what_the_editor_keeps_of_its_own_is_passed_over)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_CONVERTS (h, "{\"nodes\":[{\"id\":1,\"type\":\"EmptyImage\",\"widgets_values\":[{\"camera\":1},8,\"\",8,1,0]}],\"links\":[]}", "{" PICTURE ("1", "0") "}");
}

/* A picture is made and inverted inside; a second inverter has its input and output outside. */
#define GROUP "{\"nodes\":[{\"type\":\"EmptyImage\",\"index\":0,\"widgets_values\":[1,1,1,0]},{\"type\":\"ImageInvert\",\"index\":1,\"inputs\":[{\"name\":\"image\",\"type\":\"IMAGE\",\"link\":null}]}," \
              "{\"type\":\"ImageInvert\",\"title\":\"Again\",\"index\":2,\"inputs\":[{\"name\":\"image\",\"type\":\"IMAGE\",\"link\":99}]},{\"type\":\"PrimitiveInt\",\"index\":3,\"widgets_values\":[1,\"fixed\"]}]," \
              "\"links\":[[0,0,1,0,1,\"IMAGE\"],[null,0,2,0,1,\"IMAGE\"]],\"external\":[]}"
#define GROUPED(type) "{\"nodes\":[{\"id\":9,\"type\":\"" type "\",\"inputs\":[{\"name\":\"image\",\"type\":\"IMAGE\",\"link\":1}],\"widgets_values\":[8,4,1,7,5,\"randomize\"]}," \
              "{\"id\":2,\"type\":\"EmptyImage\",\"widgets_values\":[8,8,1,1]}," SHOW_PICTURE ("3", "2") "," SHOW_PICTURE ("4", "3") "," SHOW_NODE ("5", "4") "]," \
              "\"links\":[[1,2,0,9,0,\"IMAGE\"],[2,9,0,3,0,\"IMAGE\"],[3,9,1,4,0,\"IMAGE\"],[4,9,2,5,0,\"INT\"]],\"extra\":{\"groupNodes\":{\"Two\":" GROUP "}}}"
#define UNGROUPED "{\"9:0\":{\"inputs\":{\"width\":8,\"height\":4,\"batch_size\":1,\"color\":7},\"class_type\":\"EmptyImage\"},\"9:1\":{\"inputs\":{\"image\":[\"9:0\",0]},\"class_type\":\"ImageInvert\"}," \
              "\"9:2\":{\"inputs\":{\"image\":[\"2\",0]},\"class_type\":\"ImageInvert\"},\"9:3\":{\"inputs\":{\"value\":5},\"class_type\":\"PrimitiveInt\"}," PICTURE ("2", "1") "," \
              "\"3\":{\"inputs\":{\"images\":[\"9:1\",0]},\"class_type\":\"PreviewImage\"},\"4\":{\"inputs\":{\"images\":[\"9:2\",0]},\"class_type\":\"PreviewImage\"}," \
              "\"5\":{\"inputs\":{\"source\":[\"9:3\",0]},\"class_type\":\"PreviewAny\"}}"

TEST (group_nodes_of_older_editors_are_flattened_like_sub_graphs)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_CONVERTS (h, GROUPED ("workflow>Two"), UNGROUPED);
  CHECK_CONVERTS (h, GROUPED ("workflow/Two"), UNGROUPED);
}

#define MATH_OF(place) "{\"type\":\"IntegerMath\",\"widgets_values\":[1,2,\"add\"],\"index\":" place ",\"inputs\":[{\"name\":\"a\",\"type\":\"INT\",\"widget\":{\"name\":\"a\"}}],\"outputs\":[{\"name\":\"INT\",\"type\":\"INT\"}]}"
#define GROUP_OF(first, slot) "{\"nodes\":[" first "," MATH_OF ("1") "],\"links\":[[0,0,1,0," slot ",\"INT\"]],\"external\":[[1,0,\"INT\"]]}"

TEST (a_group_node_may_stand_in_another_one_which_shows_its_widgets)
{
  g_autoptr (harness) h = harness_new ();
  /* "two" comes first in the file and needs "adder", which is a number and what is done with it. */
  CHECK_CONVERTS (h, "{\"nodes\":[{\"id\":1,\"type\":\"workflow/two\",\"widgets_values\":[4,\"fixed\",5,\"multiply\",1,\"subtract\"]}," SHOW_NODE ("2", "1") "],\"links\":[[1,1,0,2,0,\"*\"]],\"extra\":{\"groupNodes\":{"
                  "\"two\":" GROUP_OF ("{\"type\":\"workflow/adder\",\"widgets_values\":[10,\"fixed\",20,\"add\"],\"index\":0,\"outputs\":[{\"name\":\"INT\",\"type\":\"INT\"}]}", "2") ","
                  "\"adder\":" GROUP_OF ("{\"type\":\"PrimitiveInt\",\"widgets_values\":[3,\"fixed\"],\"index\":0,\"outputs\":[{\"name\":\"INT\",\"type\":\"INT\"}]}", "1") "}}}",
                  "{\"1:0:0\":{\"inputs\":{\"value\":4},\"class_type\":\"PrimitiveInt\"},\"1:0:1\":{\"inputs\":{\"a\":[\"1:0:0\",0],\"b\":5,\"operation\":\"multiply\"},\"class_type\":\"IntegerMath\"},"
                  "\"1:1\":{\"inputs\":{\"a\":[\"1:0:1\",0],\"b\":1,\"operation\":\"subtract\"},\"class_type\":\"IntegerMath\"},\"2\":{\"inputs\":{\"source\":[\"1:1\",0]},\"class_type\":\"PreviewAny\"}}");
  g_autofree char *circle = convert_to_text (h, "{\"nodes\":[{\"id\":1,\"type\":\"workflow>x\"}],\"extra\":{\"groupNodes\":{\"x\":{\"nodes\":[{\"type\":\"workflow>y\"}]},\"y\":{\"nodes\":[{\"type\":\"workflow>x\"}]}}}}");
  CHECK (strstr (circle, "nested deeper") != NULL);
}

TEST (a_sub_graph_that_holds_itself_is_refused)
{
  g_autoptr (harness) h = harness_new ();
  CHECK (convert (h, "{\"nodes\":[{\"id\":1,\"type\":\"sub\"}],\"links\":[],\"definitions\":{\"subgraphs\":[{\"id\":\"sub\",\"nodes\":[{\"id\":1,\"type\":\"sub\"},{\"id\":2,\"type\":\"sub\"}],\"links\":[]}]}}") == NULL);
  CHECK (g_error_matches (h->error, MK_ERROR, MK_ERROR_LIMIT));
}

TEST (unknown_nodes_are_all_named_with_the_reason_where_one_is_known)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_CONVERTS (h, "{\"nodes\":[{\"id\":1,\"type\":\"Zebra\"},{\"id\":2,\"type\":\"Apple\"},{\"id\":3,\"type\":\"Zebra\"},{\"id\":4,\"type\":\"Muted\",\"mode\":2}],\"links\":[]}",
                  "the workflow needs nodes that are not there: Apple, Zebra");
  CHECK_CONVERTS (h, "{\"nodes\":[{\"id\":1,\"type\":\"Zebra\"},{\"id\":2,\"type\":\"WanImageToVideo\"}],\"links\":[]}",
                  "the workflow needs nodes that are not there: WanImageToVideo (Models of Wan do not run here), Zebra");
}

TEST (a_workflow_is_found_in_what_files_and_clients_wrap_around_it)
{
  g_autoptr (harness) h = harness_new ();
  const char *bare = "{" INT_5 "}";
  g_autoptr (mk_json) text = mk_json_new_string (bare);
  g_autofree char *quoted = mk_json_print (text);
  g_autofree char *metadata = g_strdup_printf ("{\"prompt\":%s,\"workflow\":\"{}\"}", quoted);
  CHECK_CONVERTS (h, bare, bare);
  CHECK_CONVERTS (h, "{\"prompt\":{\"nodes\":[" INT_NODE ("1", "[5]") "],\"links\":[]},\"client_id\":\"x\"}", bare);
  CHECK_CONVERTS (h, metadata, bare);
  CHECK (convert (h, "[1,2]") == NULL);
  CHECK (convert (h, "{}") == NULL);
}

/* --- texts that the editor rewrites when it queues --- */

static char *
never (void *user, const char *node, const char *widget)
{
  (void)user, (void)node, (void)widget;
  return NULL;
}

TEST (comments_go_and_one_choice_of_each_stays)
{
  static const struct { const char *text, *wanted; } cases[] = {
    { "plain", "plain" }, { "a /* long\n one */b // rest\nc", "a b \nc" }, { "{one}", "one" }, { "{x|x} and {y|y|y}", "x and y" }, { "{a|a{b|b}|a{b}} end", NULL },
    { "\\{kept\\|so\\}", "{kept|so}" }, { "{\\{|\\{}", "{" }, { "open {a", "open a" }, { "a } b | c", "a } b | c" }, { "/* no end", "/* no end" }, { "end \\", "end \\" } };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    mk_rng rng = mk_rng_new (i, 0);
    g_autofree char *chosen = mk_text_choose (cases[i].text, &rng);
    if (cases[i].wanted != NULL)
      CHECK_STRING (chosen, cases[i].wanted);
    else
      CHECK (g_str_equal (chosen, "a end") || g_str_equal (chosen, "ab end"));
  }
}

TEST (every_choice_comes_up_and_equal_seeds_choose_equally)
{
  bool seen[3] = { false };
  for (uint64_t seed = 0; seed < 40; seed++) {
    mk_rng one = mk_rng_new (seed, 5), other = mk_rng_new (seed, 5);
    g_autofree char *chosen = mk_text_choose ("{0|1|2}", &one), *again = mk_text_choose ("{0|1|2}", &other);
    CHECK_STRING (chosen, again);
    seen[chosen[0] - '0'] = true;
  }
  CHECK (seen[0] && seen[1] && seen[2]);
}

TEST (dates_are_filled_in_as_the_editor_writes_them)
{
  g_setenv ("TZ", "UTC", TRUE);
  static const struct { const char *text, *wanted; } cases[] = {
    { "%date:yyyy-MM-dd%/x", "2026-02-03/x" }, { "%date:yy.M% %date:yy.M.d%", "%date:yy.M% 26" }, { "%date:yy M d h hh m mm s ss%", "26 2 3 13 13 5 05 9 09" }, { "%date%_%width%", "%date%_%width%" },
    { "100%", "100%" }, { "%%date:yyyy%", "%2026" }, { "%a.b%", "%a.b%" }, { "%date:yyy y%", "yyy y" } };
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    g_autofree char *filled = mk_text_fill_in (cases[i].text, moment.now_s, never, NULL);
    CHECK_STRING (filled, cases[i].wanted);
  }
}

TEST (a_file_is_named_after_other_nodes_and_a_prompt_chosen_when_a_workflow_is_queued)
{
  g_autoptr (harness) h = harness_new ();
  g_setenv ("TZ", "UTC", TRUE);
  static const char workflow[] =
    "{\"nodes\":[{\"id\":1,\"type\":\"EmptyImage\",\"title\":\"a/b\",\"properties\":{\"Node name for S&R\":\"EmptyImage\"},\"widgets_values\":[64,48,1,255]},"
    "{\"id\":2,\"type\":\"SaveImage\",\"inputs\":[{\"name\":\"images\",\"type\":\"IMAGE\",\"link\":1}],\"widgets_values\":[\"%date:yyyy%/%EmptyImage.height%_%Words.value%_%Words.other%\"]},"
    "{\"id\":3,\"type\":\"PrimitiveString\",\"title\":\"Words\",\"widgets_values\":[\"a: b?\"]},"
    "{\"id\":4,\"type\":\"CLIPTextEncode\",\"widgets_values\":[\"a {red|red} hat // seen\"]}],\"links\":[[1,1,0,2,0,\"IMAGE\"]],\"version\":0.4}";
  g_autoptr (mk_json) prompt = convert (h, workflow);
  CHECK_STRING (mk_json_get_string (mk_json_get (mk_json_get (mk_json_get (prompt, "2"), "inputs"), "filename_prefix")), "2026/48_a_ b__%Words.other%");
  CHECK_STRING (mk_json_get_string (mk_json_get (mk_json_get (mk_json_get (prompt, "4"), "inputs"), "text")), "a red hat ");
}

TEST (a_choice_of_ones_own_keeps_its_place_and_older_files_have_none)
{
  g_autoptr (harness) h = harness_new ();
  CHECK_CONVERTS (h, "{\"nodes\":[{\"id\":1,\"type\":\"CustomCombo\",\"mode\":0,\"widgets_values\":[\"c\",2,\"a\",\"b\",\"c\",\"\"]}],\"links\":[]}",
                  "{\"1\":{\"inputs\":{\"choice\":\"c\",\"index\":2},\"class_type\":\"CustomCombo\"}}");
  CHECK_CONVERTS (h, "{\"nodes\":[{\"id\":1,\"type\":\"CustomCombo\",\"mode\":0,\"widgets_values\":[\"c\",\"a\",\"b\",\"c\",\"\"]}],\"links\":[]}",
                  "{\"1\":{\"inputs\":{\"choice\":\"c\",\"index\":0},\"class_type\":\"CustomCombo\"}}");
}
