import {
  closeSession,
  openSession,
  readSession,
} from "../../../lib/access/sessions.ts";
import {
  type Me,
  type Role,
  type Space,
  SPACE_ROLES,
  SPACES,
} from "../../../lib/model/spaces.ts";
import type {
  MemberRow,
  MembershipRow,
  SessionRow,
  UserRow,
} from "../../../lib/store/identities.ts";
import { secretHash } from "../../../lib/store/secret_hash.ts";
import { globalKeys, tenantKeys } from "../../../lib/store/keys.ts";
import type { DeadJobRow } from "../../../lib/store/jobs.ts";
import { TTL } from "../../../lib/store/limits.ts";
import type { Store } from "../../../lib/store/store.ts";
import type { TenantRow } from "../../../lib/store/tenants.ts";
import { TenantStore } from "../../../lib/store/tenant_store.ts";
import { createOperator } from "../../../lib/tenancy/create_operator.ts";
import {
  blankAudit,
  type Company,
  INSTANCE_KEY,
  keepLead,
  keepOrder,
  MONDAY,
  newCompany,
  newId,
} from "../builders.ts";
import { DOT, keepPicture } from "../picture.ts";

/** Whose record is named: one's own, a colleague's, nobody's yet, another org's, one that never was, or no id at all. */
export const WHOSE = [
  "own",
  "colleague",
  "nobody",
  "foreign",
  "unknown",
  "malformed",
] as const;
export type Whose = typeof WHOSE[number];

/** What carries the request: no cookie, nonsense, or a session that is or was good. */
export const SESSIONS = [
  "none",
  "nonsense",
  "valid",
  "expired idle",
  "expired absolute",
  "revoked",
  "membership ended",
  "membership not accepted",
  "tenant suspended",
] as const;
export type SessionState = typeof SESSIONS[number];

/** What an id in a path or a body names. */
export const NAMES = [
  "lead",
  "order",
  "press",
  "tenant",
  "member",
  "job",
] as const;
export type Named = typeof NAMES[number];

/** Somebody with a set of roles, and a cookie for every state that a session can be in. */
export interface Actor {
  me: Me;
  cookies: Record<SessionState, string>;
  ids: Record<Named, Record<Whose, string>>;
}

/** Every role by itself, several at once, and none, in each space. */
export const ROLE_SETS: [Space, Role[]][] = SPACES.flatMap((space) => {
  const roles: readonly Role[] = SPACE_ROLES[space];
  const several = space === "CLIENT"
    ? [["WORKER", "DISPATCHER"], ["MANAGER", "WORKER"], ["WORKER", "OWNER"]]
    : [[...roles].reverse()];
  return [...roles.map((role) => [role]), ...several, []].map((set) =>
    [space, set] as [Space, Role[]]
  );
});

const at = new Date(MONDAY).toISOString();

/** Adds somebody who can log in with the password `right`. */
export async function enrol(
  { store, tenant, owner }: Company,
  space: Space,
  roles: Role[],
  name: string,
  id: string = newId("usr"),
  email = `${id.toLowerCase()}@people.example`,
): Promise<Me & { email: string }> {
  const { tenantId, orgId, company, timeZone } = owner;
  const tx = store.transaction();
  tx.set(
    globalKeys.user(id),
    {
      v: 1,
      id,
      email,
      name,
      passwordHash: "plain:right",
      createdAt: at,
    } satisfies UserRow,
  );
  tx.set(globalKeys.userByEmail(email), id);
  tx.set(
    globalKeys.membership(id, tenantId, space),
    {
      userId: id,
      tenantId,
      orgId,
      space,
      roles,
      status: "active",
      company,
      lastUsedAt: at,
    } satisfies MembershipRow,
  );
  tx.set(
    tenant.keys.member(space, id),
    { userId: id, name, email, roles, status: "active" } satisfies MemberRow,
  );
  await tx.commit();
  return { id, orgId, tenantId, space, roles, name, company, timeZone, email };
}

async function change<T>(
  store: Store,
  key: readonly (string | number)[],
  next: (row: T) => T,
): Promise<void> {
  const tx = store.transaction();
  tx.set(key, next(await tx.get<T>(key) as T));
  await tx.commit();
}

