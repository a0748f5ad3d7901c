/* types.h - SCENE: a scene on the links of a workflow. */
#pragma once
#include "graph/node.h"
#include "scene/apply.h"

extern const mk_value_type mk_scene_type;

/* Takes the scene. */
mk_value *mk_value_new_scene (mk_scene *taken);
