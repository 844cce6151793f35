import type { Mail, SendMail } from "./mail.ts";
import type { Outcome } from "./take_job.ts";

/** What an SMTP error tells: nodemailer adds it to what it throws. */
interface SmtpError {
  /** Reply code of the server (RFC 5321, section 4.2). */
  responseCode?: number;
  /** What was refused: `RCPT TO`, `DATA`, … */
  command?: string;
}

/** Waits for the server, milliseconds. */
const TIMEOUTS = {
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 20_000,
  dnsTimeout: 10_000,
};

/** Replies to what is about the recipient or the mail itself: a 5xx there stays, one to a login can be mended. */
const FINAL = ["RCPT TO", "DATA"];

const isLoopback = (host: string) =>
  /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?)$/.test(host);

/** Without addresses, which servers like to repeat: those who look after the outbox need not see them. */
const withoutAddresses = (text: string) =>
  text.replace(/<?[^\s<>@]+@[^\s<>@]+>?/g, "<address>");

/**
 * Sends mails by SMTP (RFC 5321), one connection each. Where a password is sent to another machine, TLS is required.
 *
 * @param url `smtp://user:password@host:port` (587 unless said, STARTTLS where offered) or `smtps://…` (465)
 * @param from address of the sender, such as `StreamFlow <noreply@app.example>`
 * @param host right part of the `Message-ID` (RFC 5322, section 3.6.4), and the name said in EHLO
 */
export function smtpSender(url: string, from: string, host: string): SendMail {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === "smtps:";
  const open = async () => {
    // Loaded with the first mail: the start of the server does not wait for it.
    const { createTransport } = await import("nodemailer");
    return createTransport({
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port) || (secure ? 465 : 587),
      secure,
      name: host,
      requireTLS: !secure && username !== "" && !isLoopback(hostname),
      ...TIMEOUTS,
      disableFileAccess: true,
      disableUrlAccess: true,
      ...username !== "" && {
        auth: {
          user: decodeURIComponent(username),
          pass: decodeURIComponent(password),
        },
      },
    });
  };
  let transport: ReturnType<typeof open> | undefined;
  return async ({ id, to, subject, text, html }: Mail, signal) => {
    try {
      transport ??= open();
      await (await transport).sendMail({
        messageId: messageId(id, host),
        from,
        to,
        subject,
        text,
        html,
        headers: { "Auto-Submitted": "auto-generated" },
        signal,
      });
      return { type: "delivered" };
    } catch (error) {
      return outcomeOf(error);
    }
  };
}

/** The `Message-ID` of a job's mail: the same whenever it is sent. */
export function messageId(jobId: string, host: string): string {
  return `<${jobId}@${host}>`;
}

function outcomeOf(error: unknown): Outcome {
  const { responseCode = 0, command = "" } = error as SmtpError;
  const words = withoutAddresses(
    error instanceof Error ? error.message : String(error),
  );
  return {
    type: responseCode >= 500 && FINAL.includes(command) ? "refused" : "failed",
    error: words,
  };
}
