#include "render/bsdf.h"

#include "render/energy.h"
#include "render/microfacet.h"

#define COAT_F0 0.04f /* lacquer of index 1.5 */

void
mk_bsdf_init (void)
{
  mk_energy_init ();
}

float
mk_fresnel_dielectric (float cos_i, float eta)
{
  float t2 = 1 - (1 - cos_i * cos_i) / (eta * eta);
  if (t2 <= 0)
    return 1;
  float cos_t = sqrtf (t2), s = (cos_i - eta * cos_t) / (cos_i + eta * cos_t), p = (eta * cos_i - cos_t) / (eta * cos_i + cos_t);
  return 0.5f * (s * s + p * p);
}

/* Reflectance of a GGX layer with compensation, and the factor of compensation. */
static float
layer (float f0, mk_energy energy, float *compensation)
{
  *compensation = 1 + f0 * (1 / maxf (energy.a + energy.b, 1e-3f) - 1);
  return minf ((f0 * energy.a + energy.b) * *compensation, 1);
}

static void
make_glass (mk_bsdf *bsdf, const mk_bsdf_params *params, float share)
{
  bsdf->eta = params->is_entering ? params->ior : 1 / params->ior;
  if (share <= 0)
    return;
  float scale_up = share / maxf (mk_energy_glass (bsdf->wo.z, params->roughness, bsdf->eta), 0.05f);
  /* half of the tint on the way in, half on the way out */
  vec3 tint = { sqrtf (params->base.x), sqrtf (params->base.y), sqrtf (params->base.z) };
  bsdf->glass = scale (tint, scale_up);
  bsdf->glass_reflect = scale_up;
}

void
mk_bsdf_make (mk_bsdf *bsdf, const mk_bsdf_params *params, vec3 wo)
{
  wo.z = maxf (wo.z, 1e-3f);
  *bsdf = (mk_bsdf){ .wo = wo, .alpha = roughness_to_alpha (params->roughness), .coat_alpha = roughness_to_alpha (params->coat_roughness) };
  float below = 1, unused;
  if (params->sheen > 0) {
    bsdf->sheen = params->sheen;
    below -= params->sheen * mk_energy_sheen (wo.z);
  }
  if (params->coat > 0) {
    float compensation, reflected = layer (COAT_F0, mk_energy_ggx (wo.z, params->coat_roughness), &compensation);
    bsdf->coat = below * params->coat * compensation;
    bsdf->p_coat = below * params->coat * reflected;
    below *= 1 - params->coat * reflected;
  }
  float f = square ((params->ior - 1) / (params->ior + 1)), glass = params->transmission * (1 - params->metallic), solid = below * (1 - glass);
  mk_energy energy = mk_energy_ggx (wo.z, params->roughness);
  vec3 reflected;
  bsdf->f0 = mix (v3_all (f), params->base, params->metallic);
  reflected.x = layer (bsdf->f0.x, energy, &bsdf->specular.x);
  reflected.y = layer (bsdf->f0.y, energy, &bsdf->specular.y);
  reflected.z = layer (bsdf->f0.z, energy, &bsdf->specular.z);
  bsdf->specular = scale (bsdf->specular, solid);
  /* what the dielectric layer leaves goes to the diffuse base; metals have none */
  bsdf->diffuse = scale (params->base, solid * (1 - params->metallic) * (1 - layer (f, energy, &unused)));
  make_glass (bsdf, params, below * glass);

  float diffuse = luminance (bsdf->diffuse) + 0.5f * bsdf->sheen, specular = solid * luminance (reflected);
  float sum = diffuse + specular + bsdf->p_coat + below * glass;
  float inverse = sum > 0 ? 1 / sum : 0;
  bsdf->p_diffuse = sum > 0 ? diffuse * inverse : 1;
  bsdf->p_specular = specular * inverse;
  bsdf->p_coat *= inverse;
  bsdf->p_glass = below * glass * inverse;
}

/* How often glass is sampled as a mirror: more often than it is one, because what it mirrors is often a lamp. */
static float
mirror_share (float fresnel)
{
  return fresnel < 1 ? lerpf (fresnel, 0.5f, 0.3f) : 1;
}

