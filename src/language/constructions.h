/* constructions.h - the grammar's constructions, for the parse_*.c files alone.
 *
 * Contract  Each mk_parse_* returns the token after what it took, or i when it takes nothing. parse.c has their order.
 */
#pragma once
#include "language/parser.h"

int  mk_np_read (mk_parser *p, int i, mk_np *np);
/* The recipe that the name at i means here: near a ball and "with" a bat is no animal. */
const mk_recipe_info *mk_name_object (const mk_parser *p, const mk_hit *object, int i);
/* The material that a name says, as "brick wall" does; NULL = none. */
const char *mk_name_material (const mk_parser *p, int i, const mk_hit *object);
/* A word that the thing's recipe takes for one of its parameters ("winter"); false when it takes none such. */
bool mk_option_set (mk_thing *thing, const char *option);
/* What recipes call the option that a word says: "autumn" of "Herbst". */
const char *mk_option_name (const mk_hit *hit);
/* The parameter that takes it, borrowed; NULL when there is none, or no recipe. */
const mk_recipe_param *mk_option_param (const mk_recipe_info *info, const char *option);
/* Whether the word at i is such an option in this noun phrase: one that is also a thing or an adjective is it where the thing ahead, or
 * the one that was named, comes in it. "A young elephant" is, "a baby carriage" and "a young man" are not. */
bool mk_option_is_at (const mk_parser *p, int i, const mk_np *np);
/* Whether a word before a head tells of its look, size or number; `n` = the tokens of it. */
bool mk_is_modifier (const mk_parser *p, int i, int *n);
/* Or is an adjective that no picture shows. */
bool mk_is_empty_adjective (const mk_parser *p, int i);
/* Where the parameters of the recipe are set, borrowed; made when there are none yet. */
mk_json *mk_thing_params (mk_thing *thing);
/* Whether a person said how large it is. */
bool mk_is_sized (const mk_thing *thing);
/* The command that makes the thing, or changes one that was there before; NULL when there are too many commands. */
mk_json *mk_known_add (mk_parser *p, const mk_thing *thing);
/* What that says of its parameters, which were there before. */
mk_json *mk_known_params (mk_parser *p, const mk_thing *thing);
/* Whether what is spoken of has a part of this name. */
bool mk_has_part (const mk_parser *p, const char *part);
/* By its whole name or the last words of it: a "front wheel" is a wheel. */
bool mk_thing_has_part (const mk_parser *p, const mk_thing *thing, const char *part);
/* "blue wheels, three legs": parts of an owner. */
int  mk_parse_with_part (mk_parser *p, int i, const mk_refs *owner);
/* Whom relations and looks speak of now. */
const mk_refs *mk_whom (const mk_parser *p);
/* "sits on" is a verb: it speaks of the cat, not of the hat that the cat has on. */
bool mk_is_finite (const mk_parser *p, int i);
/* "two children water the flowers": a word that is a noun or a ground elsewhere. */
bool mk_is_done_by_several (const mk_parser *p, int i);
/* Whether who it is did something in the scene before this sentence. */
bool mk_acted_before (const mk_parser *p, const mk_refs *who);
/* "waves", "bites": a verb in a form that only a subject before it has. */
bool mk_is_finite_verb (const mk_parser *p, int i);
/* The thing that a phrase says anew, in `refs`. */
void mk_make_new (mk_parser *p, const mk_np *np, mk_refs *refs);
void mk_set_count (mk_parser *p, mk_thing *thing, const mk_np *np);
/* What belongs in the sky and is nowhere yet hangs there; false when none of them does. */
bool mk_hang_aloft (mk_parser *p, const mk_refs *who);
bool mk_is_of_the_sky (const mk_parser *p, const mk_recipe_info *info);
/* A hand, a mouth: what is there is held. */
bool mk_is_for_holding (const char *part);
/* Of several the one that was named last. */
void mk_keep_last (mk_refs *who);
/* "red, blue and green" from token i + n, for what there are several of: one each. The token after it, or i. */
int  mk_parse_color_list (mk_parser *p, int i, int n, const mk_refs *who);
/* Where what something is "with" is: a hat on a head, a vase on a table, a tree beside a house. */
const char *mk_relation_of_with (const mk_parser *p, const mk_thing *owner, const mk_thing *thing);
int  mk_parse_clothes (mk_parser *p, int i);
int  mk_parse_more_worn (mk_parser *p, int i, const mk_refs *owner, bool is_held); /* the rest of such a list */
int  mk_parse_worn_where (mk_parser *p, int i);
/* A noun phrase about somebody who may have what it names: `np->part` is set then ("top hat", "carrot nose" of a snowman). */
int  mk_np_read_of (mk_parser *p, int i, const mk_thing *thing, mk_np *np);
/* What the word sets and paints when the thing can wear it, or NULL. */
const mk_json *mk_clothes_find (const mk_parser *p, const mk_thing *thing, const char *word);
void mk_clothes_wear (mk_parser *p, const mk_refs *who, const mk_json *clothes);
void mk_clothes_paint (mk_parser *p, mk_thing *thing, const mk_json *clothes, const char *key, const mk_json *value);
/* "a house with a tree on either side", as the words [from, to) of where it was just placed say: one at each. */
void mk_stand_on_both (mk_parser *p, int from, int to, const mk_refs *who);
/* "on each table", "each robot holds a flower": as many of the new as there are of the others. */
void mk_share_out (mk_parser *p, const mk_refs *who, const mk_refs *to);
/* Words that are to be written, in `np`. */
int  mk_read_text (mk_parser *p, int i, mk_np *np);
/* "a sign that says HELLO": the words from token i to `next` are on what was named before. The token after it, or 0. */
int  mk_write_on (mk_parser *p, int i, int next, const mk_refs *text);
/* "runs to a man who waves": before a relative word or a participle at i, whom the clause is about is whom it named last and no more
 * who ran; what `is_living` alone can do ("who") is no thing's. The comma after it leads back. */
