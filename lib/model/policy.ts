import type { ClientRole, Subject } from "./spaces.ts";

/** What can be done to the data of the CLIENT space. */
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
  | "member.invite";

/** How far a permission reaches: every record of the org, or one's own (and leads nobody has yet). */
export type Reach = "all" | "own";

const OFFICE: Record<Action, Reach> = {
  "lead.read": "all",
  "lead.create": "all",
  "lead.update": "all",
  "order.read": "all",
  "order.create": "all",
  "order.update": "all",
  "order.plan": "all",
  "order.advance": "all",
  "clock.write": "own",
  "timesheet.read": "all",
  "member.read": "all",
  "member.invite": "all",
};

const { "member.invite": _notInvite, ...DISPATCH } = OFFICE;

const PERMISSIONS: Record<ClientRole, Partial<Record<Action, Reach>>> = {
  OWNER: OFFICE,
  MANAGER: OFFICE,
  DISPATCHER: DISPATCH,
  WORKER: {
    "lead.read": "own",
    "lead.create": "own",
    "lead.update": "own",
    "order.read": "own",
    "order.update": "own",
    "order.advance": "own",
    "clock.write": "own",
    "timesheet.read": "own",
  },
};

/** The furthest reach that any of the subject's roles gives for an action, or null: deny by default. */
export function reachOf(
  subject: Pick<Subject, "space" | "roles">,
  action: Action,
): Reach | null {
  if (subject.space !== "CLIENT") return null;
  let reach: Reach | null = null;
  for (const role of subject.roles) {
    const granted = PERMISSIONS[role]?.[action];
    if (granted === "all") return "all";
    reach = granted ?? reach;
  }
  return reach;
}

/**
 * Whether a subject may do something to a record. One pure rule for server, navigation and islands.
 *
 * @param record whose it is: `assigneeId` null is a lead that nobody has yet, which every worker may take
 */
export function may(
  subject: Pick<Subject, "id" | "space" | "roles">,
  action: Action,
  record?: { assigneeId: string | null },
): boolean {
  const reach = reachOf(subject, action);
  if (reach === null) return false;
  if (reach === "all" || record === undefined) return true;
  if (record.assigneeId === subject.id) return true;
  return record.assigneeId === null && action.startsWith("lead.");
}
