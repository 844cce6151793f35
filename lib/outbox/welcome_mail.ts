import { formFields } from "../model/form.ts";
import type { MembershipRow, UserRow } from "../store/identities.ts";
import type { JobRow } from "../store/jobs.ts";
import { globalKeys } from "../store/keys.ts";
import { readSettings } from "../store/settings.ts";
import { TenantStore } from "../store/tenant_store.ts";
import type { TenantRow } from "../store/tenants.ts";
import { oneLine, writeLetter } from "./letter.ts";
import { lastDay, linkTo, type MailDeps } from "./mail.ts";
import { openInvitation } from "./open_invitation.ts";
import type { Outcome } from "./take_job.ts";

const dropped = (because: string): Outcome => ({ type: "dropped", because });

/**
 * Tells a new company's owner what stands by now, and how to get in: by login, or, without a password yet, by their
 * one-time link.
 */
export async function sendWelcome(
  deps: MailDeps,
  job: JobRow,
  signal: AbortSignal,
): Promise<Outcome> {
  const { store } = deps;
  const { userId = "", inviteId = "" } = job.payload;
  const tenantId = job.tenantId ?? "";
  const [tenant, user, membership] = await store.getMany<unknown>([
    globalKeys.tenant(tenantId),
    globalKeys.user(userId),
    globalKeys.membership(userId, tenantId, "CLIENT"),
  ]) as [TenantRow | null, UserRow | null, MembershipRow | null];
  if (tenant?.status !== "active") return dropped("The tenant is not active");
  if (user === null || membership === null) {
    return dropped("The owner is not a member any more");
  }
  const { profile, template } = await readSettings(
    new TenantStore(store, tenant.orgId),
  );
  const invite = membership.status === "active" || inviteId === ""
    ? null
    : await openInvitation(deps, inviteId);
  if (membership.status !== "active" && invite === null) {
    return dropped("The owner's invitation is not open any more");
  }
  const company = oneLine(profile.company);
  const login = linkTo(deps, "/login");
  const letter = writeLetter({
    subject: `${company} is ready on StreamFlow`,
    opening: [
      `Hello ${oneLine(invite?.name ?? user.name)},`,
      `${company} has its place on StreamFlow, set up for ${
        oneLine(template.title)
      }.`,
    ],
    link: invite === null ? { words: "Log in", url: login } : {
      words: invite.hasPassword
        ? "Join with the password of your account"
        : "Set your password and start",
      url: linkTo(deps, `/invite/${invite.secret}`),
    },
    rest: [
      invite === null
        ? `Your login is ${user.email}.`
        : `The link works once, until ${
          lastDay(invite.expiresAt, invite.timeZone)
        }. After that you log in with ${user.email} at ${login}.`,
      "What stands already:",
      [
        `a form for leads with ${
          formFields(template.leadForm).length
        } fields of your trade`,
        `kinds of work with their checklists: ${
          template.orderKinds.map(({ title }) => oneLine(title)).join(", ")
        }`,
      ],
      `Next, invite your people: ${linkTo(deps, "/client/team")}`,
    ],
  });
  return await deps.send({
    ...letter,
    id: job.id,
    to: { name: oneLine(user.name), address: user.email },
  }, signal);
}
