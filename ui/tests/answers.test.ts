import { beforeEach, describe, expect, it } from "vitest";
import type { Task } from "../app/wire/queries";
import { client, keys, knownTask, putAnswer, putTask } from "../app/wire/queries";

const task = (state: Task["state"]) => ({ id: "t", state }) as Task;

describe("the answer to a cancellation", () => {
  beforeEach(() => { client.setQueryData(keys.tasks, { items: [task("running")], total: 1, next_cursor: null }); });
  it("is shown when nothing was heard since it was asked for", () => {
    putAnswer(task("cancelled"), knownTask("t"));
    expect(knownTask("t")?.state).toBe("cancelled");
  });
  it("is older than what the socket told meanwhile, which stays", () => {
    const before = knownTask("t");
    putTask(task("cancelled"));
    putAnswer(task("running"), before);
    expect(knownTask("t")?.state).toBe("cancelled");
  });
});
