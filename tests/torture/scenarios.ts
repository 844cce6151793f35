import assert from "node:assert/strict";
import { openSession } from "../../lib/access/sessions.ts";
import { makeId } from "../../lib/model/ids.ts";
import type { Op } from "../../lib/model/operation.ts";
import {
  PROTOCOL_VERSION,
  type SyncResponse,
} from "../../lib/model/protocol.ts";
import type { MembershipRow } from "../../lib/store/identities.ts";
import { instanceKeyFrom } from "../../lib/store/instance_key.ts";
import { globalKeys } from "../../lib/store/keys.ts";
import { storeOn } from "../../lib/store/store.ts";
import { createTenant } from "../../lib/tenancy/create_tenant.ts";
import type { ArrivedMail } from "../system/smtp.ts";
import { blankAudit, hire, keepOrder, newCompany } from "../unit/builders.ts";
import { Device } from "../unit/device.ts";
import type { FaultPlan } from "./kv_faults.ts";
import type { WholeStore } from "./whole_store.ts";

/** What the servers of a scenario are started with. */
export const SECRET = "a secret of the torture chamber, long enough";
export const REGISTER_KEY = "register-key-of-the-torture";

/** What a client does, and what has to have come of it, once, wherever the server died. */
export interface Scenario {
  name: string;
  /** From when on the calls of the store count. */
  from: FaultPlan["from"];
  /** How many mails have to arrive, each under one Message-ID. */
  mails: number;
  /**
   * Makes the store before the scenario.
   *
   * @returns what the client asks, the same each time; it throws where it got no answer
   */
  prepare(kv: Deno.Kv): Promise<(origin: string) => Promise<void>>;
  /** What is not as it should be when all is over. */
  check(store: WholeStore, mails: readonly ArrivedMail[]): void;
}

const noQuestion = () => Promise.resolve();

function checkOneTenant(store: WholeStore, mails: readonly ArrivedMail[]) {
  const tenants = store.global<{ id: string; orgId: string }>("tenants");
  assert.equal(tenants.length, 1, "one tenant");
  const owners = store.global<MembershipRow>("memberships")
    .filter(([, { roles }]) => roles.includes("OWNER"));
  assert.equal(owners.length, 1, "one owner");
  assert.equal(store.global("users").length, 1, "one user");
  assert.equal(store.global("invites").length, 1, "one invitation");
  const links = mails.map((mail) =>
    /\/invite\/\S+/.exec(mail.parts["text/plain"] ?? "")?.[0]
  );
  assert.equal(new Set(links).size, 1, "one link");
  assert.ok(links[0], "a link");
}

const registration: Scenario = {
  name: "registration",
  from: "signal",
  mails: 1,
  prepare() {
    let first: { tenantId: string; orgId: string } | undefined;
    return Promise.resolve(async (origin) => {
      const answer = await fetch(`${origin}/api/tenant/register`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${REGISTER_KEY}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({
          plan: "team",
          industry: "plumbing",
          externalCustomerId: "cus_torture",
          company: "Alder Plumbing",
          owner: { name: "Olga Alder", email: "olga@alder.example" },
        }),
      });
      const body = await answer.json();
      assert.ok([200, 201].includes(answer.status), JSON.stringify(body));
      assert.equal(body.tenantId, (first ??= body).tenantId);
    });
  },
  check: checkOneTenant,
};

const delivery: Scenario = {
  name: "outbox delivery",
  from: "start",
  mails: 1,
  async prepare(kv) {
    const store = await storeOn(kv);
    const deps = {
      store,
      instanceKey: instanceKeyFrom(SECRET),
      now: Date.now,
    };
    const made = await createTenant(deps, {
      plan: "team",
      industry: "plumbing",
      externalCustomerId: "cus_torture",
      company: "Alder Plumbing",
      timeZone: "Europe/Berlin",
      owner: {
        name: "Olga Alder",
        email: "olga@alder.example",
        passwordHash: null,
      },
      sample: true,
    }, blankAudit());
    assert.ok(made.ok);
    return noQuestion;
  },
  check: checkOneTenant,
};

