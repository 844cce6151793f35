import { deviceShare } from "../../lib/access/device_share.ts";
import { runChange } from "../../lib/field/run_change.ts";
import { fieldWork } from "../../lib/http/field_work.ts";
import { MAX_SYNC_BYTES, readJson } from "../../lib/http/read_body.ts";
import type { FieldValues } from "../../lib/model/form.ts";
import type { Lead } from "../../lib/model/lead.ts";
import { type Problem, problem, type Result } from "../../lib/model/problem.ts";
import type { Me } from "../../lib/model/spaces.ts";
import type { OrderAction, WorkOrder } from "../../lib/model/work_order.ts";
import type { AuditRow } from "../../lib/store/audit.ts";
import { readSettings } from "../../lib/store/settings.ts";
import { Store, storeOn } from "../../lib/store/store.ts";
import { TenantStore } from "../../lib/store/tenant_store.ts";
import { applyBatch } from "../../lib/sync/apply_batch.ts";
import { pull } from "../../lib/sync/pull.ts";
import { readSyncRequest } from "../../lib/sync/read_request.ts";
import {
  type Company,
  hire,
  keepLead,
  keepOrder,
  leadFields,
  MONDAY,
  newCompany,
} from "../unit/builders.ts";
import type { Profile } from "./page.ts";
import type { Timeline } from "./timeline.ts";
import type { World } from "./world.ts";

interface Row {
  key: Deno.KvKey;
  value: unknown;
}

/** What stands between the product and its store, to plant a bug. */
export type WrapStore = (kv: Deno.Kv, world: World) => Deno.Kv;

/** A company as every run begins with it. */
export interface Beginning {
  rows: Row[];
  worker: Me;
  colleague: Me;
  office: Me;
  leads: string[];
  orders: string[];
}

const ROWS_AT_ONCE = 400;

async function rowsOf(kv: Deno.Kv): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const { key, value } of kv.list({ prefix: [] })) {
    rows.push({ key, value });
  }
  return rows;
}

/** Without the change feed: its keys are versionstamps, which mean nothing in another store. */
const portable = (rows: Row[]) =>
  rows.filter(({ key }) => key[2] !== "changes");

async function putRows(kv: Deno.Kv, rows: readonly Row[]): Promise<void> {
  for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) {
    const atomic = kv.atomic();
    for (const { key, value } of rows.slice(i, i + ROWS_AT_ONCE)) {
      atomic.set(key, value);
    }
    await atomic.commit();
  }
}

/** Signs the company up that all runs work in. */
export async function makeBeginning(): Promise<Beginning> {
  const kv = await Deno.openKv(":memory:");
  const store = await storeOn(kv);
  const company: Company = await newCompany(store);
  const worker = await hire(company, "WORKER");
  const colleague = await hire(company, "WORKER");
  const { tenant, owner } = company;
  const leads: string[] = [];
  const orders: string[] = [];
  for (let i = 0; i < 4; i++) {
    const assigneeId = i === 3 ? null : worker.id;
    const fields = leadFields(`Customer ${i}`);
    leads.push((await keepLead(tenant, { assigneeId, fields })).id);
  }
  for (let i = 0; i < 6; i++) {
    const point = (id: string, required: boolean) => ({
      id,
      label: `Check ${id}`,
      required,
      done: false,
    });
    const order = await keepOrder(tenant, {
      number: 1000 + i,
      day: i < 3 ? "2026-11-23" : "2026-11-25",
      assigneeId: worker.id,
      checklist: [
        point("a", i % 2 === 0),
        point("b", false),
        point("c", false),
      ],
    });
    orders.push(order.id);
  }
  const rows = portable(await rowsOf(kv));
  kv.close();
  return { rows, worker, colleague, office: owner, leads, orders };
}

/** One life of the server's process. */
class Life {
  over = false;
  readonly #ended = new Set<() => void>();

