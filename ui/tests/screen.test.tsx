// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { useApp } from "../app/state";
import { Film } from "../app/viewport/Film";
import { placeOf } from "../app/viewport/FilmFrame";
import { Screen } from "../app/viewport/Screen";
import { frameIn } from "../app/viewport/filmFrame";
import { show } from "./render";

const output = (kind: "film" | "image") => ({ node_id: "1", file: kind, kind, bytes: 1, url: `/${kind}`, thumbnail_url: null });

it("shows the film and the picture exactly where the live view has the film's frame", () => {
  const place = frameIn({ width: 1124, height: 673 }, { width: 16, height: 9 }), wanted = Object.values(placeOf(place)).map((px) => `${px}px`);
  HTMLMediaElement.prototype.play = () => Promise.resolve();
  HTMLMediaElement.prototype.pause = () => {};
  show(<><Screen film={output("film")} picture={output("image")} title="film" place={place} /><Screen film={undefined} picture={output("image")} title="still" place={place} /></>);
  for (const element of [screen.getByLabelText("film"), screen.getByAltText("still")]) {
    const { left, top, width, height } = element.style;
    expect([left, top, width, height]).toEqual(wanted);
    expect(element.parentElement?.className).not.toMatch(/(^| )p[xytblr]?-/);
  }
});

it("lets the live view be seen until the film, or the picture, is there", async () => {
  HTMLMediaElement.prototype.play = () => Promise.resolve();
  HTMLMediaElement.prototype.pause = () => {};
  show(<><Screen film={output("film")} picture={output("image")} title="moving" place={null} /><Screen film={undefined} picture={output("image")} title="standing" place={null} /></>);
  const moving = screen.getByLabelText("moving"), standing = screen.getByAltText("standing"), opacities = () => [moving, standing].map(({ parentElement }) => Number(parentElement?.style.opacity));
  await new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)));
  expect(opacities()).toEqual([0, 0]);
  fireEvent.loadedData(moving);
  fireEvent.load(standing);
  await waitFor(() => expect(opacities()).toEqual([1, 1]), { timeout: 10_000 });
});

it("says that a film cannot be played, and shows its picture instead", async () => {
  HTMLMediaElement.prototype.play = () => Promise.resolve();
  HTMLMediaElement.prototype.pause = () => {};
  HTMLMediaElement.prototype.canPlayType = () => "probably";
  show(<Screen film={{ ...output("film"), file: "dance.mp4" }} picture={output("image")} title="dance" place={null} />);
  fireEvent.error(screen.getByLabelText("dance"));
  const still = screen.getByAltText("dance");
  expect(screen.getByRole("status").textContent).toContain("dance.mp4 cannot be shown");
  expect(Number(still.parentElement?.style.opacity)).toBe(0);
  fireEvent.load(still);
  await waitFor(() => expect(Number(still.parentElement?.style.opacity)).toBe(1), { timeout: 10_000 });
});

it("saves the film that is shown, and offers nothing while the scene is", async () => {
  HTMLMediaElement.prototype.play = () => Promise.resolve();
  HTMLMediaElement.prototype.pause = () => {};
  const saved: string[] = [], task = { id: "t", kind: "command", project_id: "p", state: "done", title: "a ball", outputs: [output("image"), { ...output("film"), file: "ball.mp4" }] };
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) { saved.push(`${this.download} from ${this.getAttribute("href")}`); });
  useApp.getState().set({ isFilmShown: false });
  show(<Film project={{ id: "p" } as never} place={null} isThrough={false} />, { "/tasks": { items: [task], next_cursor: null, total: 1 } });
  const film = await screen.findByRole("button", { name: "Show the film" });
  expect(screen.queryByRole("button", { name: "Save a copy" })).toBe(null);
  fireEvent.click(film);
  fireEvent.click(await screen.findByRole("button", { name: "Save a copy" }));
  expect(saved).toEqual(["ball.mp4 from /film"]);
  vi.restoreAllMocks();
});
