/* energy.h - how much light a microfacet layer reflects in all, looked up instead of integrated. */
#pragma once

/* Of GGX with Schlick's Fresnel: reflectance is f0 * a + b; a + b is that of a perfect mirror. */
typedef struct {
  float a, b;
} mk_energy;

void mk_energy_init (void);
mk_energy mk_energy_ggx (float cos_o, float roughness);
/* Of the sheen lobe at strength 1. */
float mk_energy_sheen (float cos_o);
/* What the rough dielectric reflects and transmits together without compensation. */
float mk_energy_glass (float cos_o, float roughness, float eta);
