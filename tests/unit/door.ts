import { Builder } from "fresh/dev";
import { Passwords } from "../../lib/access/passwords.ts";
import { openSession } from "../../lib/access/sessions.ts";
import { createApp } from "../../lib/http/app.ts";
import type { State } from "../../lib/http/state.ts";
import { Counters } from "../../lib/metrics/counters.ts";
import type { Me } from "../../lib/model/spaces.ts";
import type { MembershipRow } from "../../lib/store/identities.ts";
import { globalKeys } from "../../lib/store/keys.ts";
import { type Store, storeOn } from "../../lib/store/store.ts";
import type { App } from "fresh";
import { INSTANCE_KEY, MONDAY, newId } from "./builders.ts";

/** The bearer key that the product under test accepts. */
export const REGISTER_KEY = "register-key-of-the-test";

const ROOT = new URL("../../", import.meta.url).pathname;
let built: ReturnType<Builder["build"]> | null = null;

/** The product's build, made once. */
function build(): ReturnType<Builder["build"]> {
  built ??= new Builder({ root: ROOT }).build({ snapshot: "memory" });
  return built;
}

/** What a test asks beside method and path. */
export interface Asking {
  /** Whose session the request carries. */
  as?: Me | null;
  cookie?: string;
  headers?: Record<string, string>;
  json?: unknown;
  form?: Record<string, string>;
  body?: BodyInit;
  /** Idempotency key of an API call; one is made where there is none. */
  key?: string | null;
  /** Version for `If-Match`. */
  version?: number;
}

/** The product behind its public door, in this process and on a store in memory. */
export class Door {
  now = MONDAY;
  readonly #cookies = new Map<string, string>();
  readonly #answer: (req: Request) => Promise<Response>;

  constructor(
    readonly store: Store,
    /** The lines of its log. */
    readonly log: Record<string, unknown>[],
    readonly app: App<State>,
    answer: (req: Request) => Promise<Response>,
    /** What it has counted. */
    readonly counters: Counters,
  ) {
    this.#answer = answer;
  }

  /** The cookie of a session in which a member acts. */
  async cookieOf(me: Me): Promise<string> {
    const known = this.#cookies.get(me.id);
    if (known) return known;
    const key = globalKeys.membership(me.id, me.tenantId, me.space);
    const membership = await this.store.get<MembershipRow>(key);
    if (!membership) throw new Error(`${me.name} has no membership`);
    const secret = await openSession(this.store, membership, this.now);
    const cookie = `__Host-streamflow=${secret}`;
    this.#cookies.set(me.id, cookie);
    return cookie;
  }

  /** Asks, and gives the answer as it left the product. */
  async ask(
    method: string,
    path: string,
    asking: Asking = {},
  ): Promise<Response> {
    const { as, cookie, json, form, key, version } = asking;
    const headers = new Headers();
    if (as) headers.set("cookie", await this.cookieOf(as));
    if (cookie) headers.set("cookie", cookie);
    if (json !== undefined) {
      headers.set("content-type", "application/json");
      if (key !== null) headers.set("idempotency-key", key ?? newId("op"));
    }
    if (version !== undefined) headers.set("if-match", `"${version}"`);
    for (const [name, value] of Object.entries(asking.headers ?? {})) {
      headers.set(name, value);
    }
    const body = asking.body ??
      (json !== undefined
        ? JSON.stringify(json)
        : form
        ? new URLSearchParams(form)
        : null);
    return await this.#answer(
      new Request(`http://localhost${path}`, { method, headers, body }),
    );
  }
}

/**
 * Runs a test on the product. `extend` may add routes that the product does not have; `own` brings the test's own KV,
 * password hashing or number of trusted proxies.
 */
export async function withDoor(
  run: (door: Door) => Promise<void>,
  extend: (app: App<State>) => void = () => {},
  own: { kv?: Deno.Kv; passwords?: Passwords; proxies?: number } = {},
): Promise<void> {
  const applyBuild = await build();
  const store = await storeOn(own.kv ?? await Deno.openKv(":memory:"));
  const passwords = own.passwords ?? new Passwords();
  const clock = { now: () => MONDAY };
  const lines: Record<string, unknown>[] = [];
  const counters = new Counters();
  const app = createApp({
    store,
    passwords,
    instanceKey: INSTANCE_KEY,
    registerKeys: [REGISTER_KEY],
    proxies: own.proxies ?? 0,
    kick: () => {},
    count: counters.count,
    now: () => clock.now(),
    log: (line) => lines.push(line),
  });
  applyBuild(app);
  extend(app);
  const door = new Door(store, lines, app, app.handler(), counters);
  clock.now = () => door.now;
  try {
    await run(door);
  } finally {
    passwords.close();
    store.close();
  }
}

/** A problem's status, code and fields, of an answer that has to be a problem. */
export async function problemOf(answer: Response) {
  const type = answer.headers.get("content-type");
  const text = await answer.text();
  if (type !== "application/problem+json") {
    throw new Error(`${answer.status} ${type}: ${text.slice(0, 300)}`);
  }
  const problem = JSON.parse(text);
  return {
    status: answer.status,
    code: problem.code as string,
    type: problem.type as string,
    fields: ((problem.errors ?? []) as { field: string }[]).map(({ field }) =>
      field
    ),
    body: problem,
  };
}
