/**
 * Runs inside a page of the product: gives this phone many records, as a pull would. Bundled and evaluated by the tests.
 *
 * @module
 */
import { addDays } from "../../lib/model/calendar.ts";
import type { Me } from "../../lib/model/spaces.ts";
import { readDay } from "../../lib/offline/day.ts";
import { commit, read } from "../../lib/offline/draft.ts";
import { openField } from "../../lib/offline/scope.ts";
import type { Kept } from "../../lib/offline/schema.ts";

const AT_ONCE = 1000;

const idOf = (prefix: string, n: number) =>
  `${prefix}_${String(n).padStart(26, "0")}`;

/** Keeps so many leads and orders, with the engine's own writing: sealed, indexed. */
async function plant(me: Me, count: number): Promise<void> {
  const field = await openField(me);
  if (!field) throw new Error("Nobody is logged in");
  const { load } = (await read(field)).feed;
  const today = await readDay(field);
  const long = Date.parse("2026-01-01T00:00:00Z");
  const made = (id: string, n: number) => {
    const updatedAt = new Date(long - n * 1000).toISOString();
    return {
      v: 1 as const,
      id,
      orgId: me.orgId,
      version: 1,
      updatedAt,
      createdAt: updatedAt,
      createdBy: me.id,
      assigneeId: me.id,
    };
  };
  const recordOf = (n: number): Kept[] => [
    {
      ...made(idOf("lead", n), n),
      fields: {
        name: `Planted ${n}`,
        phone: `777 ${n}`,
        step: "call",
        address: `${n} Long Road`,
        // Every fifth has more lines than the others.
        need: n % 5 ? null : "Asked about a heat pump",
      },
    },
    {
      ...made(idOf("wo", n), n),
      number: n,
      title: `Planted order ${n}`,
      kind: "repair",
      customer: "Larkfield Dental",
      address: `${n} Long Road`,
      phone: "",
      day: addDays(today, Math.floor(n * 14 / count)),
      time: `${String(7 + n % 10).padStart(2, "0")}:00`,
      minutes: 60,
      status: "PLANNED",
      notes: "",
      checklist: [],
      startedAt: null,
      finishedAt: null,
    } as unknown as Kept,
  ];
  for (let from = 0; from < count; from += AT_ONCE) {
    const records = Array.from(
      { length: Math.min(AT_ONCE, count - from) },
      (_, i) => recordOf(from + i),
    ).flat();
    await commit(field, async (draft) => {
      await draft.load(records.map(({ id }) => id));
      for (const record of records) {
        await draft.refresh(record.id, record, { load });
      }
    });
  }
}

Object.assign(globalThis, { plantRecords: plant });