/** The cookies of one person, in each state a session of their own, made by the product and then brought there. */
async function cookiesOf(
  company: Company,
  suspended: Company,
  me: Me,
): Promise<Record<SessionState, string>> {
  const { store } = company;
  const open = async (who: Me, now = MONDAY) => {
    const key = globalKeys.membership(who.id, who.tenantId, who.space);
    const row = await store.get<MembershipRow>(key) as MembershipRow;
    return await openSession(store, row, now);
  };
  const twin = (of: Company, name: string) =>
    enrol(of, me.space, [...me.roles], name);
  const valid = await open(me);
  // Another device of the same person.
  await open(me);
  const idle = await open(me, MONDAY - TTL.sessionIdle);
  const absolute = await open(me, MONDAY - TTL.session);
  await change<SessionRow>(
    store,
    globalKeys.session(secretHash(absolute)),
    (row) => ({ ...row, seenAt: MONDAY, idleExpiresAt: MONDAY + 1e6 }),
  );
  const revoked = await open(me);
  const session = await readSession(store, revoked, MONDAY);
  if (session === null) throw new Error("A new session is good");
  await closeSession(store, session, blankAudit());
  const gone = await twin(company, "Gone");
  const ended = await open(gone);
  const tx = store.transaction();
  tx.delete(globalKeys.membership(gone.id, gone.tenantId, gone.space));
  await tx.commit();
  const guest = await twin(company, "Guest");
  const invited = await open(guest);
  await change<MembershipRow>(
    store,
    globalKeys.membership(guest.id, guest.tenantId, guest.space),
    (row) => ({ ...row, status: "invited" }),
  );
  const stopped = await open(await twin(suspended, "Stopped"));
  const cookie = (secret: string) => `__Host-streamflow=${secret}`;
  return {
    none: "",
    nonsense: cookie("x".repeat(43)),
    valid: cookie(valid),
    "expired idle": cookie(idle),
    "expired absolute": cookie(absolute),
    revoked: cookie(revoked),
    "membership ended": cookie(ended),
    "membership not accepted": cookie(invited),
    "tenant suspended": cookie(stopped),
  };
}

/** Puts a press of the clock into an org. */
async function press({ store, owner }: Company): Promise<string> {
  const id = newId("ts");
  const tx = store.transaction();
  tx.set(tenantKeys(owner.orgId).clockEvent(id), { userId: "u", day: "d" });
  await tx.commit();
  return id;
}

/** A job that was given up. */
async function deadJob(store: Store): Promise<string> {
  const id = newId("job");
  const job: DeadJobRow = {
    id,
    kind: "mail.invite",
    payload: {},
    tenantId: null,
    createdAt: MONDAY,
    dueAt: MONDAY,
    attempts: 9,
    lease: null,
    diedAt: MONDAY,
    error: "550",
  };
  const tx = store.transaction();
  tx.set(globalKeys.deadJob(id), job);
  await tx.commit();
  return id;
}

/** The operator's own tenant, with nobody in it who could log in. */
export async function makeOperator(store: Store): Promise<Company> {
  const person = { name: "Oda", email: "oda@operator.example" };
  const made = await createOperator(
    { store, instanceKey: INSTANCE_KEY, now: () => MONDAY },
    { company: "The Operator", timeZone: "Europe/Berlin", owner: person },
    blankAudit(),
  );
  if (!made.ok) throw new Error(JSON.stringify(made.problem));
  const { tenantId, orgId, userId } = made.value;
  return {
    store,
    tenant: new TenantStore(store, orgId),
    owner: {
      id: userId,
      orgId,
      tenantId,
      space: "PROVIDER",
      roles: ["ADMIN"],
      name: person.name,
      company: "The Operator",
      timeZone: "Europe/Berlin",
    },
  };
}

/** Everybody and everything that the matrix asks with and about. */
export interface World {
  actors: Actor[];
  /** Whose data nobody of the matrix may reach. */
  foreign: Company;
  /** What the signup site calls the other customer. */
  foreignCustomerId: string;
  /** Key of a good session of somebody else. */
  session: string;
  /** A third customer, where everybody of the matrix is a member too, without a role. */
  elsewhere: Company;
  /** A fourth one, whose client space nobody has joined yet. */
  waiting: Company;
  /** Somebody of the customer who can log in with the password `right`. */
  email: string;
}

