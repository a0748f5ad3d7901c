// Until the bridge answers again.
import { useLink } from "./live";

/** Before it is asked again. */
const pauseMs = 500;

export async function untilThere(signal?: AbortSignal): Promise<void> {
  await new Promise((then) => setTimeout(then, pauseMs));
  if (useLink.getState().link !== "open")
    await new Promise<void>((then) => {
      const end = () => { leave(); signal?.removeEventListener("abort", end); then(); };
      const leave = useLink.subscribe(({ link }) => { if (link === "open") end(); });
      signal?.addEventListener("abort", end);
    });
  signal?.throwIfAborted();
}
