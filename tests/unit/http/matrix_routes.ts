import type { Me, Space } from "../../../lib/model/spaces.ts";
import { leadFields, newId } from "../builders.ts";
import { type Asking, REGISTER_KEY } from "../door.ts";
import { DOT } from "../picture.ts";
import type { Named, Whose, World } from "./matrix_world.ts";

/** A method that a request can have here. */
export const METHODS = [
  "GET",
  "HEAD",
  "POST",
  "PATCH",
  "PUT",
  "DELETE",
] as const;
export type AnyMethod = typeof METHODS[number];

/** What a way of asking may name, and who asks. */
export interface Cell {
  me: Me;
  /** Id of the record that the case is about. */
  id: string;
  world: World;
}

/** One way in which a method of a route is used. */
export interface Way {
  /** The roles that may, written out; or everybody of the class. */
  who: "anyone" | readonly string[];
  /** The roles that may change the fields it sends, where these are fewer. */
  fields?: readonly string[];
  /** Status of the answer when it is done. */
  gives: number;
  /** What the id in path or body names; absent where no record is named. */
  names?: Named;
  /**
   * What naming it comes to. `reach`: a record that is there and within reach, else 404 or 403. `make`: a new one, else 409
   * (a form: `again`).
   */
  naming?: "reach" | "make";
  /** `make`: what a form gives for an id that is taken, and for one that is none. */
  again?: number;
  malformed?: number;
  /** What comes of it in other cases, once the role has been granted. */
  but?: Partial<Record<Whose, { gives: number; code?: string }>>;
  /** The roles that may do it to somebody of the strongest role, whom `nobody` names. */
  over?: readonly string[];
  /** A word that the page of somebody's record shows, and the roles whose fields it is not of. */
  shows?: {
    word: (cell: Cell) => string;
    hiddenFrom: readonly string[];
    whose?: Whose;
  };
  /** It writes, and tells the audit log once. */
  changes?: boolean;
  /** It writes without telling the audit log, as ends of sessions and counted tries do. */
  quiet?: boolean;
  /** The change is an op of a batch: its own status stands in the result, the batch is taken in. */
  queued?: boolean;
  /** Where the answer sends to; null: anywhere. */
  to?: (cell: Cell, live: boolean) => string | null;
  /** Query, headers and body. */
  ask?: (cell: Cell) => Asking & { query?: string };
}

/** What stands at a path: whose it is, and how it is used. */
export interface Place {
  space: Space | "session" | "public";
  ways: Partial<Record<Exclude<AnyMethod, "HEAD">, Way | Way[]>>;
}

const OFFICE = ["OWNER", "MANAGER", "DISPATCHER"];
const FIELD = [...OFFICE, "WORKER"];
const LEADERS = ["OWNER", "MANAGER"];
const PROVIDERS = ["ADMIN", "SUPPORT"];
const NO_TENANT: Way["but"] = {
  unknown: { gives: 404 },
  malformed: { gives: 404 },
};
const DEVELOPERS = ["ENGINEER", "OBSERVER"];
const PAYROLL = ["ACCOUNTANT", "CLERK"];

const page = (who: Way["who"], more: Partial<Way> = {}): Way => ({
  who,
  gives: 200,
  ...more,
});
const form = (
  who: Way["who"],
  values: (cell: Cell) => Record<string, string>,
  more: Partial<Way> = {},
): Way => ({
  who,
  gives: 303,
  changes: true,
  ask: (cell) => ({ form: values(cell) }),
  ...more,
});
const call = (
  who: Way["who"],
  gives: number,
  json: (cell: Cell) => unknown,
  more: Partial<Way> = {},
): Way => ({
  who,
  gives,
  changes: true,
  ask: (cell) => ({ json: json(cell), version: 1 }),
  ...more,
});
const about = (names: Named): Partial<Way> => ({ names, naming: "reach" });
const making = (names: Named, more: Partial<Way> = {}): Partial<Way> => ({
  names,
  naming: "make",
  again: 409,
  malformed: 400,
  ...more,
});
const here = (path: (cell: Cell) => string): Partial<Way> => ({ to: path });
const member = (
  who: readonly string[],
  over: readonly string[],
  role: string,
  path: string,
): Way =>
  form(who, ({ me }) => ({ action: "role", space: me.space, role }), {
    ...about("member"),
    over,
    to: ({ me, id }) => id === me.id ? "/" : `${path}/${id}`,
  });
