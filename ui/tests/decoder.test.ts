import { expect, it } from "vitest";
import { lacksDecoder } from "../app/gallery/decoder";

it("a film that no decoder is there for is told from a broken one", () => {
  const onlyWebm = (type: string) => (type.startsWith("video/webm") ? "probably" : "");
  expect(["a.mp4", "a.WEBM", "a.gif"].map((file) => lacksDecoder(file, onlyWebm))).toEqual([true, false, false]);
});
