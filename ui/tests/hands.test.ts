import { Euler, Quaternion, Vector3 } from "three";
import { beforeEach, describe, expect, it } from "vitest";
import { arrive, changeHeld, commandOf, hold, numbersOf, settle, useHands } from "../app/viewport/hands";
import { stepOf } from "../app/viewport/useNudge";

const still = { move: new Vector3(), turn: new Quaternion(), scale: 1 };
const turned = (x: number, y: number, z: number) => ({ ...still, turn: new Quaternion().setFromEuler(new Euler(x, y, z, "YXZ")) });

describe("what hands did", () => {
  it("is a command with yaw first, pitch second and roll last", () => {
    expect(commandOf("ball-1", turned(0, Math.PI / 2, 0))).toEqual({ op: "transform", targets: ["ball-1"], rotate: [90, 0, 0] });
    expect(commandOf("ball-1", turned(Math.PI / 6, 0, 0))).toEqual({ op: "transform", targets: ["ball-1"], rotate: [0, 30, 0] });
    expect(commandOf("ball-1", turned(0, 0, Math.PI / 4))).toEqual({ op: "transform", targets: ["ball-1"], rotate: [0, 0, 45] });
  });
  it("is no command when nothing was changed", () => expect(commandOf("ball-1", still)).toBeNull());
  it("stays within what the schema allows", () => {
    expect(commandOf("ball-1", { ...still, move: new Vector3(1e9, 0, 0), scale: 1e6 })).toEqual({ op: "transform", targets: ["ball-1"], move: [1e5, 0, 0], scale: 100 });
  });
  it("is told in numbers, of those axes alone along which it went", () => {
    expect(numbersOf("translate", { ...still, move: new Vector3(.25, 0, -1) })).toBe("X +0.25 m   Z −1.00 m");
    expect(numbersOf("rotate", turned(0, Math.PI / 4, 0))).toBe("Y +45.0°");
    expect(numbersOf("scale", { ...still, scale: 1.5 })).toBe("× 1.50");
  });
});

describe("a thing that hands hold", () => {
  beforeEach(() => useHands.setState({ held: [] }));
  it("is let go when the scene comes that has it, and not before", () => {
    const first = hold("ball-1"), second = hold("ball-1");
    changeHeld(second, { ...still, scale: 2 });
    arrive(first, 2);
    settle(1, 2);
    expect(useHands.getState().held.map((h) => h.key)).toEqual([first, second]);
    settle(2, 2);
    expect(useHands.getState().held.map((h) => h.key)).toEqual([second]);
  });
  it("is let go as well when the project went back behind it", () => {
    arrive(hold("ball-1"), 3);
    settle(2, 2);
    expect(useHands.getState().held).toEqual([]);
  });
});

describe("an arrow key", () => {
  const right = new Vector3(0, 0, -1), away = new Vector3(-1, -.3, 0);
  it("moves where it points for who looks", () => {
    expect(stepOf("ArrowRight", false, "translate", right, away)?.move.toArray()).toEqual([0, 0, -.1]);
    expect(stepOf("ArrowUp", true, "translate", right, away)?.move.toArray()).toEqual([-1, 0, 0]);
    expect(stepOf("PageUp", false, "translate", right, away)?.move.toArray()).toEqual([0, .1, 0]);
  });
  it("turns about the vertical, and scales", () => {
    expect(numbersOf("rotate", stepOf("ArrowRight", false, "rotate", right, away)!)).toBe("Y +5.0°");
    expect(stepOf("ArrowUp", false, "scale", right, away)?.scale).toBe(1.05);
    expect(stepOf("ArrowUp", false, "none", right, away)).toBeNull();
  });
});