  end(): void {
    this.over = true;
    for (const tell of this.#ended) tell();
  }

  /** What work comes to, or null when the process ended before: whoever asked sees the connection break. */
  until<T>(work: Promise<T>): Promise<T | null> {
    return new Promise((resolve, reject) => {
      const tell = () => resolve(null);
      this.#ended.add(tell);
      work.then(resolve, reject).finally(() => this.#ended.delete(tell));
    });
  }
}

/** The store with every call under the timeline, until the process that has it is ended. */
function timed(kv: Deno.Kv, timeline: Timeline, life: Life) {
  const call = <T>(work: () => Promise<T>): Promise<T> =>
    life.over ? new Promise(() => {}) : timeline.native(work);
  return {
    get: (key: Deno.KvKey) => call(() => kv.get(key)),
    getMany: (keys: Deno.KvKey[]) =>
      call(() => kv.getMany(keys as unknown as [Deno.KvKey])),
    async *list(selector: Deno.KvListSelector, options: Deno.KvListOptions) {
      yield* await call(() => Array.fromAsync(kv.list(selector, options)));
    },
    commitVersionstamp: () => kv.commitVersionstamp(),
    atomic() {
      const atomic = kv.atomic();
      const commit = atomic.commit.bind(atomic);
      return Object.assign(atomic, { commit: () => call(commit) });
    },
    close: () => {},
  } as unknown as Deno.Kv;
}

/** A problem, or a body, as they travel. */
const jsonOf = (outcome: Result<unknown>) => {
  const body = outcome.ok ? outcome.value : outcome.problem;
  const status = outcome.ok ? 200 : outcome.problem.status;
  return { status, text: JSON.stringify(body) };
};

/** The server's side: the product's own reading, applying and pulling on a real store, without HTTP around it. */
export class Server {
  readonly #world: World;
  readonly #kv: Deno.Kv;
  readonly #beginning: Beginning;
  readonly #wrap: WrapStore;
  #life = new Life();
  #epoch = 1;
  #requests = 0;
  #backup: Row[];
  /** Of the running process. */
  store: Store;
  /** Requests that were answered. */
  answered = 0;

  private constructor(
    world: World,
    kv: Deno.Kv,
    beginning: Beginning,
    wrap: WrapStore,
  ) {
    this.#world = world;
    this.#kv = kv;
    this.#beginning = beginning;
    this.#wrap = wrap;
    this.#backup = beginning.rows;
    this.store = this.#start();
  }

  static async open(
    world: World,
    beginning: Beginning,
    wrap: WrapStore,
  ): Promise<Server> {
    const kv = await Deno.openKv(":memory:");
    await putRows(kv, beginning.rows);
    return new Server(world, kv, beginning, wrap);
  }

  #start(): Store {
    this.#life = new Life();
    const kv = timed(this.#kv, this.#world.timeline, this.#life);
    return this.store = new Store(
      this.#wrap(kv, this.#world),
      `epoch-${this.#epoch}`,
    );
  }

  /** What the store really has, whatever stands between it and the product. */
  get truth(): TenantStore {
    const kv = timed(this.#kv, this.#world.timeline, this.#life);
    const store = new Store(kv, this.store.epoch);
    return new TenantStore(store, this.#beginning.worker.orgId);
  }

  get tenant(): TenantStore {
    return new TenantStore(this.store, this.#beginning.worker.orgId);
  }

  close(): void {
    this.#kv.close();
  }

  /** Ends the process wherever it is, and starts another one on the same store. */
  kill(): void {
    this.#life.end();
    this.#start();
  }

  /** Keeps what the store has now, for `restore`. */
  async backUp(): Promise<void> {
    this.#backup = portable(
      await this.#world.timeline.native(() => rowsOf(this.#kv)),
    );
  }

  /** The store as it was at the last backup, in a new process, under another name. */
  async restore(): Promise<void> {
    this.#life.end();
    this.#epoch++;
    await this.#world.timeline.native(async () => {
      const kept = new Set(this.#backup.map(({ key }) => JSON.stringify(key)));
      let atomic = this.#kv.atomic();
      let size = 0;
      for (const { key } of await rowsOf(this.#kv)) {
        if (kept.has(JSON.stringify(key))) continue;
        atomic.delete(key);
        if (++size % ROWS_AT_ONCE > 0) continue;
        await atomic.commit();
        atomic = this.#kv.atomic();
      }
      await atomic.commit();
      await putRows(this.#kv, this.#backup);
    });
    this.#start();
  }

  #audit(now: number): AuditRow {
    const n = String(++this.#requests).padStart(26, "0");
    return {
      id: `aud_${n}`,
      at: new Date(now).toISOString(),
      requestId: `request-${n}`,
      actor: null,
      space: "CLIENT",
      route: "simulation",
      entries: [],
      count: 0,
      closed: true,
    };
  }

  /** Answers a request as the routes do; null when the process ended before. */
  async handle(
    profile: Profile,
    path: string,
    init: RequestInit,
  ): Promise<{ status: number; text: string } | null> {
    const outcome = await this.#life.until(
      this.#answer(profile, path, init).then(jsonOf),
    );
    if (outcome) this.answered++;
    return outcome;
  }

  async #answer(
    profile: Profile,
    path: string,
    init: RequestInit,
  ): Promise<Result<unknown>> {
    const { session } = profile;
    const refused = (problem: Problem) => ({ ok: false as const, problem });
    if (!session) return refused(problem("unauthenticated"));
    const now = Math.floor(this.#world.wallClock());
    const { tenant } = this;
    const { worker } = this.#beginning;
    const url = new URL(path, "http://server.example");
    const request = new Request(url, {
      method: init.method ?? "GET",
      ...(init.headers && { headers: init.headers }),
      ...(init.body && { body: init.body }),
    });
    if (request.method === "GET") {
      const { profile, template, version } = await readSettings(tenant);
      return await pull(tenant, {
        subject: worker,
        scope: url.searchParams.get("scope"),
        cursor: url.searchParams.get("cursor"),
        timeZone: profile.timeZone,
        settings: { leadForm: template.leadForm },
        settingsVersion: version,
        now,
      });
    }
    const body = await readJson(request, MAX_SYNC_BYTES);
    if (!body.ok) return body;
    const audit = this.#audit(now);
    if (url.pathname === "/api/client/device-shares") {
      const { vault } = Object(body.value) as { vault?: unknown };
      const share = await deviceShare(tenant, worker, vault, now, audit);
      return share.ok
        ? { ok: true, value: { share: [...share.value] } }
        : share;
    }
    const received = readSyncRequest(body.value);
    if (!received.ok) return received;
    const caller = {
      subject: worker,
      sessionSince: session.since,
      requestId: audit.requestId,
      auditId: audit.id,
    };
    this.#world.onSync?.(received.value);
    const work = fieldWork(await readSettings(tenant));
    return await applyBatch(tenant, caller, received.value, work, now);
  }

  /** The office changes a record, in its browser; the process may end before. */
  async officeEdits(
    id: string,
    change: FieldValues | OrderAction,
  ): Promise<void> {
    await this.#life.until(this.#edit(id, change));
  }

  async #edit(
    id: string,
    change: FieldValues | OrderAction,
  ): Promise<void> {
    const { tenant } = this;
    const isLead = id.startsWith("lead_");
    const record = await tenant.get<Lead | WorkOrder>(
      isLead ? tenant.keys.lead(id) : tenant.keys.order(id),
    );
    if (!record) return;
    const now = Math.floor(this.#world.wallClock());
    const audit = this.#audit(now);
    const base = isLead ? "/api/client/leads/" : "/api/client/work-orders/";
    const acts = typeof change === "string";
    await runChange(tenant, {
      subject: this.#beginning.office,
      settings: await readSettings(tenant),
      key: `office-${audit.id}`,
      method: acts ? "POST" : "PATCH",
      route: `${base}${id}${acts ? "/transitions" : ""}`,
      payload: acts ? { action: change } : { fields: change },
      now,
      audit,
    }, { version: record.version });
  }
}

export { MONDAY };