/** Makes a customer, another one, a suspended one and the operator, with people in every role and records of everybody. */
export async function makeWorld(store: Store): Promise<World> {
  const customer = await newCompany(store, "Alder Heating");
  const foreign = await newCompany(store, "Birch Plumbing");
  const suspended = await newCompany(store, "Cedar Cleaning");
  const elsewhere = await newCompany(store, "Elm Landscapes");
  const waiting = await newCompany(store, "Fir Security", null);
  const operator = await makeOperator(store);
  const colleague = await enrol(customer, "CLIENT", ["WORKER"], "Colleague");
  const stranger = await enrol(foreign, "CLIENT", ["WORKER"], "Stranger");
  const record = async (
    { tenant, owner }: Company,
    assigneeId: string | null,
  ): Promise<[lead: string, order: string]> => {
    const { id } = await keepOrder(tenant, { assigneeId });
    await keepPicture(tenant, owner, id, DOT);
    return [(await keepLead(tenant, { assigneeId })).id, id];
  };
  const [theirLead, theirOrder] = await record(customer, colleague.id);
  const [freeLead, freeOrder] = await record(customer, null);
  const [farLead, farOrder] = await record(foreign, stranger.id);
  const presses = [await press(customer), await press(foreign)] as const;
  const dead = await deadJob(store);
  const actors: Actor[] = [];
  for (const [space, roles] of ROLE_SETS) {
    const home = space === "CLIENT" || space === "ACCOUNTING"
      ? customer
      : operator;
    const me = await enrol(
      home,
      space,
      roles,
      `${roles.join(" ") || "Nobody"}`,
    );
    const [ownLead, ownOrder] = space === "CLIENT"
      ? await record(customer, me.id)
      : [theirLead, theirOrder];
    const near = await enrol(
      home,
      space,
      SPACE_ROLES[space].slice(-1),
      "Near",
    );
    const strong = await enrol(
      home,
      space,
      SPACE_ROLES[space].slice(0, 1),
      "Strong",
    );
    const second = space === "PROVIDER" ? waiting : elsewhere;
    for (const other of [second, suspended]) {
      await enrol(other, space, [], me.name, me.id);
    }
    actors.push({
      me,
      cookies: await cookiesOf(home, suspended, me),
      ids: {
        lead: {
          own: ownLead,
          colleague: theirLead,
          nobody: freeLead,
          foreign: farLead,
          unknown: newId("lead"),
          malformed: "lead_x",
        },
        order: {
          own: ownOrder,
          colleague: theirOrder,
          nobody: freeOrder,
          foreign: farOrder,
          unknown: newId("wo"),
          malformed: "..%2f",
        },
        press: {
          own: presses[0],
          colleague: presses[0],
          nobody: presses[0],
          foreign: presses[1],
          unknown: newId("ts"),
          malformed: "ts",
        },
        tenant: {
          own: me.tenantId,
          colleague: second.owner.tenantId,
          nobody: suspended.owner.tenantId,
          foreign: foreign.owner.tenantId,
          unknown: newId("ten"),
          malformed: "ten",
        },
        member: {
          own: me.id,
          colleague: near.id,
          nobody: strong.id,
          foreign: stranger.id,
          unknown: newId("usr"),
          malformed: "usr",
        },
        job: {
          own: dead,
          colleague: dead,
          nobody: dead,
          foreign: dead,
          unknown: newId("job"),
          malformed: "job",
        },
      },
    });
  }
  await change<TenantRow>(
    store,
    globalKeys.tenant(suspended.owner.tenantId),
    (row) => ({ ...row, status: "suspended" }),
  );
  const { tenantId } = foreign.owner;
  const known = await store.get<TenantRow>(globalKeys.tenant(tenantId));
  const membership = await store.get<MembershipRow>(
    globalKeys.membership(stranger.id, tenantId, "CLIENT"),
  );
  if (membership === null) throw new Error("The stranger is a member");
  return {
    actors,
    foreign,
    foreignCustomerId: known?.externalCustomerId ?? "",
    session: secretHash(await openSession(store, membership, MONDAY)),
    elsewhere,
    waiting,
    email: colleague.email,
  };
}
