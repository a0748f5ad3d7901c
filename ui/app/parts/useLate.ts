// What takes only a moment needs no sign that it is under way.
import { useEffect, useState } from "react";

const lateMs = 300;

/** True once `isOn` has been so for a while. */
export function useLate(isOn: boolean, afterMs = lateMs): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!isOn) return setLate(false);
    const id = setTimeout(() => setLate(true), afterMs);
    return () => clearTimeout(id);
  }, [isOn, afterMs]);
  return isOn && isLate;
}
