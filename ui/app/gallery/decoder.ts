// Which films this window has a decoder for: a native one may lack the system's package for it.
const codecs: Record<string, string> = { mp4: 'video/mp4; codecs="avc1.42E01E"', webm: 'video/webm; codecs="vp9"' };

export function lacksDecoder(file: string, canPlay: (type: string) => string = (type) => document.createElement("video").canPlayType(type)): boolean {
  const type = codecs[file.slice(file.lastIndexOf(".") + 1).toLowerCase()];
  return type !== undefined && canPlay(type) === "";
}
