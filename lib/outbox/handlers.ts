import { sendInvite } from "./invite_mail.ts";
import type { MailDeps } from "./mail.ts";
import type { OutboxDeps } from "./run_due_jobs.ts";
import { sendWelcome } from "./welcome_mail.ts";

/** What delivers each kind of job. */
export function jobHandlers(deps: MailDeps): OutboxDeps["handlers"] {
  return {
    "mail.invite": (job, signal) => sendInvite(deps, job, signal),
    "mail.welcome": (job, signal) => sendWelcome(deps, job, signal),
  };
}