void mk_relate_to_goal (mk_parser *p, int i, bool is_living);
void mk_relate_back (mk_parser *p);
/* Whether one of what the word names is in the scene. */
bool mk_is_there (const mk_parser *p, const mk_hit *object);
/* Whether a name of a thing stands at i. */
bool mk_is_thing_at (const mk_parser *p, int i);
/* Past the little words before a setting: "in", "with a", "under the". */
int  mk_skip_lead (const mk_parser *p, int i);
/* "dim blue" before a light or a sky: its colour in `look`, and how bright, left as it is when nobody says. */
int  mk_read_light_look (mk_parser *p, int i, mk_np *look, double *brightness);
/* At the end of a sentence with "a portrait of" in it. */
void mk_frame_portrait (mk_parser *p);
/* "a crowd of" before a head or its number: `np` is such a group. */
int  mk_read_company_of (const mk_parser *p, int i, mk_np *np);
/* When the head that was read up to `next` is a word for several at once, `np` is a group. The token behind its number. */
int  mk_read_company (const mk_parser *p, int next, mk_np *np);
bool mk_np_is_head_ahead (const mk_parser *p, int i);
/* "the one on the left", "number three": which one of several, in `np`. */
int  mk_read_which (const mk_parser *p, int i, mk_np *np);
/* "from the left", "from right" after an ordinal: its place in the row, negative from the end. */
int  mk_read_from_side (const mk_parser *p, int i, int ordinal, int *place);
/* "the biggest one", "the smallest tree", where there are several. */
int  mk_read_superlative (const mk_parser *p, int i, mk_np *np);
/* Of several the one that is biggest or smallest. */
void mk_keep_most (mk_parser *p, int most, mk_refs *refs);
int  mk_read_numbered (mk_parser *p, int i, mk_np *np);
/* "everything on the table", "all apples in the bowl": those of `refs` that are there. */
int  mk_keep_placed (mk_parser *p, int i, mk_refs *refs);
/* "the ones that are not black": of several those that look so. The token after it, or i. */
int  mk_keep_looking (mk_parser *p, int i, mk_refs *refs);
/* "the thing on the table": what is there. */
int  mk_parse_placed_one (mk_parser *p, int i, const mk_np *np, mk_refs *refs);
/* `refs` without those of `out`, of whose copies each may be one. */
bool mk_has_partner (const mk_parser *p);
int  mk_read_partner (const mk_parser *p, int i);
void mk_refs_without (const mk_parser *p, mk_refs *refs, const mk_refs *out);
/* "all but one", "all except two": the last so many are let be. The token after the number, or i. */
int  mk_parse_all_but (mk_parser *p, int i, mk_refs *refs);
/* "all but the last", "all except two": of those that were named in the plural. */
int  mk_parse_all_except (mk_parser *p, int i, mk_refs *refs);
/* "make everything smaller except the house": said after it. */
int  mk_parse_except (mk_parser *p, int i);
/* "no, the other one": the last change was meant for something else. */
int  mk_parse_meant (mk_parser *p, int i);
/* again.c: the command once more for others, under its id, so that it takes the place of what was said; -1 when there are too many. */
int  mk_command_again (mk_parser *p, const mk_json *said, mk_json *taken_targets);
/* The same under an id of its own, beside what was said. */
int  mk_action_again (mk_parser *p, const mk_json *said, mk_json *taken_targets);
/* Those of a command, each copy for itself. */
void mk_targets_by_copy (const mk_parser *p, const mk_json *command, mk_refs *refs);
/* Whether it speaks of one of `who`; always when there are none, or NULL. */
bool mk_command_is_about (const mk_parser *p, const mk_json *command, const mk_refs *who);
/* Those of a command that are not of `who`, each copy for itself; false when that is nobody, or all. */
bool mk_targets_left (const mk_parser *p, const mk_json *command, const mk_refs *who, mk_refs *left);
/* An action or a camera of the context that this sentence ends: nothing can wait for it any more. */
bool mk_is_ended (const mk_parser *p, const char *action);
/* Removes what has these ids and is not removed by this sentence already (it was told to stop twice); -1 when there are none. */
int  mk_ids_remove (mk_parser *p, mk_json *taken_ids);
/* The latest command of the context that changes things or lets them act; NULL = there is none. */
const mk_json *mk_find_change (const mk_parser *p);
/* Which copy of a thing a target names, 0 = none of its. */
unsigned mk_copy_of (const mk_thing *thing, const char *target);
/* `key` is "color" or "material". */
void mk_copy_look_set (mk_thing *thing, unsigned copy, const char *key, const char *value);
/* What copy `copy` is made of, or all; "" = nobody said. */
const char *mk_thing_material (const mk_thing *thing, unsigned copy);
/* "red" of the red cube, where another cube is not red; "" when it tells nothing. */
const char *mk_telling_color (const mk_parser *p, const mk_thing *thing, unsigned copy);
/* "penguin-1.5" was removed: there are fewer of them. */
void mk_copy_take_away (mk_thing *thing, unsigned copy);
bool mk_copy_is_gone (const mk_thing *thing, unsigned copy);
unsigned mk_copies_left (const mk_thing *thing);
/* A colour, with its shade, into `np`; the token after it, or i. */
int  mk_read_color (mk_parser *p, int i, mk_np *np);
/* "red and blue balls", "red, green and blue": more colours before one head, or behind "is" of one thing. */
int  mk_read_more_colors (mk_parser *p, int i, mk_np *np);
/* "una vaca blanca y negra": the second colour where colours come after what has them. */
int  mk_read_other_color (mk_parser *p, int i, mk_np *np);
/* Whether the pronoun may speak of a thing: he, she and who of the living, it of all but people. */
bool mk_fits_pronoun (const mk_parser *p, const mk_refs *refs, const char *pronoun);
int  mk_parse_also (mk_parser *p, int i);
/* A new command that changes what `refs` are; borrowed, NULL when the commands are too many. */
mk_json *mk_transform_new (mk_parser *p, const mk_refs *refs);
/* "swap the cat and the dog", the first `n` words of which are said already. */
int  mk_parse_swap (mk_parser *p, int i, int n);
/* "2 m to the left" of where they are; `usual_m` when nobody says how far. */
int  mk_move_by (mk_parser *p, int i, const mk_refs *refs, double usual_m);
int  mk_parse_number (const mk_parser *p, int i, double *number);
int  mk_parse_range (const mk_parser *p, int i, double *number);
int  mk_parse_measure (const mk_parser *p, int i, double *metres);
/* "2 m high", "1.5 m wide and 2 m high" from token *i, into `np`; false, and *i as it was, when no measure of a thing stands there. */
bool mk_read_dimensions (const mk_parser *p, int *i, mk_np *np);
void mk_np_resolve (mk_parser *p, const mk_np *np, mk_refs *refs);
int  mk_parse_np_refs (mk_parser *p, int i, mk_refs *refs);
/* "two of the three", "half of them": some of several. */
int  mk_parse_some (mk_parser *p, int i, mk_refs *refs);
/* All that are there of what the noun phrase at i names, and look so; the token after it, or i. */
int  mk_find_kind (mk_parser *p, int i, mk_refs *refs);
/* One idiom gives way to what it means; whether there was one. Hits are found anew then, and its form is given to them. */
bool mk_idioms_unfold (mk_parser *p);
void mk_idiom_set_form (mk_parser *p);
/* Takes one correction out of the tokens ("a blue, no, a red car"); whether there was one. Hits are found anew then. */
bool mk_repair (mk_parser *p);
/* Puts one verb where it was left out ("… and the alien to the window"); whether there was such a gap. Hits are found anew then. */
bool mk_fill_gap (mk_parser *p);
/* "a red and a blue ball": the first takes its head from the next. Returns i. */
int  mk_np_lend_head (mk_parser *p, int i, mk_np *np);
void mk_np_note (mk_parser *p, const mk_np *np, int command);
/* The same for whatever `who` is placed at or goes to: pronouns there mean others. The subject stays. */
int  mk_parse_object_refs (mk_parser *p, int i, const mk_refs *who, mk_refs *refs);
void mk_find_pronoun (const mk_parser *p, const char *pronoun, mk_refs *refs);
/* "opens it", "puts them down", not "opens itself". */
bool mk_is_object_pronoun (const mk_parser *p, int i);
bool mk_can_be_meant (const mk_thing *thing);
bool mk_refs_has (const mk_refs *refs, int thing);
/* The same of one copy; all copies have it too. */
bool mk_refs_has_copy (const mk_refs *refs, int thing, int copy);
/* Several things, or one of which there are several. */
bool mk_is_several (const mk_parser *p, const mk_refs *refs);
/* "the second cube": of several things, or of the copies of one; -1 the last, 1000 the middle. */
void mk_take_ordinal (const mk_parser *p, int ordinal, mk_refs *refs);
/* What was named becomes what pronouns mean first. */
void mk_remember (mk_parser *p, const mk_refs *refs);
int  mk_parse_noun (mk_parser *p, int i);
/* Whether the token begins a clause about what was spoken of before: "that", "which". */
bool mk_is_relative (const mk_parser *p, int i);
int  mk_parse_bare_material (mk_parser *p, int i);
int  mk_parse_relation (mk_parser *p, int i);
/* "takes the cup from the shelf", "falls off the table": where it was before. */
int  mk_parse_source (mk_parser *p, int i);
/* What others stand on: a table, and no basket. */
bool mk_is_stood_on (const mk_parser *p, const mk_thing *thing);
/* Whether who comes from there was on it, and not beside it. */
bool mk_is_left_from_top (const mk_parser *p, const mk_refs *from);
/* "a clown juggles balls before a tent", "cuts a tomato on a table": whose place it is, who does it or what it is done to, in `who`. */
void mk_object_or_agent (mk_parser *p, const char *relation, const mk_refs *to, mk_refs *who);
int  mk_parse_compare (mk_parser *p, int i);
int  mk_parse_made_of (mk_parser *p, int i);
int  mk_parse_apiece (mk_parser *p, int i);
int  mk_parse_group (mk_parser *p, int i);
int  mk_parse_figure (mk_parser *p, int i);
int  mk_parse_option (mk_parser *p, int i);
int  mk_parse_with (mk_parser *p, int i);
int  mk_parse_motion (mk_parser *p, int i);
/* The motion of a command of this sentence. */
const char *mk_motion_of (const mk_parser *p, int command);
/* What it does best of the ways to get on, when it cannot do what was said: horses walk, boats move. */
const char *mk_choose_going (const mk_parser *p, const mk_thing *thing, const char *said);
/* The direct object of the action `command`, whose verb means `value`: "chases the cat"; `role` is its field or part in it. */
/* Whether a word that may be a verb, too, is what the verb before asks for. */
bool mk_is_object_noun (const mk_parser *p, int i);
/* "as soon as the gate opens the horses run": whether a clause before its main one is open, and who comes next has a verb. */
bool mk_is_main_clause (mk_parser *p, int i);
int  mk_parse_deed (mk_parser *p, int i, const mk_json *value, const char *role, int command);
int  mk_parse_mutual (mk_parser *p, int i, const mk_json *value, const char *role, int command);
/* A list of so many colours, ten at most, no two alike. */
mk_json *mk_motley (unsigned n);
int  mk_parse_sizes (mk_parser *p, int i);
/* Whether a scene's words come, and no thing: "the city". */
bool mk_is_mere_place (const mk_parser *p, int i);
/* The scene whose words begin at i is furnished, once. */
void mk_place_furnish (mk_parser *p, int i);
int  mk_read_setting (mk_parser *p, int i, mk_np *np);
void mk_setting_furnish (mk_parser *p, int i);
void mk_insides_settle (mk_parser *p);
void mk_fit_inside (mk_parser *p, mk_thing *thing, const mk_refs *to);
void mk_face_each_other (mk_parser *p, const mk_refs *who);
void mk_throwers_part (mk_parser *p, int i, const mk_json *value, const mk_refs *who);
/* What the verb means, done by `agent` to `object`. */
void mk_deed_do (mk_parser *p, const mk_json *value, const char *role, int command, const mk_refs *agent, const mk_refs *object);
/* "by the boy" behind a verb whose subject it is done to: who does it. */
int  mk_parse_agent (mk_parser *p, int i, mk_refs *agent);
/* The command by which it did something last in this sentence, or -1. */
int  mk_deed_last (const mk_parser *p, const mk_refs *who);
/* How who rides or drives it is there: "on", "inside", or NULL where nobody inside is seen. */
const char *mk_place_of_rider (const mk_parser *p, const mk_thing *thing);
/* Who "sits" there does so: the word at `i`, in a phrase of `n` words. */
void mk_take_pose (mk_parser *p, int i, int n, const mk_refs *who);
/* Tools that go without saying ("tools" of world.json) into the hands of whoever does what needs them. */
void mk_provide_tools (mk_parser *p);
#define MK_WHILE_S 2.5 /* so long lasts what has no end of its own, when something comes after it, or when it stops */
/* What its rider sits in goes instead, when the verb's `role` or motion asks for a carrier and nothing else was named. */
void mk_carrier_go (mk_parser *p, const char *role, int command, const mk_refs *rider);
/* "rides to a castle on a horse": what goes there is the horse. */
int  mk_parse_mount (mk_parser *p, int i);
/* Whom something is sent to stands across from who sends it. */
void mk_goal_receive (mk_parser *p, const mk_refs *agent, const mk_refs *to);
/* "past the lighthouse", "across a bridge": from beside or on it to beyond its end. */
void mk_way_pass (mk_parser *p, mk_json *json, const char *role, const mk_refs *who, const mk_refs *to);
void mk_way_leap (mk_parser *p, const mk_refs *who, const mk_refs *over);
/* A verb of which no picture is made ("reads"): what it is done to is there, and its subject goes on. */
int  mk_parse_act (mk_parser *p, int i);
/* Weights, lenses and praise of those who write prompts: "(masterpiece:1.2), 85mm, f/1.8". */
int  mk_parse_prompt (mk_parser *p, int i);
void mk_say_noise (mk_parser *p);
/* Looks that were said of everything, for all that has none of its own. */
void mk_dress_all (mk_parser *p);
/* Floor and lamps for a background of one colour. */
void mk_backdrop_complete (mk_parser *p);
/* Tells which sky and ground the film will have when the sentence named neither. */
void mk_surroundings_assume (mk_parser *p);
/* "overtakes a truck": `json` is what `who` does; false when the two cannot go beside each other so. */
bool mk_overtake (mk_parser *p, mk_json *json, const mk_refs *who, const mk_refs *whom);
/* "crosses the street": from left to right through the picture, where nothing else was said. */
void mk_go_across (mk_parser *p, int command);
/* Who goes somewhere on a street that lies around, goes along it. */
void mk_street_follow (mk_parser *p);
/* "how many …", "what does the dog do?", the first `n` words of which are read: nothing is made. */
int  mk_parse_question (mk_parser *p, int i, int n, bool is_sure);
/* "named Mimi". */
int  mk_parse_naming (mk_parser *p, int i);
/* "call it Max", the first `n` words of which are read; the words [from, to) are the name of whom. */
int  mk_parse_call (mk_parser *p, int i, int n);
void mk_name_give (mk_parser *p, const mk_refs *who, int from, int to);
/* "Max": the thing of that name. The token after it, or i. */
int  mk_find_called (mk_parser *p, int i, mk_refs *refs);
bool mk_is_called (const mk_parser *p, const char *word);
/* "should wait two seconds", "don't let the cat move": of what is done already. */
int  mk_parse_wait (mk_parser *p, int i);
int  mk_parse_halt (mk_parser *p, int i);
/* "the second one should wait two seconds": what it does already begins so much later; false when it does nothing. */
bool mk_delay_earlier (mk_parser *p, double seconds);
/* "delay the jump by two seconds", the first `n` words of which are read. */
int  mk_parse_delay (mk_parser *p, int i, int n);
/* Those that the sentence speaks of, or were named last, so many times as far from each other; -1 when they are not several. */
int  mk_space_out (mk_parser *p, double factor);
int  mk_parse_same (mk_parser *p, int i);
int  mk_parse_let_not (mk_parser *p, int i);
/* "everything", "the whole film", and all that is done so many times as fast. The token after the words, or i. */
int  mk_pace_all (mk_parser *p, int i, double factor);
/* Words before a wish or a question that say nothing: "what if", "can" before "the cat be orange". */
int  mk_parse_lead (mk_parser *p, int i);
/* "with a lot of squash and stretch", "snappy": how lively the next or latest action is. */
int  mk_parse_lively (mk_parser *p, int i);
/* "from left to right: …": how those that are listed next stand. */
int  mk_parse_row (mk_parser *p, int i);
int  mk_parse_path (mk_parser *p, int i);
void mk_motion_attach (mk_parser *p, int verb, const mk_refs *who);
int  mk_parse_when (mk_parser *p, int i);
int  mk_parse_time (mk_parser *p, int i);
int  mk_parse_adverb (mk_parser *p, int i);
int  mk_parse_order (mk_parser *p, int i);
int  mk_parse_camera (mk_parser *p, int i);
/* A camera command to set `key` of, which the clause is about from now on: the latest, or a new one when that has it. */
int  mk_camera_begin (mk_parser *p, const char *key);
/* "move the camera closer to the cake", "put the camera behind it", behind a verb of `n` words. */
int  mk_parse_camera_put (mk_parser *p, int i, int n);
/* Who was named with `who` goes too, where that is a motion to go by and it can. */
void mk_company_goes (mk_parser *p, int command, const mk_refs *who);
int  mk_parse_causative (mk_parser *p, int i);
void mk_seat_crew (mk_parser *p);
bool mk_is_crew (const mk_parser *p, const mk_thing *thing, const mk_thing *vehicle);
int  mk_parse_crew (mk_parser *p, int i);
int  mk_parse_letters (mk_parser *p, int i);
int  mk_parse_camera_stands (mk_parser *p, int i, int n);
/* "a caterpillar turns into a butterfly", "changes from green to red". */
int  mk_parse_morph (mk_parser *p, int i);
/* What comes in the place of another comes as fast as that fades. */
void mk_morph_settle (mk_parser *p);
/* "keep the horse in frame". */
int  mk_parse_keep (mk_parser *p, int i);
/* Whether a verb that cameras do comes at a token, after how it is done. */
bool mk_is_camera_ahead (const mk_parser *p, int i);
int  mk_parse_shot (mk_parser *p, int i);
int  mk_parse_light (mk_parser *p, int i);
/* "it is raining", "confetti falls": what fills the air. */
int  mk_parse_weather (mk_parser *p, int i);
/* What is said at i as what may fill the air, "" = nothing such; where it ends. */
const char *mk_falling_kind (const mk_parser *p, int i, int *next);
/* Smoke and steam, and what they come from (parse_plume.c). */
int  mk_parse_plume (mk_parser *p, int i);
/* "smoking", "steaming": whether such a look stands at a token, and what it adds to what has it. */
bool mk_is_smoking (const mk_parser *p, int i);
void mk_smoke_add (mk_parser *p, int i, const mk_refs *source);
int  mk_parse_sky (mk_parser *p, int i);
int  mk_parse_ground (mk_parser *p, int i);
bool mk_is_ground_ahead (const mk_parser *p, int i); /* "a green meadow": no thing to cross */
bool mk_is_mere_ground (const mk_parser *p, int i); /* and no thing that is walked to: "the water" */
int  mk_parse_render (mk_parser *p, int i);
int  mk_parse_painting (mk_parser *p, int i);
int  mk_parse_scene (mk_parser *p, int i);
/* Furnishes the places that were named with what is usual there, around what the sentence itself says. */
void mk_furnish (mk_parser *p);
int  mk_parse_edit (mk_parser *p, int i);
/* What follows the first `n` words of a follow-up, which say what is done: removed, replaced, made once more, moved, turned. */
int  mk_parse_remove (mk_parser *p, int i, int n);
int  mk_parse_replace (mk_parser *p, int i, int n);
/* "change the title to GOODBYE", "the sign should say CLOSED": other letters for words that are there. */
int  mk_parse_retext (mk_parser *p, int i);
/* "the title", "the words": those that are there, when no letters follow. The token after it, or i. */
int  mk_parse_written (mk_parser *p, int i, mk_refs *refs);
int  mk_parse_duplicate (mk_parser *p, int i, int n);
int  mk_parse_move (mk_parser *p, int i, int n, mk_edit edit);
int  mk_parse_rotate (mk_parser *p, int i, int n);
/* "six more", "only two"; "make that five", the first `n` words of which are read. */
int  mk_parse_amount (mk_parser *p, int i);
int  mk_parse_recount (mk_parser *p, int i, int n);
/* `fresh` things of this sentence take the place of those that were there; false when they are no such pair. */
bool mk_replace (mk_parser *p, const mk_refs *old, const mk_refs *fresh);
/* What is there goes, with what it did: its command, or -1 when it was of this sentence. */
int  mk_refs_remove (mk_parser *p, const mk_refs *refs);
/* "the ground", "the fog", "shadows": what is no thing and is to go. */
int  mk_parse_world_removal (mk_parser *p, int i);
/* What the context lets `who` do with this motion is over; "" or "move" is any, nobody is all. Others that do the same go on. The command
 * that ends it, or -1. */
