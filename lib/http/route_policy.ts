import type { Space } from "../model/spaces.ts";

/** Who may reach a route: everybody, anybody logged in, or members of one space. */
export type RouteClass = "public" | "session" | Space;

/**
 * Every route of the product, once, with its class. What is not listed here answers 404 at run time and makes the
 * suite red; so does an entry without a route.
 */
export const ROUTE_POLICY: Readonly<Record<string, RouteClass>> = {
  "/": "public",
  "/healthz": "public",
  "/login": "public",
  "/signup": "public",
  "/invite/:token": "public",
  "/shells/:screen": "public",

  "/logout": "session",
  "/api/me": "session",

  "/tenant/:tenantId/client/dashboard": "CLIENT",
  "/client/today": "CLIENT",
  "/client/orders": "CLIENT",
  "/client/orders/new": "CLIENT",
  "/client/orders/:id": "CLIENT",
  "/client/orders/:id/plan": "CLIENT",
  "/client/leads": "CLIENT",
  "/client/leads/new": "CLIENT",
  "/client/leads/:id": "CLIENT",
  "/client/changes": "CLIENT",
  "/client/team": "CLIENT",
  "/client/account": "CLIENT",

  "/api/client/sync": "CLIENT",
  "/api/client/leads": "CLIENT",
  "/api/client/leads/:id": "CLIENT",
  "/api/client/work-orders": "CLIENT",
  "/api/client/work-orders/:id": "CLIENT",
  "/api/client/work-orders/:id/transitions": "CLIENT",
  "/api/client/clock-events": "CLIENT",
  "/api/client/timesheets": "CLIENT",
};