const MADE = 70;
const PRESSES = 30;
const ORDERS = 30;

const id = (prefix: Parameters<typeof makeId>[0]) =>
  makeId(prefix, Date.now(), crypto.getRandomValues(new Uint8Array(10)));

const batch: Scenario = {
  name: "sync batch",
  from: "signal",
  mails: 0,
  async prepare(kv) {
    const store = await storeOn(kv);
    const company = await newCompany(store);
    const me = await hire(company, "WORKER");
    const membership = await store.get<MembershipRow>(
      globalKeys.membership(me.id, me.tenantId, "CLIENT"),
    );
    assert.ok(membership);
    const secret = await openSession(store, membership, Date.now());
    // The owner's welcome is another scenario's.
    for await (
      const { key } of kv.list({ prefix: globalKeys.jobs() as string[] })
    ) {
      await kv.delete(key);
    }
    const device = new Device(company, me);
    const now = Date.now();
    const at = (minutes: number) => ({
      occurredAt: new Date(now - minutes * 60_000).toISOString(),
      elapsedMs: minutes * 60_000,
    });
    const ops: Op[] = [];
    for (let i = 0; i < MADE; i++) {
      const lead = id("lead");
      const made = device.lead(`Lead ${i}`, lead);
      ops.push(
        made,
        device.rename(lead, `Renamed ${i}`, { version: 0, after: made.seq }),
      );
    }
    for (let i = 0; i < PRESSES; i++) {
      ops.push(device.clock(i % 2 ? "out" : "in", at(2 * (PRESSES - i))));
    }
    for (let i = 0; i < ORDERS; i++) {
      const order = await keepOrder(company.tenant, { assigneeId: me.id });
      ops.push(device.advance(order.id, "START", { version: 1 }));
    }
    assert.equal(ops.length, 200);
    let first: SyncResponse | undefined;
    return async (origin) => {
      const answer = await fetch(`${origin}/api/client/sync`, {
        method: "POST",
        headers: {
          cookie: `__Host-streamflow=${secret}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({
          v: PROTOCOL_VERSION,
          deviceId: device.id,
          userId: me.id,
          orgId: me.orgId,
          ops,
        }),
      });
      const body = await answer.json();
      assert.equal(answer.status, 200, JSON.stringify(body));
      const { results, lastSeq, hash } = body as SyncResponse;
      assert.equal(lastSeq, ops.length);
      const bad = results.filter(({ status }) => status >= 300);
      assert.deepEqual(bad, []);
      assert.equal(hash, (first ??= body).hash);
    };
  },
  check(store) {
    const [org] = store.orgs.filter((org) =>
      store.ofOrg(org, "ledgers").length > 0
    );
    assert.ok(org, "a ledger");
    const leads = store.ofOrg<{ version: number }>(org, "leads");
    assert.equal(leads.length, MADE, "each lead was made once");
    assert.ok(
      leads.every(([, { version }]) => version === 2),
      "each lead was renamed once",
    );
    const orders = store.ofOrg<{ version: number }>(org, "work_orders");
    assert.ok(
      orders.every(([, { version }]) => version === 2),
      "each order was started once",
    );
    assert.equal(
      store.ofOrg(org, "clock_events").length,
      PRESSES,
      "each press counts once",
    );
    const ledgers = store.ofOrg<{ lastSeq: number }>(org, "ledgers");
    assert.deepEqual(ledgers.map(([, { lastSeq }]) => lastSeq), [200]);
    const actions = store.ofOrg<{ count: number; entries: unknown[] }>(
      org,
      "audit",
    ).reduce((sum, [, { count }]) => sum + count, 0);
    assert.ok(actions >= 200, `${actions} of 200 ops are audited`);
  },
};

/** All of them. */
export const SCENARIOS: readonly Scenario[] = [registration, batch, delivery];
