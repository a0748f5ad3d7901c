/** Of films, width and height, as they are offered; sentences say others. */
export const sizes = [[480, 270], [640, 360], [960, 540], [1280, 720], [1920, 1080], [720, 1280], [1080, 1080]] as const;
