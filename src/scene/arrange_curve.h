/* arrange_curve.h - groups that stand along a curve, for arrange.c.
 *
 * Units     Metres. The curve is as small as lets every two of its things be `apart_m` from middle to middle.
 */
#pragma once
#include "scene/layout.h"

bool mk_arrange_is_curve (int arrange);
/* The offsets of n items along a curve for which mk_arrange_is_curve() holds. */
void mk_arrange_curve (mk_layout_item *items, unsigned n, int arrange, float apart_m);