/* Walter et al., equations 20 and 21 with their G as a product; `pdf` is for the lobe alone. */
static vec3
evaluate_glass (const mk_bsdf *b, vec3 wi, float *pdf)
{
  bool is_reflected = wi.z > 0;
  vec3 h = is_reflected ? add (b->wo, wi) : add (b->wo, scale (wi, b->eta));
  if (dot (h, h) < 1e-12f)
    return *pdf = 0, v3_all (0);
  h = unit (h.z < 0 ? scale (h, -1) : h);
  float co = dot (b->wo, h), ci = dot (wi, h);
  if (co <= 0 || (is_reflected ? ci <= 0 : ci >= 0))
    return *pdf = 0, v3_all (0);
  float f = mk_fresnel_dielectric (co, b->eta), p = mirror_share (f), visible = ggx_g1 (b->wo.z, b->alpha) * ggx_d (h.z, b->alpha) * co / b->wo.z;
  float out = ggx_g1 (wi.z, b->alpha);
  if (is_reflected) {
    *pdf = p * visible / (4 * co);
    return v3_all (f * visible / (4 * co) * out * b->glass_reflect);
  }
  float jacobian = b->eta * b->eta * -ci / square (co + b->eta * ci);
  *pdf = (1 - p) * visible * jacobian;
  return scale (b->glass, (1 - f) * visible * jacobian * out);
}

static float
reflect_pdf (vec3 wo, float cos_h, float alpha)
{
  return ggx_g1 (wo.z, alpha) * ggx_d (cos_h, alpha) / (4 * wo.z);
}

static vec3
evaluate_solid (const mk_bsdf *b, vec3 wi, float *pdf)
{
  vec3 h = unit (add (b->wo, wi)), f = scale (b->diffuse, wi.z / MK_PI);
  float cos_d = dot (wi, h), edge = schlick (cos_d);
  *pdf = b->p_diffuse * wi.z / MK_PI;
  if (b->sheen > 0)
    f = add (f, v3_all (b->sheen * edge * wi.z / MK_PI));
  if (b->p_specular > 0) {
    float lobe = ggx_d (h.z, b->alpha) * ggx_visibility (b->wo.z, wi.z, b->alpha) * wi.z;
    vec3 fresnel = mix (b->f0, v3_all (1), edge);
    f = add (f, scale (mul (fresnel, b->specular), lobe));
    *pdf += b->p_specular * reflect_pdf (b->wo, h.z, b->alpha);
  }
  if (b->p_coat > 0) {
    float lobe = ggx_d (h.z, b->coat_alpha) * ggx_visibility (b->wo.z, wi.z, b->coat_alpha) * wi.z;
    f = add (f, v3_all (b->coat * lobe * lerpf (COAT_F0, 1, edge)));
    *pdf += b->p_coat * reflect_pdf (b->wo, h.z, b->coat_alpha);
  }
  return f;
}

vec3
mk_bsdf_evaluate (const mk_bsdf *b, vec3 wi, float *pdf)
{
  vec3 f = { 0, 0, 0 };
  *pdf = 0;
  if (wi.z > 0)
    f = evaluate_solid (b, wi, pdf);
  if (b->p_glass > 0 && wi.z != 0) {
    float own;
    f = add (f, evaluate_glass (b, wi, &own));
    *pdf += b->p_glass * own;
  }
  return f;
}

static bool
sample_glass (const mk_bsdf *b, float pick, mk_vec2 u, vec3 *wi)
{
  vec3 h = ggx_sample_visible (b->wo, b->alpha, u);
  float c = dot (b->wo, h);
  if (pick < mirror_share (mk_fresnel_dielectric (c, b->eta))) {
    *wi = sub (scale (h, 2 * c), b->wo);
    return wi->z > 0;
  }
  float t2 = 1 - (1 - c * c) / (b->eta * b->eta);
  *wi = sub (scale (h, c / b->eta - sqrtf (maxf (t2, 0))), scale (b->wo, 1 / b->eta));
  return wi->z < 0;
}

bool
mk_bsdf_sample (const mk_bsdf *b, float pick, mk_vec2 u, vec3 *wi, vec3 *weight, float *pdf)
{
  if (pick < b->p_diffuse) {
    *wi = cosine_of (u);
  } else if (pick < b->p_diffuse + b->p_specular + b->p_coat) {
    vec3 h = ggx_sample_visible (b->wo, pick < b->p_diffuse + b->p_specular ? b->alpha : b->coat_alpha, u);
    *wi = sub (scale (h, 2 * dot (b->wo, h)), b->wo);
    if (wi->z <= 0)
      return false;
  } else if (b->p_glass <= 0 || !sample_glass (b, (pick - (1 - b->p_glass)) / b->p_glass, u, wi)) {
    return false;
  }
  vec3 f = mk_bsdf_evaluate (b, *wi, pdf);
  if (!(*pdf > 1e-12f))
    return false;
  *weight = scale (f, 1 / *pdf);
  return true;
}
