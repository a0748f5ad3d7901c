/* conditioning.h - what a picture shall show: prompts with the places, times and pictures that belong to them.
 *
 * Purpose   CONDITIONING on the links of a workflow: a list of conditions that act together (protocol §8.4).
 * Threads   Immutable once shared; counts are atomic.
 * Memory    Reference counted; a list is a GPtrArray that owns its conditions.
 */
#pragma once
#include "diffusion/model.h"
#include "media/image.h"

/* A ControlNet at work; several form a chain. */
typedef struct mk_control_use {
  mk_control_net *net;
  mk_image *hint;
  double strength, start, end;      /* shares of the run */
  struct mk_control_use *previous;  /* NULL at the chain's end */
  int n_refs;
} mk_control_use;

typedef enum { MK_AREA_NONE, MK_AREA_CELLS, MK_AREA_SHARE } mk_area_kind;

typedef struct {
  mk_tensor *states; /* n × tokens × width */
  mk_tensor *pooled; /* NULL = none */
  mk_area_kind area_kind;
  double area[4];    /* height, width, y, x */
  double strength;
  mk_image *mask;    /* one channel; NULL = everywhere */
  double mask_strength;
  bool bounds_to_mask;
  double start, end; /* shares of the run; 0 and 1 = always */
  bool has_start, has_end;
  mk_control_use *control;
  bool control_for_negative;
  mk_tensor *concat_latent; /* for in-painting models; NULL = the latent itself */
  mk_image *concat_mask;
  double sizes[6];   /* XL: width, height, crop x, crop y, target width and height; 0 width = the latent's */
  double aesthetic;  /* refiner; 0 = its default */
  GHashTable *others; /* what packs of nodes put beside it: name -> value, owned; constant; NULL = nothing */
  int n_refs;
} mk_condition;

mk_condition *mk_condition_new (mk_tensor *taken_states, mk_tensor *taken_pooled);
mk_condition *mk_condition_copy (const mk_condition *condition);
mk_condition *mk_condition_ref (mk_condition *condition);
void          mk_condition_unref (mk_condition *condition);
/* These replace what was there and take a new reference. */
void          mk_condition_set_mask (mk_condition *condition, mk_image *mask);
void          mk_condition_set_control (mk_condition *condition, mk_control_use *control);

GPtrArray *mk_conditioning_new (void);
/* Copies of all of them, to be changed. */
GPtrArray *mk_conditioning_copy (const GPtrArray *conditioning);

mk_control_use *mk_control_use_new (mk_control_net *net, mk_image *hint, double strength, double start, double end, mk_control_use *previous);
mk_control_use *mk_control_use_ref (mk_control_use *use);
void            mk_control_use_unref (mk_control_use *use); /* NULL is fine */
