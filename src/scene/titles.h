/* titles.h - words that nobody gave a place, a size or a colour: titles and captions.
 *
 * Rule      They stand upright before what the picture is about, about a quarter as high and at most twice as wide, and are dark
 *           where all around is bright.
 * Threads   As the scene's: one owner.
 * Tests     tests/scene/test_camera.c
 */
#pragma once
#include "scene/apply.h"

/* The material of dark words. */
int mk_ink (const mk_stage *stage, mk_scene *scene);
/* When all things have their places. */
void mk_titles_dress (const mk_stage *stage, mk_scene *scene);