const home = ({ me }: { me: Pick<Me, "tenantId" | "space"> }) =>
  `/tenant/${me.tenantId}/${
    {
      CLIENT: "client",
      PROVIDER: "provider",
      DEVELOPER: "dev",
      ACCOUNTING: "accounting",
    }[me.space]
  }/dashboard`;

/** A batch of one op on a record. */
const batch = (
  op: (cell: Cell) => { method: string; route: string; payload: unknown },
  more: Partial<Way>,
): Way =>
  call("anyone", 200, (cell) => ({
    v: 1,
    deviceId: newId("dev"),
    userId: cell.me.id,
    orgId: cell.me.orgId,
    ops: [{
      seq: 1,
      key: newId("op"),
      v: 1,
      base: { version: 1 },
      claim: {
        occurredAt: "2026-11-23T09:00:00.000Z",
        elapsedMs: 0,
        confidence: "high",
      },
      ...op(cell),
    }],
  }), { queued: true, ...more });

const PLAN = {
  title: "Yearly service",
  customer: "Petra Vogel",
  address: "Lindenweg 4",
  day: "2026-11-24",
  time: "08:00",
  minutes: "60",
};

const registration = () => ({
  plan: "starter",
  industry: "hvac",
  externalCustomerId: newId("op"),
});

/**
 * Every route of the product and who may use it, stated a second time: by role names instead of actions, and with a
 * request that is good. A route of the manifest that is missing here makes the suite red.
 */
