/* left_out.c - see left_out.h. */
#include "graph/left_out.h"

#include <string.h>

#define NONE_RUN(models) models " do not run here"
#define NOT_YET          "Miktos does not have it yet"

const mk_left_out mk_left_out_nodes[] = {
  /* films */
  { NONE_RUN ("Models of Wan"),
    "WanCameraEmbedding WanCameraImageToVideo WanAnimateToVideo WanFirstLastFrameToVideo WanFunControlToVideo WanFunInpaintToVideo WanHuMoImageToVideo WanImageToVideo "
    "WanPhantomSubjectToVideo WanSoundImageToVideo WanSoundImageToVideoExtend WanTrackToVideo WanVaceToVideo WanContextWindowsManual Wan22FunControlToVideo "
    "Wan22ImageToVideoLatent ModelMergeWAN2_1 ContextWindowsManual" },
  { NONE_RUN ("Models of Hunyuan"),
    "CLIPTextEncodeHunyuanDiT HunyuanImageToVideo HunyuanRefinerLatent TextEncodeHunyuanVideo_ImageToVideo Hunyuan3Dv2Conditioning Hunyuan3Dv2ConditioningMultiView VAEDecodeHunyuan3D" },
  { NONE_RUN ("Models of LTX-Video"), "LTXVAddGuide LTXVConditioning LTXVCropGuides LTXVImgToVideo ModelSamplingLTXV ModelMergeLTXV" },
  { NONE_RUN ("Models of Cosmos"),
    "CosmosImageToVideoLatent CosmosPredict2ImageToVideoLatent ModelMergeCosmos14B ModelMergeCosmos7B ModelMergeCosmosPredict2_14B ModelMergeCosmosPredict2_2B" },
  { NONE_RUN ("Models of Mochi"), "ModelMergeMochiPreview" },
  { NONE_RUN ("Models of Stable Video Diffusion"),
    "ConditioningSetAreaPercentageVideo ImageOnlyCheckpointLoader ImageOnlyCheckpointSave SVD_img2vid_Conditioning UNetTemporalAttentionMultiply" },
  /* pictures */
  { NONE_RUN ("Models of Flux"),
    "CLIPTextEncodeFlux FluxDisableGuidance FluxGuidance FluxKontextMultiReferenceLatentMethod ModelSamplingFlux ModelMergeFlux1 ReferenceLatent USOStyleReference" },
  { NONE_RUN ("Models of Stable Diffusion 3"), "CLIPTextEncodeSD3 SkipLayerGuidanceSD3 TripleCLIPLoader ModelSamplingSD3 ModelMergeSD35_Large ModelMergeSD3_2B" },
  { NONE_RUN ("Transformer models"), "SkipLayerGuidanceDiT SkipLayerGuidanceDiTSimple" },
  { NONE_RUN ("Text encoders of the T5 kind"), "T5TokenizerOptions" },
  { NONE_RUN ("Models of AuraFlow"), "ModelSamplingAuraFlow ModelMergeAuraflow" },
  { NONE_RUN ("Models of Chroma Radiance"), "ChromaRadianceOptions" },
  { NONE_RUN ("Models of HiDream"), "CLIPTextEncodeHiDream QuadrupleCLIPLoader" },
  { NONE_RUN ("Models of Lumina 2"), "CLIPTextEncodeLumina2 RenormCFG" },
  { NONE_RUN ("Models of PixArt"), "CLIPTextEncodePixArtAlpha" },
  { NONE_RUN ("Models of Qwen-Image"), "TextEncodeQwenImageEdit TextEncodeQwenImageEditPlus ModelMergeQwenImage QwenImageDiffsynthControlnet" },
  { NONE_RUN ("Patches of models"), "ModelPatchLoader" },
  { NONE_RUN ("Models of Stable Cascade"),
    "ModelSamplingStableCascade StableCascade_StageB_Conditioning StableCascade_StageC_VAEEncode StableCascade_SuperResolutionControlnet" },
  { NONE_RUN ("Lotus' models of depth"), "LotusConditioning" },
  { NONE_RUN ("Models of PhotoMaker"), "PhotoMakerEncode PhotoMakerLoader" },
  { NONE_RUN ("Models of GLIGEN"), "GLIGENLoader GLIGENTextBoxApply" },
  { NONE_RUN ("Models of CLIP vision"), "CLIPVisionEncode CLIPVisionLoader StyleModelApply StyleModelLoader unCLIPCheckpointLoader unCLIPConditioning" },
  { NONE_RUN ("Models of Stable Zero123 and SV3D"), "SV3D_Conditioning StableZero123_Conditioning StableZero123_Conditioning_Batched" },
  { "The upscaling model of Stable Diffusion 2 does not run here", "SD_4XUpscale_Conditioning" },
  { NONE_RUN ("ControlNets that read a prompt of their own"), "CLIPTextEncodeControlnet" },
  /* sound */
  { NONE_RUN ("Models of ACE-Step"), "TextEncodeAceStepAudio" },
  { NONE_RUN ("Models of Stable Audio"), "ConditioningStableAudio VAEDecodeAudio VAEEncodeAudio" },
  { NONE_RUN ("Models that hear"), "AudioEncoderEncode AudioEncoderLoader" },
  /* what only PyTorch can do */
  { "There is no PyTorch whose compiler could help", "TorchCompileModel" },
  { "Everything is computed with 32 bits here", "ModelComputeDtype" },
  { "Models are not trained here", "LoadImageTextSetFromFolderNode LoraModelLoader LossGraphNode SaveLoRANode TrainLoraNode" },
  /* what Stable Diffusion could do */
  { NOT_YET, "CombineHooks2 CombineHooks4 CombineHooks8 ConditioningSetDefaultCombine "
    "CreateHookKeyframe CreateHookKeyframesFromFloats CreateHookKeyframesInterpolated CreateHookLora CreateHookLoraModelOnly CreateHookModelAsLora CreateHookModelAsLoraModelOnly "
    "PairConditioningSetDefaultCombine SetClipHooks SetHookKeyframes" },
  { "Hypernetworks exist as pickled files only, which can run any program when they are opened", "HypernetworkLoader" },
  { NOT_YET, "EasyCache GITSScheduler LoraSave" },
  { 0 },
};

