/* types.h - AUDIO on the links of a workflow. */
#pragma once
#include "graph/node.h"
#include "media/audio.h"

extern const mk_value_type mk_audio_type;

/* Takes the sound. */
mk_value *mk_value_new_audio (mk_audio *taken);
/* Borrowed; TYPE naming the input when there is none. */
mk_audio *mk_run_get_audio (const mk_run *run, const char *input, GError **error);
/* The sound becomes output 0; false, with the error that made it so, when it is NULL. Takes it. */
bool      mk_run_answer_audio (mk_run *run, mk_audio *taken);