export const PLACES: Readonly<Record<string, Place>> = {
  "/": {
    space: "public",
    ways: {
      GET: page("anyone", {
        gives: 303,
        to: (cell, live) => live ? home(cell) : "/login",
      }),
    },
  },
  "/healthz": { space: "public", ways: { GET: page("anyone") } },
  "/login": {
    space: "public",
    ways: {
      GET: page("anyone", {
        to: (cell, live) => live ? home(cell) : null,
      }),
      POST: [
        form("anyone", ({ world }) => ({
          email: world.email,
          password: "right",
        })),
        // Audited where somebody is known, and in the instance's own log for an address that nobody has.
        form("anyone", ({ world }) => ({
          email: world.email,
          password: "wrong",
        }), { gives: 401 }),
        form("anyone", () => ({
          email: "nobody@people.example",
          password: "right",
        }), { gives: 401 }),
      ],
    },
  },
  "/signup": {
    space: "public",
    ways: {
      GET: page("anyone"),
      POST: form("anyone", () => ({
        registration: newId("op").padEnd(43, "r"),
        company: "Dogwood Electric",
        industry: "hvac",
        timeZone: "Europe/Berlin",
        name: "Dora",
        email: `${newId("usr").toLowerCase()}@new.example`,
        password: "correct horse battery",
      })),
    },
  },
  "/invite/:token": {
    space: "public",
    ways: {
      GET: page("anyone", { gives: 404 }),
      POST: form("anyone", () => ({ password: "correct horse battery" }), {
        gives: 404,
        changes: false,
        quiet: true,
      }),
    },
  },
  "/api/tenant/register": {
    space: "public",
    ways: {
      POST: [
        call("anyone", 201, registration, {
          ask: () => ({
            json: registration(),
            headers: { authorization: `Bearer ${REGISTER_KEY}` },
          }),
        }),
        // Without a key nothing is done, and nothing written.
        call("anyone", 401, registration, { changes: false }),
        call("anyone", 401, registration, {
          ask: () => ({
            json: registration(),
            headers: { authorization: "Bearer another" },
          }),
          changes: false,
          quiet: true,
        }),
      ],
    },
  },
  "/shells/:screen": { space: "public", ways: { GET: page("anyone") } },
  "/logout": {
    space: "session",
    ways: {
      POST: form("anyone", () => ({}), {
        ...here(() => "/login"),
      }),
    },
  },
  "/account": {
    space: "session",
    ways: {
      GET: page("anyone"),
      POST: [
        form("anyone", () => ({ end: "others" }), here(() => "/account")),
        // Another's session is nothing that one could end.
        form("anyone", ({ world }) => ({ end: world.session }), {
          changes: false,
          ...here(() => "/account"),
        }),
      ],
    },
  },
  "/switch": {
    space: "session",
    ways: {
      GET: page("anyone"),
      POST: form("anyone", ({ me, id }) => ({
        membership: `${id}/${me.space}`,
      }), {
        names: "tenant",
        but: {
          own: { gives: 303 },
          nobody: { gives: 404 },
          foreign: { gives: 404 },
          unknown: { gives: 404 },
          malformed: { gives: 404 },
        },
        ...here(({ me, id }) => home({ me: { ...me, tenantId: id } })),
      }),
    },
  },
  "/api/me": { space: "session", ways: { GET: page("anyone") } },

  "/tenant/:tenantId/client/dashboard": {
    space: "CLIENT",
    ways: { GET: page("anyone", { names: "tenant" }) },
  },
  "/client/today": {
    space: "CLIENT",
    ways: {
      GET: page(FIELD),
      POST: form(FIELD, ({ id }) => ({ id, kind: "in", key: newId("op") }), {
        ...making("press", { again: 303 }),
        ...here(() => "/client/today"),
      }),
    },
  },
  "/client/orders": { space: "CLIENT", ways: { GET: page(FIELD) } },
  "/client/orders/new": {
    space: "CLIENT",
    ways: {
      GET: page(OFFICE),
      POST: form(
        OFFICE,
        ({ id }) => ({ ...PLAN, id, key: newId("op"), kind: "service" }),
        making("order", {
          malformed: 303,
          to: ({ id }) => id.startsWith("wo_") ? `/client/orders/${id}` : null,
        }),
      ),
    },
  },
  "/client/orders/:id": {
    space: "CLIENT",
    ways: {
      GET: page(FIELD, about("order")),
      POST: form(FIELD, () => ({ action: "START" }), {
        ...about("order"),
        ...here(({ id }) => `/client/orders/${id}`),
      }),
    },
  },
  "/client/orders/:id/plan": {
    space: "CLIENT",
    ways: {
      GET: page(OFFICE, about("order")),
      POST: form(OFFICE, () => ({ ...PLAN, version: "1" }), {
        ...about("order"),
        ...here(({ id }) => `/client/orders/${id}`),
      }),
    },
  },
  "/client/orders/:id/history": {
    space: "CLIENT",
    ways: {
      GET: [
        page(FIELD, about("order")),
        page(FIELD, {
          ...about("order"),
          ask: () => ({ query: "?cursor=%5B1%5D" }),
        }),
      ],
    },
  },
  "/client/leads": { space: "CLIENT", ways: { GET: page(FIELD) } },
  "/client/leads/new": {
    space: "CLIENT",
    ways: {
      GET: page(FIELD),
      POST: form(
        FIELD,
        ({ id }) => ({ id, key: newId("op"), name: "Petra", step: "new" }),
        making("lead", { malformed: 303, to: () => "/client/leads" }),
      ),
    },
  },
  "/client/leads/:id": {
    space: "CLIENT",
    ways: {
      GET: page(FIELD, about("lead")),
      POST: form(
        FIELD,
        () => ({
          ...leadFields("New") as Record<string, string>,
          noHeat: "on",
          was: JSON.stringify(leadFields()),
        }),
        { ...about("lead"), ...here(() => "/client/leads") },
      ),
    },
  },
  "/client/leads/:id/history": {
    space: "CLIENT",
    ways: { GET: page(FIELD, about("lead")) },
  },
  "/client/changes": { space: "CLIENT", ways: { GET: page("anyone") } },
  "/client/team": {
    space: "CLIENT",
    ways: {
      GET: page(OFFICE, {
        shows: { word: ({ world }) => world.email, hiddenFrom: ["DISPATCHER"] },
      }),
      POST: form(LEADERS, () => ({
        key: newId("op"),
        name: "Ida",
        email: `${newId("usr").toLowerCase()}@new.example`,
        role: "WORKER",
      }), { gives: 200 }),
    },
  },
  "/client/team/:id": {
    space: "CLIENT",
    ways: {
      GET: page(LEADERS, about("member")),
      POST: member(LEADERS, ["OWNER"], "WORKER", "/client/team"),
    },
  },
  "/client/import": {
    space: "CLIENT",
    ways: {
      GET: page(OFFICE),
      // No phone wrote it.
      POST: form(OFFICE, () => ({ step: "take", content: "{}" }), {
        gives: 400,
        changes: false,
      }),
    },
  },
  "/client/audit": { space: "CLIENT", ways: { GET: page(["OWNER"]) } },

  "/api/client/device-shares": {
    space: "CLIENT",
    ways: { POST: call("anyone", 200, () => ({ vault: newId("dev") })) },
  },
  "/api/client/sync": {
    space: "CLIENT",
    ways: {
      GET: page("anyone"),
      POST: [
        batch(({ id }) => ({
          method: "PATCH",
          route: `/api/client/leads/${id}`,
          payload: { fields: { name: "New" } },
        }), { ...about("lead"), who: FIELD }),
        batch(({ id }) => ({
          method: "POST",
          route: `/api/client/work-orders/${id}/transitions`,
          payload: { action: "START" },
        }), { ...about("order"), who: FIELD }),
        batch(({ id }) => ({
          method: "PATCH",
          route: `/api/client/work-orders/${id}`,
          payload: { fields: { title: "New" } },
        }), { ...about("order"), who: OFFICE }),
      ],
    },
  },
  "/api/client/leads": {
    space: "CLIENT",
    ways: {
      GET: page(FIELD),
      POST: call(
        FIELD,
        201,
        ({ id }) => ({ id, fields: leadFields() }),
        making("lead"),
      ),
    },
  },
  "/api/client/leads/:id": {
    space: "CLIENT",
    ways: {
      GET: page(FIELD, about("lead")),
      PATCH: call(
        FIELD,
        200,
        () => ({ fields: { name: "New" } }),
        about("lead"),
      ),
    },
  },
  "/api/client/work-orders": {
    space: "CLIENT",
    ways: { GET: page(FIELD) },
  },
  "/api/client/work-orders/:id": {
    space: "CLIENT",
    ways: {
      GET: page(FIELD, about("order")),
      PATCH: [
        call(FIELD, 200, () => ({ fields: { notes: "New" } }), about("order")),
        // The plan is for the office: a worker's role does not reach these fields, not even of an own order.
        call(FIELD, 200, () => ({ fields: { title: "New" } }), {
          ...about("order"),
          fields: OFFICE,
        }),
        call(
          FIELD,
          200,
          () => ({ fields: { notes: "New", assigneeId: null } }),
          { ...about("order"), fields: OFFICE },
        ),
      ],
    },
  },
  "/api/client/work-orders/:id/transitions": {
    space: "CLIENT",
    ways: {
      POST: call(FIELD, 200, () => ({ action: "START" }), about("order")),
    },
  },
  // Every order has this picture already: sent again, it changes nothing.
  "/api/client/work-orders/:id/blobs/:hash": {
    space: "CLIENT",
    ways: {
      GET: page(FIELD, about("order")),
      PUT: page(FIELD, {
        ...about("order"),
        ask: () => ({ json: DOT.about }),
      }),
    },
  },
  "/api/client/work-orders/:id/blobs/:hash/chunks/:chunk": {
    space: "CLIENT",
    ways: {
      PUT: page(FIELD, {
        ...about("order"),
        ask: () => ({
          body: DOT.bytes,
          headers: { "content-type": "application/octet-stream" },
        }),
      }),
    },
  },
  "/api/client/clock-events": {
    space: "CLIENT",
    ways: {
      POST: call(
        FIELD,
        201,
        ({ id }) => ({ id, kind: "in" }),
        making("press"),
      ),
    },
  },
  "/api/client/timesheets": { space: "CLIENT", ways: { GET: page(FIELD) } },

  "/tenant/:tenantId/provider/dashboard": {
    space: "PROVIDER",
    ways: { GET: page(PROVIDERS, { names: "tenant" }) },
  },
  "/provider/tenants": { space: "PROVIDER", ways: { GET: page(PROVIDERS) } },
  "/provider/tenants/:id": {
    space: "PROVIDER",
    ways: {
      GET: page(PROVIDERS, {
        names: "tenant",
        but: NO_TENANT,
        shows: {
          word: ({ world }) => world.foreignCustomerId,
          whose: "foreign",
          hiddenFrom: ["SUPPORT"],
        },
      }),
      POST: form(["ADMIN"], () => ({ action: "suspend" }), {
        names: "tenant",
        // The operator's own cannot be suspended; what is suspended already stays so.
        but: { ...NO_TENANT, own: { gives: 422 }, nobody: { gives: 303 } },
        ...here(({ id }) => `/provider/tenants/${id}`),
      }),
    },
  },

  "/provider/tenants/:id/owner": {
    space: "PROVIDER",
    ways: {
      GET: page(["ADMIN"], { names: "tenant", but: NO_TENANT }),
      POST: form(["ADMIN"], () => ({
        key: newId("op"),
        name: "Ida",
        email: `${newId("usr").toLowerCase()}@new.example`,
      }), {
        gives: 200,
        names: "tenant",
        // Only one that nobody has joined, and never the operator's own.
        but: {
          ...NO_TENANT,
          own: { gives: 422, code: "transition-refused" },
          nobody: { gives: 422, code: "transition-refused" },
          foreign: { gives: 422, code: "transition-refused" },
        },
      }),
    },
  },
  "/provider/team": {
    space: "PROVIDER",
    ways: {
      GET: page(["ADMIN"]),
      POST: form(["ADMIN"], () => ({
        key: newId("op"),
        name: "Ida",
        email: `${newId("usr").toLowerCase()}@new.example`,
        role: "SUPPORT",
      }), { gives: 200 }),
    },
  },
  "/provider/team/:id": {
    space: "PROVIDER",
    ways: {
      GET: page(["ADMIN"], about("member")),
      POST: member(["ADMIN"], ["ADMIN"], "SUPPORT", "/provider/team"),
    },
  },

  "/tenant/:tenantId/dev/dashboard": {
    space: "DEVELOPER",
    ways: { GET: page(DEVELOPERS, { names: "tenant" }) },
  },
  "/dev/sync": { space: "DEVELOPER", ways: { GET: page(DEVELOPERS) } },
  "/dev/audit": {
    space: "DEVELOPER",
    ways: {
      GET: [
        page(["ENGINEER"]),
        page(["ENGINEER"], { ask: () => ({ query: "?show=instance" }) }),
      ],
    },
  },
  "/dev/outbox": {
    space: "DEVELOPER",
    ways: {
      GET: [
        page(DEVELOPERS),
        page(DEVELOPERS, { ask: () => ({ query: "?show=dead" }) }),
      ],
      POST: form(["ENGINEER"], ({ id }) => ({ id }), {
        names: "job",
        but: { unknown: { gives: 404 }, malformed: { gives: 400 } },
        ...here(({ id }) => `/dev/outbox?show=dead&retried=${id}`),
      }),
    },
  },

  "/tenant/:tenantId/accounting/dashboard": {
    space: "ACCOUNTING",
    ways: { GET: page(PAYROLL, { names: "tenant" }) },
  },
  "/accounting/hours": { space: "ACCOUNTING", ways: { GET: page(PAYROLL) } },
  "/api/accounting/hours": {
    space: "ACCOUNTING",
    ways: { GET: page(PAYROLL) },
  },
};

/** The ways in which a method is used at a place; a HEAD is a GET. */
export function waysOf(place: Place, method: AnyMethod): Way[] {
  const ways = place.ways[method === "HEAD" ? "GET" : method] ?? [];
  return Array.isArray(ways) ? ways : [ways];
}
