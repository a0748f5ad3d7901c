/* types.h - IMAGE and MASK on the links of a workflow.
 *
 * Plugins   Part of what plugins in C may use: packs/plugin_api.h.
 * Shape     IMAGE n × height × width × 3 or 4; MASK the same with one channel. Display-encoded, 0..1.
 */
#pragma once
#include "graph/node.h"
#include "media/image.h"

#pragma GCC visibility push(default)
extern const mk_value_type mk_image_type, mk_mask_type;

/* Both take the image. */
mk_value *mk_value_new_image (mk_image *taken);
mk_value *mk_value_new_mask (mk_image *taken);
#pragma GCC visibility pop
