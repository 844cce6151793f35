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
  | "timesheet.read"
  | "member.read"
  | "member.invite"
  | "audit.read"
  | "tenant.read"
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

const ALL: Grant = { reach: "all", fields: "all" };
const OWN: Grant = { reach: "own", fields: "all" };

type Grants = Partial<Record<Action, Grant>>;

const DISPATCHER: Grants = {
  "lead.read": ALL,
  "lead.create": ALL,
  "lead.update": ALL,
  "order.read": ALL,
  "order.create": ALL,
  "order.update": ALL,
  "order.plan": ALL,
  "order.advance": ALL,
  "clock.write": OWN,
  "timesheet.read": ALL,
  "member.read": {
    reach: "all",
    fields: ["userId", "name", "roles", "status"],
  },
};

const MANAGER: Grants = {
  ...DISPATCHER,
  "member.read": ALL,
  "member.invite": ALL,
};

/** What each role of each space may do; what is not written here is refused. */
const GRANTS: { [S in Space]: Record<RoleOf<S>, Grants> } = {
  CLIENT: {
    OWNER: { ...MANAGER, "audit.read": ALL },
    MANAGER,
    DISPATCHER,
    WORKER: {
      "lead.read": OWN,
      "lead.create": OWN,
      "lead.update": OWN,
      "order.read": OWN,
      "order.update": { reach: "own", fields: ["notes", "checklist"] },
      "order.advance": OWN,
      "clock.write": OWN,
      "timesheet.read": OWN,
    },
  },
  ACCOUNTING: {
    ACCOUNTANT: { "timesheet.read": ALL },
    CLERK: { "timesheet.read": ALL },
  },
  PROVIDER: {
    ADMIN: { "tenant.read": ALL, "tenant.suspend": ALL },
    SUPPORT: {
      "tenant.read": {
        reach: "all",
        fields: ["id", "company", "industry", "status", "createdAt"],
      },
    },
  },
  DEVELOPER: {
    ENGINEER: {
      "sync.read": ALL,
      "outbox.read": ALL,
      "outbox.retry": ALL,
      "audit.read": ALL,
    },
    OBSERVER: { "sync.read": ALL, "outbox.read": ALL },
  },
};

/** The furthest grant that any of the subject's roles gives for an action, or null: deny by default. */
export function grantOf(
  subject: Pick<Subject, "space" | "roles">,
  action: Action,
): Grant | null {
  const ofSpace: Partial<Record<Role, Grants>> = GRANTS[subject.space];
  let furthest: Grant | null = null;
  for (const role of subject.roles) {
    const grant = ofSpace[role]?.[action];
    if (
      grant && (furthest === null || furthest.reach === "own" ||
        grant.fields === "all" && grant.reach === "all")
    ) furthest = grant;
  }
  return furthest;
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
