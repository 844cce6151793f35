import type { JobRow } from "../store/jobs.ts";
import { oneLine, writeLetter } from "./letter.ts";
import { lastDay, linkTo, type MailDeps } from "./mail.ts";
import { openInvitation } from "./open_invitation.ts";
import type { Outcome } from "./take_job.ts";

/** Names of roles as they stand in a sentence: "a worker", "an admin and an engineer". */
function rolesInWords(roles: readonly string[]): string {
  return roles.map((role) => {
    const word = role.toLowerCase();
    return `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}`;
  }).join(" and ");
}

/** Tells an invited person who invites them and gives them their one-time link, as long as it lets them in. */
export async function sendInvite(
  deps: MailDeps,
  job: JobRow,
  signal: AbortSignal,
): Promise<Outcome> {
  const invite = await openInvitation(deps, job.id);
  if (invite === null) {
    return { type: "dropped", because: "The invitation is not open any more" };
  }
  const company = oneLine(invite.company);
  const name = oneLine(invite.name);
  const inviter = invite.invitedBy === null ? null : oneLine(invite.invitedBy);
  const letter = writeLetter({
    subject: `${company} invites you to StreamFlow`,
    opening: [
      `Hello ${name},`,
      `${
        inviter === null ? company : `${inviter} of ${company}`
      } invites you to StreamFlow as ${rolesInWords(invite.roles)}.`,
    ],
    link: {
      words: invite.hasPassword
        ? "Join with the password of your account"
        : "Set your password and start",
      url: linkTo(deps, `/invite/${invite.secret}`),
    },
    rest: [
      `The link works once, until ${
        lastDay(invite.expiresAt, invite.timeZone)
      }. After that you log in with ${invite.email} at ${
        linkTo(deps, "/login")
      }.`,
      "If you do not know the company, leave this mail alone: nothing happens without the link.",
    ],
  });
  return await deps.send({
    ...letter,
    id: job.id,
    to: { name, address: invite.email },
  }, signal);
}
