import type { SendMail } from "./mail.ts";

/**
 * Writes mails into the log instead of sending them: one line each. For development, where it is the only way in which a
 * one-time link reaches anybody.
 *
 * @param reveal whether the text may stand in the log: it holds one-time links, so not where others reach the instance
 */
export function logSender(
  log: (line: Record<string, unknown>) => void,
  now: () => number,
  reveal: boolean,
): SendMail {
  return ({ id, to, subject, text }) => {
    log({
      time: new Date(now()).toISOString(),
      level: reveal ? "info" : "warn",
      mail: id,
      ...reveal ? { to: to.address, subject, text } : {
        note: "Not sent: STREAMFLOW_MAIL names no mail server",
      },
    });
    return Promise.resolve(
      reveal
        ? { type: "delivered" }
        : { type: "dropped", because: "There is no mail server" },
    );
  };
}
