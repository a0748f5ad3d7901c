import { describe, expect, it } from "vitest";
import { enter } from "../app/parts/gate";

const turn = () => new Promise<void>((then) => setTimeout(then, 0));

describe("the gate of small pictures", () => {
  it("lets three in at once, the last that came first, and the next when one leaves or is given up", async () => {
    const begun: number[] = [], leave = [1, 2, 3, 4, 5, 6].map((n) => enter(() => begun.push(n)));
    await turn();
    expect(begun).toEqual([6, 5, 4]);
    leave[1]!(); // waits still: it is never asked for
    leave[5]!();
    leave[5]!();
    await turn();
    expect(begun).toEqual([6, 5, 4, 3]);
    leave[4]!();
    await turn();
    expect(begun).toEqual([6, 5, 4, 3, 1]);
    for (const i of [0, 2, 3]) leave[i]!();
  });
});
