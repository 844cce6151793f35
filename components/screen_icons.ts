import type { IconName } from "./Icon.tsx";

/** The drawings that each field screen can show, beyond those that every page has. */
export const SCREEN_ICONS = {
  today: ["clock", "out", "coffee", "play"],
  orders: ["plus", "play", "user"],
  order: ["camera", "orders", "pen", "play", "plus"],
  leads: ["plus", "search"],
  lead: [],
  changes: [
    "again",
    "clock",
    "device",
    "history",
    "leads",
    "merge",
    "office",
    "orders",
    "play",
    "x",
  ],
} as const satisfies Record<string, readonly IconName[]>;
