import type { Role, RoleOf, Space, Subject } from "./spaces.ts";

/** What can be done, in any space. Each is asked for by name, in one space at most two of them by the same route. */
export type Action =
  | "lead.read"
  | "lead.create"
  | "lead.update"
  | "order.read"
  | "order.create"
  | "order.update"
  | "order.plan"
  | "order.advance"
  | "clock.write"
  | "unsent.import"
  | "timesheet.read"
  | "member.read"
  | "member.invite"
  | "member.update"
  | "audit.read"
  | "tenant.read"
  | "tenant.invite"
  | "tenant.suspend"
  | "sync.read"
  | "outbox.read"
  | "outbox.retry";

/** How far a permission reaches: every record of the org, or one's own (and leads nobody has yet). */
export type Reach = "all" | "own";

/** Which fields of a record: all of them, or those named. */
export type Fields = "all" | readonly string[];

/** What a role may do with the records of one kind. */
export interface Grant {
  /** Which records. */
  reach: Reach;
  /** Which of their fields it sees, or, in an action that changes them, changes. */
  fields: Fields;
}

/** A grant as it is written here: how far it reaches, and, where it does not hold for all fields, for which. */
type Written = Reach | `${Reach} ${string}`;

type Grants = Partial<Record<Action, Written>>;

const DISPATCHER: Grants = {
  "lead.read": "all",
  "lead.create": "all",
  "lead.update": "all",
  "order.read": "all",
  "order.create": "all",
  "order.update": "all",
  "order.plan": "all",
  "order.advance": "all",
  "clock.write": "own",
  "unsent.import": "all",
  "timesheet.read": "all",
  "member.read": "all userId,name,roles,status",
};

/** Over the members of one's own space, and of the one that it lets into. */
const MEMBERS: Grants = {
  "member.read": "all",
  "member.invite": "all",
  "member.update": "all",
};

const MANAGER: Grants = { ...DISPATCHER, ...MEMBERS };

const ACCOUNTANT: Grants = { "timesheet.read": "all" };

const OBSERVER: Grants = { "sync.read": "all", "outbox.read": "all" };

/** What each role of each space may do; what is not written here is refused. */
const GRANTS: { [S in Space]: Record<RoleOf<S>, Grants> } = {
  CLIENT: {
    OWNER: { ...MANAGER, "audit.read": "all" },
    MANAGER,
    DISPATCHER,
    WORKER: {
      "lead.read": "own",
      "lead.create": "own",
      "lead.update": "own",
      "order.read": "own",
      "order.update": "own notes,checklist,photos,signature",
      "order.advance": "own",
      "clock.write": "own",
      "timesheet.read": "own",
    },
  },
  ACCOUNTING: { ACCOUNTANT, CLERK: ACCOUNTANT },
  PROVIDER: {
    ADMIN: {
      ...MEMBERS,
      "tenant.read": "all",
      "tenant.invite": "all",
      "tenant.suspend": "all",
    },
    SUPPORT: { "tenant.read": "all id,company,industry,status,createdAt" },
  },
  DEVELOPER: {
    ENGINEER: { ...OBSERVER, "outbox.retry": "all", "audit.read": "all" },
    OBSERVER,
  },
};

/** The furthest grant that any of the subject's roles gives for an action, or null: deny by default. */
export function grantOf(
  subject: Pick<Subject, "space" | "roles">,
  action: Action,
): Grant | null {
  const ofSpace: Partial<Record<Role, Grants>> = GRANTS[subject.space];
  // Of two grants the shorter one sorts first, and "all" before "own": it is the further one.
  const [furthest] = subject.roles.flatMap((role) =>
    ofSpace[role]?.[action] ?? []
  ).sort();
  if (furthest === undefined) return null;
  const [reach, fields] = furthest.split(" ");
  return { reach: reach as Reach, fields: fields?.split(",") ?? "all" };
}

/** How far a subject's permission for an action reaches, or null: deny by default. */
export function reachOf(
  subject: Pick<Subject, "space" | "roles">,
  action: Action,
): Reach | null {
  return grantOf(subject, action)?.reach ?? null;
}

/**
 * Whether a subject may do something to a record, and to a field of it. One pure rule for server, navigation and
 * islands.
 *
 * @param record whose it is: `assigneeId` null is a lead that nobody has yet, which every worker may take
 * @param field one that is to be seen or changed
 */
export function may(
  subject: Pick<Subject, "id" | "space" | "roles">,
  action: Action,
  record?: { assigneeId: string | null },
  field?: string,
): boolean {
  const grant = grantOf(subject, action);
  if (grant === null) return false;
  if (
    field !== undefined && grant.fields !== "all" &&
    !grant.fields.includes(field)
  ) return false;
  if (grant.reach === "all" || record === undefined) return true;
  if (record.assigneeId === subject.id) return true;
  return record.assigneeId === null && action.startsWith("lead.");
}

/** A record with the fields that the subject sees, and no others; null where it sees none. */
export function seen<T extends object>(
  subject: Pick<Subject, "space" | "roles">,
  action: Action,
  record: T,
): Partial<T> | null {
  const fields = grantOf(subject, action)?.fields;
  if (fields === undefined) return null;
  if (fields === "all") return record;
  return Object.fromEntries(
    Object.entries(record).filter(([name]) => fields.includes(name)),
  ) as Partial<T>;
}
