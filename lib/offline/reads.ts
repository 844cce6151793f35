// What the screens read, of every kind; a screen's bundle holds only what it uses.
export { readClock } from "./clock.ts";
export { readDay, readSettings } from "./day.ts";
export { type LeadSlice, readLead, readLeads } from "./leads.ts";
export type { Local } from "./local.ts";
export { readOrder, readOrders, readToday } from "./orders.ts";
export type { LeadPlace } from "./schema.ts";
