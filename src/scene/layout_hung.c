/* What hangs: from a branch, a crown, a hook; its top is at the underside of what it hangs from. */
#include "scene/layout_private.h"

#define GRIP_M 0.02f  /* so far it reaches into what it hangs from: they touch, however uneven that is */
#define OUT_SHARE 0.3f /* of the depth of a crown: before its middle, where it is seen */
#define CLEAR_M 0.35f /* so far above the ground it hangs from what had to go up for it */

void
mk_layout_hang (mk_layout *l, int root, mk_box target)
{
  mk_vec3 own = mk_box_size (l->group), middle = mk_box_middle (target), at = { middle.x, target.min.y, middle.z };
  float under = target.min.y;
  if (!mk_layout_find_room (l, root, target, own, OUT_SHARE * mk_box_size (target).z, &at)) {
    mk_layout_underside (l->scene, root, middle.x, middle.z, target.min.y - 1, &under);
    float up = own.y + CLEAR_M - (under - target.min.y);
    mk_layout_lift (l, root, fmaxf (0, up - target.min.y));
    under += fmaxf (0, up - target.min.y);
  } else
    mk_layout_underside (l->scene, root, at.x, at.z, target.min.y + own.y, &under);
  l->wish = l->low = l->high = (mk_vec3){ at.x, under - own.y + GRIP_M, at.z };
  l->has_x = l->has_y = l->has_z = true;
  l->ignored = root;
}
