import { acceptInvite } from "../lib/access/accept_invite.ts";
import { inviteMember } from "../lib/access/invite_member.ts";
import type { Passwords } from "../lib/access/passwords.ts";
import type { DirectCall, DirectOutcome } from "../lib/field/run_change.ts";
import { type IdPrefix, makeId } from "../lib/model/ids.ts";
import type { Result } from "../lib/model/problem.ts";
import type { Me } from "../lib/model/spaces.ts";
import type { AuditRow } from "../lib/store/audit.ts";
import type { InstanceKey } from "../lib/store/instance_key.ts";
import type { TenantSettings } from "../lib/store/settings.ts";
import type { Store } from "../lib/store/store.ts";

/** What the demo is made with. */
export interface Making {
  store: Store;
  /** Gives every login the same hash, so that the demo starts quickly. */
  passwords: Passwords;
  instanceKey: InstanceKey;
  now: () => number;
}

/** A login of the demo. */
export interface DemoLogin {
  name: string;
  role: string;
  email: string;
  password: string;
  company: string;
}

/** Every login's password. */
export const PASSWORD = "demo-password";

/** A new id of a time. */
export function newId<P extends IdPrefix>(prefix: P, now: number): string {
  return makeId(prefix, now, crypto.getRandomValues(new Uint8Array(10)));
}

/** The audit record of something that the demo does. */
export function audit(now: number, by: Me | null): AuditRow {
  return {
    id: newId("aud", now),
    at: new Date(now).toISOString(),
    requestId: "demo",
    actor: by?.id ?? null,
    space: by?.space ?? null,
    route: "demo",
    entries: [],
    count: 0,
    closed: true,
  };
}

/** What a use case gave. @throws {Error} when it refused */
export function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(
    `The demo could not be made: ${JSON.stringify(result.problem)}`,
  );
}

/** @throws {Error} when a change was refused */
export function mustDo(outcome: DirectOutcome): void {
  if (!outcome.ok) {
    throw new Error(
      `The demo could not be made: ${JSON.stringify(outcome.problem)}`,
    );
  }
}

/** A change as somebody makes it who is connected. */
export function callOf(
  settings: TenantSettings,
  at: number,
  subject: Me,
  change: Pick<DirectCall, "method" | "route" | "payload">,
): DirectCall {
  return {
    subject,
    settings,
    key: newId("op", at),
    now: at,
    audit: audit(at, subject),
    ...change,
  };
}

/** Invites somebody, who accepts. @returns the user's id */
export async function letIn(
  making: Making,
  by: Me,
  person: { name: string; email: string; role: string },
): Promise<string> {
  const now = making.now();
  const { secret, userId } = must(
    await inviteMember(making, by, person, audit(now, by)),
  );
  await accept(making, secret);
  return userId;
}

/** Accepts an invitation. */
export async function accept(making: Making, secret: string): Promise<void> {
  must(
    await acceptInvite(
      making,
      { secret, password: PASSWORD },
      audit(making.now(), null),
    ),
  );
}
