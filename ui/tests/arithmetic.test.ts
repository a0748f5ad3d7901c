import { describe, expect, it } from "vitest";
import { calculate } from "../flow/arithmetic";

describe("sums in number fields", () => {
  it.each([["7", 7], ["2*512", 1024], ["(1024 - 64) / 8", 120], ["1+2*3-4/2", 5], ["2^10", 1024], ["2**3**2", 512], ["-3+1", -2], ["2*-3", -6], ["-2^2", -4], ["10%4", 2], ["0,5*3", 1.5], ["1e3/4", 250], [".5+.5", 1], [" 12 ", 12]])("%s is %d", (text, value) => {
    expect(calculate(text)).toBeCloseTo(value);
  });
  it.each(["", "abc", "2*", "(1+2", "1+2)", "1 2", "1/0", "alert(1)", "2;3", "()", `1${"+1".repeat(200)}`])("%s is no sum", (text) => {
    expect(calculate(text)).toBeNull();
  });
});
