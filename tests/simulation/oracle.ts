import assert from "node:assert/strict";
import type { Field } from "../../lib/offline/field.ts";
import type { QueuedOp, Row } from "../../lib/offline/schema.ts";
import type { Lead } from "../../lib/model/lead.ts";
import type { ClockEvent, Timesheet } from "../../lib/model/timesheet.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import type { HistoryRow } from "../../lib/store/history.ts";
import type { LedgerKeyRow, LedgerRow } from "../../lib/store/ledger.ts";
import { TTL } from "../../lib/store/limits.ts";
import { readSettings } from "../../lib/store/settings.ts";
import { pull } from "../../lib/sync/pull.ts";
import type { Intent, Person } from "./person.ts";
import type { Profile } from "./page.ts";
import type { Beginning } from "./server.ts";
import type { World } from "./world.ts";

interface Step extends HistoryRow {
  record: string;
  version: number;
}

interface Outcome {
  history: Step[];
  presses: ClockEvent[];
}

const place = (record: string, version: number) => `${record} v${version}`;

async function outcomeOf(world: World): Promise<Outcome> {
  const { truth: tenant } = world.server;
  const history = (await tenant.list<HistoryRow>({
    prefix: tenant.keys.historyOf("").slice(0, -1),
  })).map(({ key, value }): Step => ({
    ...value,
    record: String(key[3]),
    version: Number(key[4]),
  }));
  const sheets = await tenant.list<Timesheet>({
    prefix: tenant.keys.timesheets("").slice(0, -1),
  });
  return {
    history,
    presses: sheets.flatMap(({ value }) => value.events),
  };
}

const isDone = (op: QueuedOp) =>
  (op.result?.status ?? 999) < 300 && op.route !== "/api/client/noop";

/**
 * Each op with an effect has one effect, and each effect of the worker's is one op's.
 *
 * @param disputed the places that copies of a profile were told of one key, where they differ: by the server before a
 * restore, and after it
 */
function checkOnce(
  ops: QueuedOp[],
  disputed: ReadonlyMap<string, ReadonlySet<string>>,
  worker: string,
  outcome: Outcome,
): void {
  const steps = new Map(
    outcome.history.filter(({ by, late }) => by === worker && !late)
      .map((step) => [place(step.record, step.version), step]),
  );
  const presses = new Map<string, number>();
  for (const { id } of outcome.presses) {
    presses.set(id, (presses.get(id) ?? 0) + 1);
  }
  const taken = new Map<string, string>();
  for (const op of ops) {
    if (!isDone(op) || disputed.has(op.key)) continue;
    if (op.route === "/api/client/clock-events") {
      const { id } = op.payload as { id: string };
      assert.equal(presses.get(id), 1, `press ${id} counts once`);
      presses.delete(id);
      continue;
    }
    const at = place(op.record as string, op.result?.version ?? -1);
    const step = steps.get(at);
    assert(step, `${op.key} ${op.method} ${op.route} made ${at}`);
    assert.equal(
      taken.get(at) ?? op.key,
      op.key,
      `${at} is one op's`,
    );
    taken.set(at, op.key);
    const { fields = {} } = op.payload as { fields?: Record<string, unknown> };
    for (const [name, value] of Object.entries(fields)) {
      const change: { to: unknown } | undefined = step.changed[name];
      if (change) assert.equal(change.to, value, `${at} wrote ${name}`);
    }
  }
  const nobodys = [...steps.keys()].filter((at) =>
    !taken.has(at) && ![...disputed.values()].some((told) => told.has(at))
  );
  assert.deepEqual(nobodys, [], "every effect is an op's");
  assert.deepEqual([...presses.keys()], [], "every press is an op's");
}

/** What one device did to a record is there in the order in which it was done. */
function checkOrder(
  ops: QueuedOp[],
  disputed: ReadonlyMap<string, unknown>,
): void {
  const versions = new Map<string, number>();
  for (const op of ops) {
    if (!isDone(op) || op.record === undefined || disputed.has(op.key)) {
      continue;
    }
    const version = op.result?.version ?? 0;
    assert(
      version > (versions.get(op.record) ?? 0),
      `${op.key} on ${op.record} comes after what was done before${
        storyOf(ops, op.record)
      }`,
    );
    versions.set(op.record, version);
  }
}

/**
 * The presses that one ledger took are believed in the order in which they were made, and none later than it was received,
 * whatever the device's clock said: a clock far ahead wins nothing.
 *
 * Only what one ledger alone has: a press that a fork or a restore brought under a second name was believed when it came
 * under the first, of which the second ledger knows nothing. What is said again keeps its moment, and has no place in it.
 */
