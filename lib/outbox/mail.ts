import type { InstanceKey } from "../store/instance_key.ts";
import type { Store } from "../store/store.ts";
import type { MailText } from "./letter.ts";
import type { Outcome } from "./take_job.ts";

/** A mail to one person. */
export interface Mail extends MailText {
  /** Id of the job: the `Message-ID` is made from it, so that the receiver knows a second one for the first. */
  id: string;
  /** Whom it is for. */
  to: { name: string; address: string };
}

/** Hands a mail over, or says why not. */
export type SendMail = (mail: Mail, signal: AbortSignal) => Promise<Outcome>;

/** What the handlers of mails need. */
export interface MailDeps {
  /** Read at the time of sending: a mail says what is true then. */
  store: Store;
  /** Makes the secrets of one-time links again. */
  instanceKey: InstanceKey;
  /** Where people reach this instance, such as `https://app.example`; read at the time of sending. */
  origin: () => string;
  /** Server time, milliseconds. */
  now: () => number;
  /** Hands the mail over. */
  send: SendMail;
}

/** A link of this instance. */
export function linkTo(deps: MailDeps, path: string): string {
  return new URL(path, deps.origin()).href;
}

/** The last day of a one-time link, in words and in the company's time zone. */
export function lastDay(expiresAt: number, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "full" })
    .format(expiresAt);
}