const char *
mk_left_out_why (const char *class_type)
{
  size_t length = strchr (class_type, ' ') == NULL ? strlen (class_type) : 0;
  for (const mk_left_out *group = mk_left_out_nodes; group->why != NULL && length > 0; group++)
    for (const char *at = group->nodes; (at = strstr (at, class_type)) != NULL; at += length)
      if ((at == group->nodes || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
        return group->why;
  return NULL;
}

/* "'A', 'B'": titles of the nodes that miss for this reason, and how many. */
static size_t
append_titles (GString *text, const mk_json *missing, size_t n, const char *why)
{
  size_t n_found = 0;
  for (size_t i = 0; i < n; i++) {
    const mk_json *node = mk_json_at (missing, i);
    if (mk_left_out_why (mk_json_get_string (mk_json_get (node, "class_type"))) == why)
      g_string_append_printf (text, "%s'%s'", n_found++ > 0 ? ", " : "", mk_json_get_string (mk_json_get (node, "node_title")));
  }
  return n_found;
}

void
mk_left_out_append (GString *message, const mk_json *missing, size_t n)
{
  g_autoptr (GString) unknown = g_string_new (NULL);
  size_t n_unknown = append_titles (unknown, missing, n, NULL) + mk_json_length (missing) - n;
  g_autoptr (GPtrArray) told = g_ptr_array_new ();
  for (size_t i = 0; i < n; i++) {
    const char *why = mk_left_out_why (mk_json_get_string (mk_json_get (mk_json_at (missing, i), "class_type")));
    if (why == NULL || g_ptr_array_find (told, why, NULL))
      continue;
    g_ptr_array_add (told, (char *)why);
    g_autoptr (GString) titles = g_string_new (NULL);
    append_titles (titles, missing, n, why);
    g_string_append_printf (message, mk_json_length (missing) > 1 ? " %s (%s)." : " %s.", why, titles->str);
  }
  if (n_unknown > 0)
    g_string_append_printf (message, " The custom node%s may not be installed.", n_unknown == 1 ? "" : "s");
}
