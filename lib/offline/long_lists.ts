import { hasWords, type Lead, searchWords } from "../model/lead.ts";
import type { LeadRow } from "../model/lead.ts";
import { WINDOW_LEADS } from "../model/protocol.ts";
import type { WorkOrder } from "../model/work_order.ts";
import { decode } from "./codec.ts";
import { read } from "./draft.ts";
import type { Field } from "./field.ts";
import { type Local, present } from "./local.ts";
import type { Row } from "./schema.ts";
import { call } from "./wire.ts";

// What only long lists and the search need; loaded with them.

/** Leads that a search opens at once: short enough that a slow phone still scrolls in between. */
const SEARCH_STEP = 100;

/** Ids of all leads on the device, in the order of the list. Nothing is opened for it. */
export async function leadIds(field: Field): Promise<string[]> {
  return await field.db.run((db) => db.getAllKeysFromIndex("leads", "newest"));
}

/** How many orders one day has. */
export interface DayCount {
  /** YYYY-MM-DD. */
  day: string;
  /** How many are planned for it. */
  count: number;
}

/** Ids of all orders on the device by planned day and time, and how many of them each day has. Nothing is opened for it. */
export async function orderIds(
  field: Field,
): Promise<{ ids: string[]; days: DayCount[] }> {
  return await field.db.run(async (db) => {
    const tx = db.transaction("workOrders");
    const planned = tx.store.index("planned");
    const ids = await planned.getAllKeys();
    const days: DayCount[] = [];
    let cursor = await planned.openKeyCursor();
    while (cursor) {
      const day = String(cursor.key).slice(0, 10);
      const count = await planned.count(IDBKeyRange.bound(day, `${day}~`));
      days.push({ day, count });
      cursor = await cursor.continue(`${day}~`);
    }
    return { ids, days };
  });
}

/** Opens some records of a list. @returns by id; what is gone is left out */
export async function openRecords<T extends Lead | WorkOrder>(
  field: Field,
  store: "leads" | "workOrders",
  ids: readonly string[],
): Promise<Map<string, Local<T>>> {
  const rows = await field.db.run(async (db) => {
    const tx = db.transaction(store);
    return await Promise.all(ids.map((id) => tx.store.get(id)));
  }) as (Row<T> | undefined)[];
  const found = rows.filter((row) => row !== undefined);
  return new Map(
    (await decode(field, found)).map((row) => [row.id, present(row)]),
  );
}

/** What the office answers to one step of a search. */
interface OfficeStep {
  rows: LeadRow[];
  next: string | null;
  looked: number;
}

/** How far a search got. */
export interface SearchStep {
  /** Found on this phone by this step. */
  here: Local<Lead>[];
  /** Found in the office by this step. */
  office: LeadRow[];
  /** Leads that were looked through so far. */
  looked: number;
}

/**
 * Searches the leads of this phone, newest first and some at a time; then those that only the office has, unless all that
 * this person may see are here.
 *
 * @param search words that all have to occur in a lead
 * @throws {Halt} the office is not reached
 */
export async function* searchLeads(
  field: Field,
  search: string,
): AsyncGenerator<SearchStep> {
  const words = searchWords(search);
  const ids = await leadIds(field);
  const known = new Set(ids);
  let looked = 0;
  for (let at = 0; at < ids.length; at += SEARCH_STEP) {
    const step = ids.slice(at, at + SEARCH_STEP);
    const opened = await openRecords<Lead>(field, "leads", step);
    const here = [...opened.values()].filter(({ record }) =>
      hasWords(record, words)
    );
    looked += step.length;
    yield { here, office: [], looked };
  }
  const { feed } = await read(field);
  if (feed.cursor && !feed.loading && looked < WINDOW_LEADS) return;
  let beyond = 0;
  for (let cursor: string | null = "";;) {
    const query: string = new URLSearchParams({
      search,
      ...(cursor && { cursor }),
    }).toString();
    const step: OfficeStep | object = await call<OfficeStep>(
      field,
      `/api/client/leads?${query}`,
      {},
      "rows",
    );
    if (!("rows" in step)) return;
    beyond += step.looked;
    // The office begins with those that are here too: they are told of once.
    looked = Math.max(looked, beyond);
    const office = step.rows.filter(({ id }) => !known.has(id));
    yield { here: [], office, looked };
    cursor = step.next;
    if (cursor === null) return;
  }
}
