/* label.h - the word that a stand-in stands for, written on the part of its recipe that is called "label".
 *
 * Threads   As the scene's: one owner.
 * Tests     tests/scene/test_text.c
 */
#pragma once
#include "scene/apply.h"

/* In ink, as large as the label has room for. An object without a label stays as it is; a word that no font can write, too. */
void mk_label_write (const mk_stage *stage, mk_scene *scene, int root, const char *word);