int  mk_actions_end (mk_parser *p, const char *motion, const mk_refs *who);
/* "stop spinning", the first `n` words of which are said already. */
int  mk_parse_stop (mk_parser *p, int i, int n);
int  mk_parse_more (mk_parser *p, int i);
/* The action of the context that the sentence speaks of, as a command of this sentence that changes it; -1 = there is none. */
int  mk_action_restate (mk_parser *p);
/* The id of the last action of the context, "" when there is none. */
const char *mk_action_latest (const mk_parser *p);
/* The latest action, or that of the context, so many times as fast: its command. */
int  mk_speed_change (mk_parser *p, double factor);
int  mk_parse_negation (mk_parser *p, int i);
/* Takes apart what is several words in one, as the language says; whether anything was. Hits are to be found anew then. */
bool mk_split_words (mk_parser *p);
/* Typing mistakes with one clear candidate are put right; whether there was one. */
bool mk_correct_words (mk_parser *p);
/* The verb that `word` is a form of, with `prefix` before it, when the lexicon has that. */
bool mk_find_joined_verb (const mk_parser *p, const char *prefix, const char *word, char out[64]);
/* Gives verbs back the part that stands at the end of their clause. */
bool mk_join_parted_verbs (mk_parser *p);
/* Puts the verb of a clause that ends with it behind whom it is about. */
bool mk_order_words (mk_parser *p);
/* Ends a clause; `is_hard` = a full stop: pronouns go on, joins do not. */
void mk_clause_end (mk_parser *p, bool is_hard);
/* Splits what several do each by itself into an action for each. */
void mk_act_each (mk_parser *p);
/* What the lexicon's "each" says. */
mk_each mk_each_of (const mk_json *value);
/* What one actor cannot do at once is done in turn, as it was said. */
void mk_take_turns (mk_parser *p);
/* Who goes to something begins so far from it that it is seen. */
void mk_set_goals_apart (mk_parser *p);
/* Reads another text with this parser's state, quietly. */
void mk_parse_words (mk_parser *p, const char *words);
/* Another leg of the way that the latest action goes, after it. */
void mk_leg_begin (mk_parser *p);
/* Starts an action: times by what order words said, pending fields. Where it stands now. */
int  mk_action_begin (mk_parser *p, int command);
/* Whether `who` has the body for the gesture that a verb's value names as "how"; and its command, begun, or -1. */
bool mk_can_gesture (const mk_parser *p, const mk_json *value, const mk_refs *who);
int  mk_gesture_begin (mk_parser *p, const mk_json *value, const mk_refs *who);
