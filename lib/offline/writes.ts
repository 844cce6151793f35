// What the screens write, of every kind; each returns when it is on the disk.
export { pressClock } from "./clock.ts";
export { createLead, editLead } from "./leads.ts";
export { advanceOrder, editOrder } from "./orders.ts";
export type { Saved } from "./saving.ts";
