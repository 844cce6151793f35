import type { Action } from "../model/policy.ts";
import type { Space } from "../model/spaces.ts";

/** Who may reach a route: everybody, anybody logged in, or members of one space. */
export type RouteClass = "public" | "session" | Space;

/** Who of a class may use a method: everybody in it, or those whose role grants the action. */
export type Who = "anyone" | Action;

/** The methods that a route can have; a HEAD is a GET. */
export type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

/** What the manifest says of one route. */
export interface RouteEntry {
  /** Who may reach it at all. */
  readonly class: RouteClass;
  /** Who may use which method; others answer 405. */
  readonly methods: Readonly<Partial<Record<Method, Who>>>;
  /** The route checks a key of its own and looks at no cookie: where a browser's request came from is nothing to it. */
  readonly bearer?: true;
}

const of = (
  routeClass: RouteClass,
  methods: RouteEntry["methods"],
): RouteEntry => ({ class: routeClass, methods });

/**
 * Every route and method of the product, once, with its class and who may use it. What is not listed here answers 404
 * at run time and makes the suite red; so does an entry without a route. Whose records an action reaches, and which of
 * their fields, is for `lib/model/policy.ts` to say.
 */
export const ROUTE_POLICY: Readonly<Record<string, RouteEntry>> = {
  "/": of("public", { GET: "anyone" }),
  "/healthz": of("public", { GET: "anyone" }),
  "/login": of("public", { GET: "anyone", POST: "anyone" }),
  "/signup": of("public", { GET: "anyone", POST: "anyone" }),
  "/invite/:token": of("public", { GET: "anyone", POST: "anyone" }),
  "/shells/:screen": of("public", { GET: "anyone" }),
  "/api/tenant/register": {
    ...of("public", { POST: "anyone" }),
    bearer: true,
  },

  "/logout": of("session", { POST: "anyone" }),
  "/switch": of("session", { GET: "anyone", POST: "anyone" }),
  "/account": of("session", { GET: "anyone", POST: "anyone" }),
  "/api/me": of("session", { GET: "anyone" }),

  "/tenant/:tenantId/client/dashboard": of("CLIENT", { GET: "anyone" }),
  "/client/today": of("CLIENT", { GET: "clock.write", POST: "clock.write" }),
  "/client/orders": of("CLIENT", { GET: "order.read" }),
  "/client/orders/new": of("CLIENT", {
    GET: "order.create",
    POST: "order.create",
  }),
  "/client/orders/:id": of("CLIENT", {
    GET: "order.read",
    POST: "order.update",
  }),
  "/client/orders/:id/plan": of("CLIENT", {
    GET: "order.plan",
    POST: "order.plan",
  }),
  "/client/orders/:id/history": of("CLIENT", { GET: "order.read" }),
  "/client/leads": of("CLIENT", { GET: "lead.read" }),
  "/client/leads/new": of("CLIENT", {
    GET: "lead.create",
    POST: "lead.create",
  }),
  "/client/leads/:id": of("CLIENT", { GET: "lead.read", POST: "lead.update" }),
  "/client/leads/:id/history": of("CLIENT", { GET: "lead.read" }),
  "/client/changes": of("CLIENT", { GET: "anyone" }),
  "/client/import": of("CLIENT", {
    GET: "unsent.import",
    POST: "unsent.import",
  }),
  "/client/audit": of("CLIENT", { GET: "audit.read" }),
  "/client/team": of("CLIENT", { GET: "member.read", POST: "member.invite" }),
  "/client/team/:id": of("CLIENT", {
    GET: "member.update",
    POST: "member.update",
  }),

  // What a queue sends is decided op by op.
  "/api/client/device-shares": of("CLIENT", { POST: "anyone" }),
  "/api/client/sync": of("CLIENT", { GET: "anyone", POST: "anyone" }),
  "/api/client/leads": of("CLIENT", { GET: "lead.read", POST: "lead.create" }),
  "/api/client/leads/:id": of("CLIENT", {
    GET: "lead.read",
    PATCH: "lead.update",
  }),
  "/api/client/work-orders": of("CLIENT", { GET: "order.read" }),
  "/api/client/work-orders/:id": of("CLIENT", {
    GET: "order.read",
    PATCH: "order.update",
  }),
  "/api/client/work-orders/:id/transitions": of("CLIENT", {
    POST: "order.advance",
  }),
  "/api/client/work-orders/:id/blobs/:hash": of("CLIENT", {
    GET: "order.read",
    PUT: "order.update",
  }),
  "/api/client/work-orders/:id/blobs/:hash/chunks/:chunk": of("CLIENT", {
    PUT: "order.update",
  }),
  "/api/client/clock-events": of("CLIENT", { POST: "clock.write" }),
  "/api/client/timesheets": of("CLIENT", { GET: "timesheet.read" }),

  "/tenant/:tenantId/provider/dashboard": of("PROVIDER", {
    GET: "tenant.read",
  }),
  "/provider/team": of("PROVIDER", {
    GET: "member.read",
    POST: "member.invite",
  }),
  "/provider/team/:id": of("PROVIDER", {
    GET: "member.update",
    POST: "member.update",
  }),
  "/provider/tenants": of("PROVIDER", { GET: "tenant.read" }),
  "/provider/tenants/:id": of("PROVIDER", {
    GET: "tenant.read",
    POST: "tenant.suspend",
  }),
  "/provider/tenants/:id/owner": of("PROVIDER", {
    GET: "tenant.invite",
    POST: "tenant.invite",
  }),

  "/tenant/:tenantId/dev/dashboard": of("DEVELOPER", { GET: "sync.read" }),
  "/dev/sync": of("DEVELOPER", { GET: "sync.read" }),
  "/dev/outbox": of("DEVELOPER", { GET: "outbox.read", POST: "outbox.retry" }),
  "/dev/audit": of("DEVELOPER", { GET: "audit.read" }),

  "/tenant/:tenantId/accounting/dashboard": of("ACCOUNTING", {
    GET: "timesheet.read",
  }),
  "/accounting/hours": of("ACCOUNTING", { GET: "timesheet.read" }),
  "/api/accounting/hours": of("ACCOUNTING", { GET: "timesheet.read" }),
};

/** The manifest's entry for a route pattern; null for one that is not listed. */
export function entryOf(pattern: string | null): RouteEntry | null {
  return pattern !== null && Object.hasOwn(ROUTE_POLICY, pattern)
    ? ROUTE_POLICY[pattern] as RouteEntry
    : null;
}
