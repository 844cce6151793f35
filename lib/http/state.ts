import {
  type App,
  type Context,
  createDefine,
  type Define,
  type Middleware as FreshMiddleware,
} from "fresh";
import type { Passwords } from "../access/passwords.ts";
import type { Session } from "../access/sessions.ts";
import type { Count } from "../store/counts.ts";
import type { InstanceKey } from "../store/instance_key.ts";
import type { Store } from "../store/store.ts";
import type { FirstStyles } from "./first_styles.ts";
import type { Telemetry } from "./telemetry.ts";

/** What requests are answered with; made by the entry points, and by tests. */
export interface Deps {
  /** Every request reads and writes through it. */
  store: Store;
  /** One worker for all requests. */
  passwords: Passwords;
  /** Makes the secrets of one-time links, so that none is stored. */
  instanceKey: InstanceKey;
  /** Bearer keys of the sites that may register tenants. */
  registerKeys: readonly string[];
  /** Wakes the outbox: called after a commit that ordered a job. */
  kick: () => void;
  /** Counts what happens, for the sums of the day. */
  count: Count;
  /** Server time, milliseconds since the epoch. */
  now: () => number;
  /** Where people reach this instance; absent: where the request came to. */
  publicUrl?: string;
  /** How many trusted proxies stand in front; absent: none. */
  proxies?: number;
  /** What the first pages carry of the stylesheet; absent: they link it. */
  firstStyles?: FirstStyles;
  /** Completes the runtime's spans; absent: telemetry is off. */
  telemetry?: Telemetry;
  /** Takes one line of the log. */
  log: (line: Record<string, unknown>) => void;
}

/** What the middlewares know of a request. */
export interface State {
  /** Set by the outermost middleware. */
  deps: Deps;
  /** A bare ULID: in the log, the audit record and the `x-request-id` header. */
  requestId: string;
  /** Monotonic, milliseconds. */
  startedAt: number;
  /** The session that acts; null on public routes without one. */
  session: Session | null;
  /** Problem code of the answer, for the log. */
  code?: string;
  /** The methods that the route has, for the `Allow` of a 405 (RFC 9110, section 15.5.6). */
  allow?: string;
}

/**
 * What handlers and middlewares get of one request.
 *
 * @internal Fresh's own type, documented there
 */
export type RequestContext = Context<State>;

/**
 * Stands between a request and its handler.
 *
 * @internal Fresh's own type, documented there
 */
export type Middleware = FreshMiddleware<State>;

/**
 * The app with its middlewares and routes.
 *
 * @internal Fresh's own type, documented there
 */
export type StreamFlow = App<State>;

/**
 * The `define` helpers for this app's state.
 *
 * @internal Fresh's own type, documented there
 */
export type Definers = Define<State>;

/** Typed `define.page`, `define.handlers`, `define.middleware`. */
export const define: Definers = createDefine<State>();
