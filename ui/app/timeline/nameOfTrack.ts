// What a row of the timeline is called. The camera that films is none of the things that stand in the scene, of which one may be a camera, too.
import type { Track } from "../../flow/tracks";
import { t } from "../words";
import { shownThing } from "../words/foreign";

export const nameOfTrack = (track: Track): string => (track.id === "camera" ? t("timeline.camera") : shownThing(track));
