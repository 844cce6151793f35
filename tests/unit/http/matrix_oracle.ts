import type { Role, Space } from "../../../lib/model/spaces.ts";
import type { Cell, Place, Way } from "./matrix_routes.ts";
import type { SessionState, Whose } from "./matrix_world.ts";

/** What an answer has to be, and what it may leave behind. */
export interface Verdict {
  /** Whether what was asked for is done. */
  allowed: boolean;
  status: number;
  /** Code of an API's problem. */
  code?: string;
  /** Where it sends to; null: nowhere in particular. */
  to?: string | null;
  /** Audit records of the request. */
  audits: 0 | 1;
  /** Whether anything beside the audit record may be written. */
  writes: boolean;
  /** Status of the op that a batch carries. */
  op?: number;
}

/** One request, as the oracle sees it. */
export interface Question {
  path: string;
  method: string;
  session: SessionState;
  space: Space;
  roles: readonly Role[];
  whose: Whose;
  place: Place;
  /** Null: the place has no such method. */
  way: Way | null;
  cell: Cell;
}

const SEGMENT = {
  CLIENT: "client",
  PROVIDER: "provider",
  DEVELOPER: "dev",
  ACCOUNTING: "accounting",
};

/** Design, section 4, in plain words and apart from the product's policy: what has to come of a request. */
export function verdict(q: Question): Verdict {
  const api = q.path.startsWith("/api/");
  const no = (status: number, code: string, audits: 0 | 1 = 0): Verdict => ({
    allowed: false,
    status,
    audits,
    writes: false,
    ...api && { code },
  });
  const live = q.session === "valid";
  if (q.place.space === "public") {
    return q.way ? done(q, q.way, live) : no(405, "method-not-allowed");
  }
  if (!live) {
    const next = q.method === "GET"
      ? `?next=${encodeURIComponent(q.path)}`
      : "";
    return api
      ? no(401, "unauthenticated")
      : { ...no(303, ""), to: `/login${next}` };
  }
  if (q.place.space !== "session" && q.place.space !== q.space) {
    const dashboard = `/tenant/${q.cell.me.tenantId}/${
      SEGMENT[q.space]
    }/dashboard`;
    return api
      ? no(403, "wrong-space", 1)
      : { ...no(303, "", 1), to: dashboard };
  }
  if (q.path.startsWith("/tenant/") && q.whose !== "own") {
    return no(404, "not-found");
  }
  if (q.way === null) return no(405, "method-not-allowed");
  const refused = refusal(q, q.way);
  if (q.way.queued) {
    return {
      ...done(q, q.way, live),
      allowed: refused === null,
      op: refused?.status ?? q.way.gives,
    };
  }
  if (refused === null) return done(q, q.way, live);
  const { status, code } = refused;
  return status === 303
    ? { ...no(303, ""), to: q.way.to?.(q.cell, live) ?? null }
    : no(status, code, status === 403 ? 1 : 0);
}

/** Why somebody of the right space is refused: the role, then what is not there, then whose it is, then its fields. */
function refusal(
  q: Question,
  way: Way,
): { status: number; code: string } | null {
  const { whose } = q;
  const forbidden = { status: 403, code: "forbidden" };
  const none = ["foreign", "unknown", "malformed"].includes(whose);
  const has = (who: Way["who"]) =>
    who === "anyone" || q.roles.some((role) => who.includes(role));
  // A batch is for everybody: its ops are judged one by one, at the record.
  if (!way.queued && !has(way.who)) return forbidden;
  const but = way.but?.[whose];
  if (but) return { status: but.gives, code: but.code ?? "not-found" };
  if (way.naming === "make") {
    if (whose === "malformed") {
      return way.malformed === 400
        ? { status: 400, code: "invalid-input" }
        : null;
    }
    return none ? null : { status: way.again ?? 409, code: "id-taken" };
  }
  if (way.naming === "reach") {
    if (none) return { status: 404, code: "not-found" };
    const worker = q.roles.every((role) => role === "WORKER");
    const free = whose === "nobody" && way.names === "lead";
    if (worker && whose !== "own" && !free) return forbidden;
  }
  if (way.over && whose === "nobody" && !has(way.over)) return forbidden;
  return has(way.fields ?? way.who) ? null : forbidden;
}

function done(q: Question, way: Way, live: boolean): Verdict {
  const to = way.to?.(q.cell, live);
  return {
    allowed: way.gives < 400,
    status: to && way.gives === 200 ? 303 : way.gives,
    ...(to !== undefined && { to }),
    audits: way.changes ? 1 : 0,
    writes: (way.changes || way.quiet) ?? false,
  };
}
