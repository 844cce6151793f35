/**
 * Runs inside a page of the product: fills this phone's queue, measures how long a person waits for "saved", and how long
 * the queue takes to be received. Bundled and evaluated by `phone.ts`; it uses the product's own engine on the product's
 * own database.
 *
 * @module
 */
import { later } from "../lib/offline/later.ts";
import { openDB } from "idb";
import type { Me } from "../lib/model/spaces.ts";
import { pressClock } from "../lib/offline/clock.ts";
import { sync } from "../lib/offline/drainer.ts";
import { createLead, editLead } from "../lib/offline/leads.ts";
import { advanceOrder, editOrder, readToday } from "../lib/offline/orders.ts";
import { openField } from "../lib/offline/scope.ts";
import { readStatus } from "../lib/offline/status.ts";
import { keepInSync } from "../lib/offline/triggers.ts";

/** What a phone is asked to do. */
interface Plan {
  /** How many changes wait before the measured ones are made. */
  waiting: number;
  /** How many are measured. */
  measured: number;
  /** Milliseconds between a person's changes. */
  pauseMs: number;
}

// One bundle of all of it: a page brings what is loaded later.
later.upkeep = () => import("../lib/offline/upkeep.ts");
later.takeKey = () => import("../lib/offline/take_key.ts");

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Makes changes until so many wait, as quickly as the engine takes them. */
async function fill(me: Me, waiting: number): Promise<number> {
  const field = await openField(me);
  if (!field) throw new Error("Nobody is logged in");
  for (let i = 0;; i++) {
    const status = i % 50 === 0 ? await readStatus(field) : null;
    if (status && status.waiting >= waiting) return status.waiting;
    const made = await createLead(field, {
      name: `Lead ${i}`,
      phone: `555 ${1000 + i}`,
      step: "call",
      need: `Asked at the door about unit ${i * 7 % 113}.`,
    });
    if (!made.ok) throw new Error(made.problem.code);
  }
}

/** A database with nothing in it but one row: what the browser and the disk take for one durable write. */
async function bareDatabase(): Promise<(i: number) => Promise<void>> {
  const db = await openDB("bench-bare", 1, {
    upgrade: (db) => void db.createObjectStore("rows"),
  });
  return async (i) => {
    const tx = db.transaction("rows", "readwrite", { durability: "strict" });
    await Promise.all([tx.store.put({ text: "x".repeat(600), i }, i), tx.done]);
  };
}

/**
 * Makes one change after the other, of each kind in turn, and a bare durable write beside each.
 *
 * @returns milliseconds until each was on the disk
 */
async function measure(me: Me, plan: Plan): Promise<Record<string, number[]>> {
  const field = await openField(me);
  if (!field) throw new Error("Nobody is logged in");
  keepInSync(field);
  const order = (await readToday(field)).find(({ record }) =>
    record.status !== "DONE"
  );
  if (!order) throw new Error("No open order of today is on this phone");
  const { id, status } = order.record;
  let action: "START" | "PAUSE" = status === "RUNNING" ? "PAUSE" : "START";
  let lead = "";
  const kinds = {
    "new lead": async (i: number) => {
      const made = await createLead(field, {
        name: `Measured ${i}`,
        phone: `556 ${1000 + i}`,
        step: "call",
        need: "Wants a call",
      });
      if (made.ok) lead = made.value.record.id;
      return made;
    },
    "edited lead": (i: number) =>
      editLead(field, lead, { need: `Wants a call on day ${i}` }),
    "order's state": async () => {
      const done = await advanceOrder(field, id, action);
      action = action === "START" ? "PAUSE" : "START";
      return done;
    },
    "order's note": (i: number) => editOrder(field, id, { notes: `Note ${i}` }),
    "clock": (i: number) => pressClock(field, i % 2 ? "break" : "resume"),
  };
  const times: Record<string, number[]> = { bare: [] };
  const bare = await bareDatabase();
  const names = Object.keys(kinds) as (keyof typeof kinds)[];
  for (let i = 0; i < plan.measured; i++) {
    const name = names[i % names.length] as keyof typeof kinds;
    await pause(plan.pauseMs);
    const bareBegan = performance.now();
    await bare(i);
    times.bare?.push(performance.now() - bareBegan);
    const began = performance.now();
    const result = await kinds[name](i);
    (times[name] ??= []).push(performance.now() - began);
    if (!result.ok) throw new Error(`${name}: ${result.problem.code}`);
  }
  return times;
}

/**
 * Sends the whole queue, as an open page does: read, unsealed, packed, sent, compared with the ledger and settled.
 *
 * @returns milliseconds until the phone has a receipt for each change
 */
async function drain(me: Me): Promise<number> {
  const field = await openField(me);
  if (!field) throw new Error("Nobody is logged in");
  const began = performance.now();
  const { kind } = await sync(field);
  const ms = performance.now() - began;
  const { waiting, needsYou } = await readStatus(field);
  if (kind !== "done" || waiting + needsYou > 0) {
    throw new Error(`${kind}: ${waiting} wait, ${needsYou} need somebody`);
  }
  return ms;
}

Object.assign(globalThis, {
  benchFill: fill,
  benchMeasure: measure,
  benchDrain: drain,
});