async function checkClock(
  { server: { truth: tenant } }: World,
  ops: ReadonlyMap<string, QueuedOp>,
  events: readonly ClockEvent[],
): Promise<void> {
  const taken = await tenant.list<LedgerKeyRow>({
    prefix: tenant.keys.ledgerKey("", 0).slice(0, -2),
  });
  const ledgers = new Map<string, number>();
  for (const { value: { key } } of taken) {
    ledgers.set(key, (ledgers.get(key) ?? 0) + 1);
  }
  const pressed = new Map(events.map((event) => [event.id, event]));
  const last = new Map<string, { seq: number; at: number }>();
  for (const { key: place, value: { key, expiresAt } } of taken) {
    const op = ops.get(key);
    if (op === undefined || op.replaces || ledgers.get(key) !== 1) continue;
    const { id } = op.payload as { id?: string };
    const event = pressed.get(id ?? "");
    if (event === undefined) continue;
    const at = Date.parse(event.believedAt);
    const [deviceId, seq] = place.slice(-2) as [string, number];
    const what = `press ${seq} of ${deviceId}, believed ${event.believedAt},`;
    const received = expiresAt - TTL.ledgerKey;
    assert(at <= received, `${what} is later than its receipt`);
    const before = last.get(deviceId) ?? { seq: 0, at: 0 };
    assert(
      at >= before.at,
      `${what} is earlier than ${before.seq}: ${
        new Date(before.at).toISOString()
      }`,
    );
    last.set(deviceId, { seq, at });
  }
}

/** When an op was made, by its key: the time of a ULID. */
function timeOf(key: string): number {
  const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  return [...key.slice(3, 13)].reduce(
    (time, digit) => time * 32 + digits.indexOf(digit),
    0,
  );
}

/** What is left of a settled op after the server lost its result: without effect, under another key. */
function emptied(
  ops: Map<string, QueuedOp>,
  key: string,
): QueuedOp | undefined {
  const time = timeOf(key);
  return [...ops.values()].filter((op) =>
    // The base is read in between.
    op.route === "/api/client/noop" && Math.abs(op.createdAt - time) < 50
  ).sort((a, b) => a.n - b.n)[0];
}

/** Nothing that a screen called saved is gone without a trace. */
function checkKept(
  intents: Intent[],
  ops: Map<string, QueuedOp>,
  outcome: Outcome,
  copied: boolean,
): void {
  const written = new Map<string, number>();
  const lost = new Set<string>();
  for (const { record, changed, discarded } of outcome.history) {
    for (const [name, { to }] of Object.entries(changed)) {
      const at = `${record} ${name} ${to}`;
      written.set(at, (written.get(at) ?? 0) + 1);
    }
    for (const [name, value] of Object.entries(discarded ?? {})) {
      lost.add(`${record} ${name} ${value}`);
    }
  }
  for (const [i, intent] of intents.entries()) {
    const { key, record, field, value } = intent;
    if (key === undefined) continue;
    const op = ops.get(key) ?? emptied(ops, key);
    const what = `what was done ${intent.n}. (${intent.kind} ${record} ${
      field ?? ""
    } ${value ?? ""}, ${key})`;
    // What was taken back keeps its place under another key.
    if (!op && intent.undoAsked) continue;
    assert(op, `${what} is on the device`);
    // What fell with a refused change when the queue got a new name is never sent.
    const fell = op.problem?.code === "dependency-rejected";
    assert(
      op.result || fell,
      `${what} has a result${storyOf(ops.values(), record)}`,
    );
    const at = `${record} ${field} ${value}`;
    const times = written.get(at) ?? 0;
    // Two copies of a profile may each settle the same question in favour of the same value.
    if (typeof value === "string" && !copied) {
      assert(times <= 1, `${what} is written once`);
    }
    if (intent.undone || typeof value !== "string" || times > 0) continue;
    if (lost.has(at)) continue;
    if (op.why === "dismissed" || op.why === "undone") continue;
    // Given up by whoever wrote it: the same device wrote over it before it was sent.
    const later = intents.slice(i + 1).some((other) =>
      other.record === record && other.field === field &&
      other.profile === intent.profile && !other.undone
    );
    // Or had an older one sent again, after it.
    const again = [...ops.values()].some((other) =>
      other.n > op.n && other.record === record && "fields" in other.payload &&
      (other.payload.fields[field as string] ?? value) !== value
    );
    const dismissed = [...ops.values()].some((other) =>
      other.why === "dismissed" && other.record === record && other.n > op.n
    );
    assert(
      later || again || dismissed,
      `${what} is neither applied, nor in the history, nor refused: ${op.state} ${op.why} ${
        JSON.stringify(op.result)
      } ${op.problem?.code}${storyOf(ops.values(), record)}`,
    );
  }
}

