import { makeId } from "../lib/model/ids.ts";
import type { Op } from "../lib/model/operation.ts";
import { LEDGER_START, type SyncResponse } from "../lib/model/protocol.ts";
import { loginOf, withDemoServer } from "../tasks/demo_server.ts";
import { openFarProxy } from "./far_proxy.ts";
import { LINES, type Narrow, ROUND_TRIP_MS } from "./lines.ts";
import { median } from "./median.ts";

const OPS = 1000;
const BATCH = 250;
const ROUNDS = 3;
/** Ops that are sent one by one for the comparison: all of them would take five minutes. */
const ONE_BY_ONE = 40;

const newId = (prefix: "dev" | "lead" | "op") =>
  makeId(prefix, Date.now(), crypto.getRandomValues(new Uint8Array(10)));

/** A device with a queue of new leads. */
function queue(count: number): Op[] {
  return Array.from({ length: count }, (_, i): Op => ({
    seq: i + 1,
    key: newId("op"),
    v: 1,
    route: "/api/client/leads",
    method: "POST",
    payload: {
      id: newId("lead"),
      fields: {
        name: `Lead ${i}`,
        phone: `555 ${1000 + i}`,
        step: "new",
        need: `Asked at the door about unit ${
          i * 7 % 113
        }, wants a call on day ${i % 28}.`,
      },
    },
    base: { version: 0 },
    claim: {
      occurredAt: new Date().toISOString(),
      elapsedMs: i,
      confidence: "high",
    },
  }));
}

async function packed(body: unknown): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([JSON.stringify(body)]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

interface Person {
  id: string;
  orgId: string;
  cookie: string;
}

async function logIn(
  origin: string,
  email: string,
  password: string,
): Promise<Person> {
  const answer = await fetch(`${origin}/login`, {
    method: "POST",
    body: new URLSearchParams({ email, password }),
    redirect: "manual",
  });
  await answer.body?.cancel();
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  const me = await fetch(`${origin}/api/me`, { headers: { cookie } });
  const { user } = await me.json();
  return { id: user.id, orgId: user.orgId, cookie };
}

/** Sends a whole queue, batch after batch, as a device does. @returns milliseconds */
async function drain(
  origin: string,
  person: Person,
  ops: Op[],
): Promise<number> {
  const deviceId = newId("dev");
  const bodies: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < ops.length; at += BATCH) {
    bodies.push(
      await packed({
        v: 1,
        deviceId,
        userId: person.id,
        orgId: person.orgId,
        ops: ops.slice(at, at + BATCH),
      }),
    );
  }
  const startedAt = performance.now();
  let head = { lastSeq: 0, hash: LEDGER_START };
  for (const body of bodies) {
    const answer = await fetch(`${origin}/api/client/sync`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "content-encoding": "gzip",
        cookie: person.cookie,
      },
      body,
    });
    const result: SyncResponse = await answer.json();
    if (!answer.ok || result.results.some(({ status }) => status !== 201)) {
      throw new Error(
        `The server refused an op: ${JSON.stringify(result).slice(0, 500)}`,
      );
    }
    head = result;
  }
  if (head.lastSeq !== ops.length) {
    throw new Error(`Only ${head.lastSeq} ops arrived`);
  }
  return performance.now() - startedAt;
}

/** The same work as one POST per op, each after the one before it. @returns milliseconds */
async function sendOneByOne(
  origin: string,
  person: Person,
  ops: Op[],
): Promise<number> {
  const startedAt = performance.now();
  for (const { route, method, key, payload } of ops) {
    const answer = await fetch(origin + route, {
      method,
      headers: {
        "content-type": "application/json",
        "idempotency-key": key,
        cookie: person.cookie,
      },
      body: JSON.stringify(payload),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`The server refused an op: ${text}`);
  }
  return performance.now() - startedAt;
}

/**
 * Measures how quickly a queue reaches the store: directly, and over a network with long round trips. Talks to
 * loopback only, and stops by itself.
 */
export async function benchSync(): Promise<void> {
  await withDemoServer(async (demo) => {
    const { origin } = demo;
    const worker = loginOf(demo, "worker");
    const person = await logIn(origin, worker.email, worker.password);
    await drain(origin, person, queue(OPS));
    const direct: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      direct.push(await drain(origin, person, queue(OPS)));
    }
    const rate = Math.round(OPS / median(direct) * 1000);
    console.log(
      `sync: ${OPS} new leads in batches of ${BATCH}, median of ${ROUNDS}`,
    );
    console.log(`  direct: ${median(direct).toFixed(0)} ms, ${rate} ops/s`);
    const broken: string[] = [];
    for (const line of LINES) {
      if (!await benchLine(origin, person, line)) broken.push(line.name);
    }
    if (broken.length > 0) {
      throw new Error(`Budgets are broken over ${broken.join(" and ")}`);
    }
  });
}

/** Measures one line: batches, and one POST per op beside them. @returns whether the budget holds */
async function benchLine(
  origin: string,
  person: Person,
  line: Narrow,
): Promise<boolean> {
  const { name, kbitPerSecond, mostMs, mostRequests } = line;
  const times: number[] = [];
  let requests = 0;
  let bytes = { up: 0, down: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    // A connection of its own each time, as a phone that comes back makes one.
    const proxy = openFarProxy(origin, ROUND_TRIP_MS, kbitPerSecond);
    try {
      times.push(await drain(proxy.origin, person, queue(OPS)));
      ({ requests, bytes } = proxy);
    } finally {
      proxy.close();
    }
  }
  const proxy = openFarProxy(origin, ROUND_TRIP_MS, kbitPerSecond);
  let each: number;
  try {
    const ms = await sendOneByOne(proxy.origin, person, queue(ONE_BY_ONE));
    each = ms / ONE_BY_ONE;
  } finally {
    proxy.close();
  }
  const kb = (count: number) => (count / 1000).toFixed(0);
  console.log(
    `  over ${name}: ${median(times).toFixed(0)} ms (budget ${mostMs}), ` +
      `${requests} requests (budget ${mostRequests}), ` +
      `${kb(bytes.up)} KB up, ${kb(bytes.down)} KB down`,
  );
  console.log(
    `    one POST per op: ${(each * OPS / 1000).toFixed(0)} s and ${OPS} ` +
      `requests, ${(each * OPS / median(times)).toFixed(0)} times as long ` +
      `(${ONE_BY_ONE} measured, ${each.toFixed(0)} ms each)`,
  );
  return median(times) <= mostMs && requests <= mostRequests;
}
