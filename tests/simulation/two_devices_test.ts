import assert from "node:assert/strict";
import fc from "fast-check";
import type { Choice } from "../../lib/offline/field.ts";
import type { HistoryRow } from "../../lib/store/history.ts";
import { takeGlobals } from "./browser_globals.ts";
import { type DeviceCode, loadDeviceCode } from "./load_device_code.ts";
import { judge } from "./oracle.ts";
import type { Page } from "./page.ts";
import { Person } from "./person.ts";
import { type Beginning, makeBeginning, Server } from "./server.ts";
import { World } from "./world.ts";

const RUNS = 200;

/** What happens to one lead; devices are numbers. */
type Happening =
  | { kind: "edit"; device: number; name: string }
  | { kind: "office"; name: string }
  | { kind: "sync"; device: number }
  | { kind: "settle"; device: number; side: Choice };

const device = fc.nat(1);
const name = fc.constantFrom("name", "phone", "address");
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("edit" as const), device, name }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("office" as const), name }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("sync" as const), device }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("settle" as const),
      device,
      side: fc.constantFrom<Choice>("mine", "theirs"),
    }),
  },
);

/** A value that is written nowhere else, and that the form takes. */
const valueOf = (name: string, n: string) =>
  name === "phone" ? `555 ${n}` : `Lane ${n}`;

/** Settles what asks a person on this device, all fields for one side. */
async function settle(
  code: DeviceCode,
  { field }: Page,
  side: Choice,
): Promise<void> {
  if (!field) return;
  for (const { key, conflicts } of await (await code.read(field)).opsAlive(2)) {
    if (!conflicts) continue;
    const choices = Object.fromEntries(
      conflicts.map(({ field }) => [field, side]),
    );
    await code.conflicts.resolveConflict(field, key, choices);
  }
}

async function checkHistory(
  code: DeviceCode,
  begun: Beginning,
  seed: number,
  history: readonly Happening[],
): Promise<void> {
  const world = new World(seed, code);
  world.faults.on = false;
  world.server = await Server.open(world, begun, (kv) => kv);
  const person = new Person(world, begun);
  const giveBack = takeGlobals(world.timeline, world.chance, world.packs);
  const [lead = ""] = begun.leads;
  const seldom = {
    conflicts: () => Promise.resolve(code.conflicts),
    recovery: () => Promise.resolve(code.recovery),
  };
  try {
    await world.timeline.run(async () => {
      const pages: Page[] = [];
      for (let i = 0; i < 2; i++) {
        const page = world.newPage(world.newProfile(), "tab");
        page.field = await code.openField(begun.worker, page, seldom);
        assert(page.field);
        await code.sync(page.field);
        pages.push(page);
      }
      const byOffice: string[] = [];
      for (const [n, event] of history.entries()) {
        const page = "device" in event ? pages[event.device] : undefined;
        if (event.kind === "office") {
          const value = valueOf(event.name, `20${n}`);
          byOffice.push(value);
          await world.server.officeEdits(lead, { [event.name]: value });
        }
        if (!page?.field) continue;
        if (event.kind === "sync") await code.sync(page.field);
        if (event.kind === "settle") await settle(code, page, event.side);
        if (event.kind === "edit") {
          const value = valueOf(event.name, `10${n}`);
          const saved = await code.editLead(page.field, lead, {
            [event.name]: value,
          });
          assert(saved.ok && saved.value.key);
          person.intents.push({
            n,
            profile: page.profile,
            kind: "edit",
            record: lead,
            field: event.name,
            value,
            key: saved.value.key,
          });
        }
      }
      // Every value that a device wrote is applied, in the history, or was given up there; all hold the same record.
      await judge(world, begun, person, await person.finish());
      const { truth: tenant } = world.server;
      const written = (await tenant.list<HistoryRow>({
        prefix: tenant.keys.historyOf(lead),
      })).flatMap(({ value }) =>
        Object.values(value.changed).map((change: { to: unknown }) => change.to)
      );
      for (const value of byOffice) assert(written.includes(value), value);
    });
  } finally {
    giveBack();
    world.server.close();
  }
}

Deno.test("two devices and the office change one lead in any order: all end equal, and no value that lost is gone", async () => {
  const code = await loadDeviceCode();
  const begun = await makeBeginning();
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1 }),
      fc.array(happening, { minLength: 1, maxLength: 30 }),
      (seed, history) => checkHistory(code, begun, seed, history),
    ),
    { numRuns: RUNS },
  );
});
