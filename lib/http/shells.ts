/** The field screens that open without a network, and the page for all others, by the paths that they stand in for. */
export const SHELLS = {
  today: "^/client/today$",
  orders: "^/client/orders$",
  order: "^/client/orders/wo_[0-9A-Z]+$",
  leads: "^/client/leads$",
  lead: "^/client/leads/(new|lead_[0-9A-Z]+)$",
  changes: "^/client/changes$",
  /** Stands in for every other page. */
  offline: null,
} as const;

/** Name of a shell. */
export type ShellName = keyof typeof SHELLS;

/** Whether a shell has this name. */
export function isShell(name: unknown): name is ShellName {
  return typeof name === "string" && Object.hasOwn(SHELLS, name);
}

/** The URL of a shell. */
export function shellPath(name: ShellName): string {
  return `/shells/${name}`;
}