async function checkSame(
  world: World,
  beginning: Beginning,
  field: Field,
): Promise<void> {
  const { truth: tenant } = world.server;
  const settings = await readSettings(tenant);
  const there = new Map<string, unknown>();
  let cursor: string | null = null;
  do {
    const page = await pull(tenant, {
      subject: beginning.worker,
      scope: null,
      cursor,
      timeZone: settings.profile.timeZone,
      settings: { leadForm: settings.template.leadForm },
      settingsVersion: settings.version,
      now: Math.floor(world.wallClock()),
    });
    assert(page.ok);
    for (const { id, record } of page.value.changes) there.set(id, record);
    cursor = page.value.more ? page.value.cursor : null;
  } while (cursor !== null);
  const here = new Map<string, Row>();
  for (const store of ["leads", "workOrders", "timesheets"] as const) {
    const rows = await field.db.run((db) => db.getAll(store)) as Row[];
    for (const row of await world.device.decode(field, rows)) {
      here.set(row.id, row);
    }
  }
  for (const [id, record] of there) {
    const row = here.get(id);
    assert(row, `${id} is on the device`);
    assert.deepEqual(row.server, record, `${id} is as on the server`);
    assert.deepEqual(row.local, record, `${id} shows what the server has`);
  }
  for (const [id, row] of here) {
    if (there.has(id)) continue;
    // Days go by: an order that left the window stays until the next day's tidying.
    const record = await tenant.get<Lead | WorkOrder>(
      id.startsWith("lead_") ? tenant.keys.lead(id) : tenant.keys.order(id),
    );
    assert(
      record && record.assigneeId === beginning.worker.id,
      `${id} has a place on the device`,
    );
    assert.deepEqual(row.server, record, `${id} is as on the server`);
  }
}

/** What a device keeps of one record, to read a failure by. */
function storyOf(ops: Iterable<QueuedOp>, record: string | null | undefined) {
  return [...ops].filter((op) => op.record === record).map((op) =>
    [
      "",
      op.n,
      `${op.deviceId.slice(-4)}/${op.seq}`,
      op.key.slice(-4),
      op.method,
      op.route.replace(/.*client./, ""),
      JSON.stringify(op.payload),
      JSON.stringify(op.base),
      op.state,
      op.why ?? op.closing ?? "",
      op.result?.status,
      op.result?.version,
      op.problem?.code ?? "",
      op.replaces ? `for ${op.replaces.slice(-4)}` : "",
    ].join(" ")
  ).join("\n");
}

/** Says what is wrong at the end of a run, by throwing. */
export async function judge(
  world: World,
  beginning: Beginning,
  person: Person,
  fields: Map<Profile, Field>,
): Promise<{ applied: number; refused: number }> {
  const outcome = await outcomeOf(world);
  const { truth: tenant } = world.server;
  const all = new Map<string, QueuedOp>();
  const disputed = new Map<string, Set<string>>();
  const byDevice: QueuedOp[][] = [];
  for (const [profile, field] of fields) {
    const ops = await world.device.decode(
      field,
      await field.db.run((db) => db.getAll("pending")),
    );
    const { head } = await world.device.read(field);
    assert.equal(head.acked, head.nextSeq - 1, "every op has its result");
    const ledger = await tenant.get<LedgerRow>(
      tenant.keys.ledger(head.deviceId),
    );
    assert.equal(head.acked, ledger?.lastSeq ?? 0, "both count the same ops");
    if (ledger) assert.equal(head.hash, ledger.hash, "the ledgers are equal");
    assert.equal(
      head.counts.ledgerMismatches,
      undefined,
      "the ledgers never differed",
    );
    const own = new Map(ops.map((op) => [op.key, op]));
    checkKept(
      person.intents.filter((intent) => intent.profile === profile),
      own,
      outcome,
      fields.size > 1,
    );
    for (const op of ops) {
      const known = all.get(op.key);
      const told = ({ record, result }: QueuedOp) =>
        place(record ?? "", result?.version ?? result?.status ?? 0);
      if (known && told(known) !== told(op)) {
        const places = disputed.get(op.key) ?? new Set([told(known)]);
        disputed.set(op.key, places.add(told(op)));
      }
      if (!known || isDone(op)) all.set(op.key, op);
    }
    byDevice.push(ops);
    await checkSame(world, beginning, field);
  }
  for (const ops of byDevice) checkOrder(ops, disputed);
  checkOnce([...all.values()], disputed, beginning.worker.id, outcome);
  await checkClock(world, all, outcome.presses);
  const ops = [...all.values()];
  return {
    applied: ops.filter(isDone).length,
    refused: ops.filter((op) => (op.result?.status ?? 0) >= 400).length,
  };
}
