// A ball that does what the step says: it stands, it bounces, it becomes blue.
import { motion } from "motion/react";

export function Ball({ step }: { step: number }) {
  return (
    <svg viewBox="0 0 520 144" className="size-full" aria-hidden>
      <rect width="520" height="144" fill="color-mix(in srgb, var(--hue-camera) 16%, var(--ground))" />
      <path d="M0 112 Q260 96 520 112 V144 H0Z" fill="color-mix(in srgb, var(--hue-motion) 42%, var(--ground))" />
      <motion.ellipse cx="260" cy="112" rx="26" ry="5" fill="#000" opacity=".28" animate={{ rx: step > 0 ? [26, 15, 26] : 26 }} transition={{ duration: 1, repeat: Infinity, ease: "easeInOut" }} />
      <motion.g animate={{ y: step > 0 ? [0, -58, 0] : 0 }} transition={{ duration: 1, repeat: Infinity, ease: [.3, .1, .7, .9], times: [0, .5, 1] }}>
        <motion.circle cx="260" cy="84" r="27" animate={{ fill: step > 1 ? "#3d78d8" : "#e8502e" }} transition={{ duration: .4 }} />
        <circle cx="251" cy="74" r="7" fill="#fff" opacity=".5" />
      </motion.g>
    </svg>
  );
}
