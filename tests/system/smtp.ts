import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** A mail as it arrived. */
export interface ArrivedMail {
  /** Addresses of the envelope. */
  from: string;
  to: string[];
  /** By name in lower case, unfolded; words in other alphabets are decoded. */
  headers: Record<string, string>;
  /** The parts by media type, decoded. */
  parts: Record<string, string>;
  /** As it came over the wire. */
  raw: string;
}

/** A real mail server on loopback. */
export interface MailServer {
  url: string;
  /** What it has taken, in order. */
  mails: ArrivedMail[];
  /** SMTP reply code for the next recipients, such as 550; null: everybody is taken. */
  refuseWith: number | null;
  /** Called with each mail before it is taken; what it throws is answered instead. */
  beforeTaking: (mail: ArrivedMail) => void | Promise<void>;
  /** Nobody answers any more. */
  goDown(): Promise<void>;
  /** It answers again, at the same address. */
  comeBack(): Promise<void>;
}

function decodeWords(header: string): string {
  return header.replace(/\?=\s+=\?/g, "?==?").replace(
    /=\?utf-8\?([BQ])\?([^?]*)\?=/gi,
    (_all, coding: string, text: string) =>
      coding.toUpperCase() === "B"
        ? new TextDecoder().decode(Uint8Array.fromBase64(text))
        : quotedPrintable(text.replaceAll("_", " ")),
  );
}

function quotedPrintable(text: string): string {
  const bytes = text.replace(/=\r?\n/g, "").replace(
    /=([0-9A-F]{2})/gi,
    (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)),
  );
  return new TextDecoder().decode(
    Uint8Array.from(bytes, (sign) => sign.charCodeAt(0)),
  );
}

function readHead(
  text: string,
): [headers: Record<string, string>, body: string] {
  const [head = "", ...body] = text.split("\r\n\r\n");
  const lines = head.replace(/\r\n[ \t]+/g, " ").split("\r\n");
  const headers = Object.fromEntries(lines.map((line) => {
    const at = line.indexOf(":");
    return [
      line.slice(0, at).toLowerCase(),
      decodeWords(line.slice(at + 1).trim()),
    ];
  }));
  return [headers, body.join("\r\n\r\n")];
}

function readParts(raw: string): Pick<ArrivedMail, "headers" | "parts"> {
  const [headers, body] = readHead(raw);
  const boundary = /boundary="?([^";]+)"?/.exec(
    headers["content-type"] ?? "",
  )?.[1];
  const parts: Record<string, string> = {};
  const pieces = boundary === undefined
    ? [raw]
    : body.split(`--${boundary}`).slice(1, -1).map((piece) =>
      piece.replace(/^\r\n/, "")
    );
  for (const piece of pieces) {
    const [head, content] = readHead(piece);
    const type = head["content-type"]?.split(";")[0] ?? "text/plain";
    const coding = head["content-transfer-encoding"] ?? "7bit";
    parts[type] = coding === "base64"
      ? new TextDecoder().decode(
        Uint8Array.fromBase64(content.replace(/\s/g, "")),
      )
      : coding === "quoted-printable"
      ? quotedPrintable(content)
      : content;
  }
  return { headers, parts };
}

/**
 * Runs a test with a mail server of its own.
 *
 * @param login user and password that it asks for; null: anybody may send
 */
export async function withMailServer(
  run: (server: MailServer) => Promise<void>,
  login: { user: string; pass: string } | null = null,
): Promise<void> {
  let smtp: SMTPServer;
  let port = 0;
  const server: MailServer = {
    url: "",
    mails: [],
    refuseWith: null,
    beforeTaking: () => {},
    goDown: () => new Promise((done) => smtp.close(() => done())),
    async comeBack() {
      smtp = new SMTPServer({
        hideSTARTTLS: true,
        logger: false,
        closeTimeout: 100,
        ...login === null ? { disabledCommands: ["AUTH"] } : {
          allowInsecureAuth: true,
          onAuth({ username, password }, _session, done) {
            if (username === login.user && password === login.pass) {
              done(null, { user: username });
            } else done(new Error("Wrong login"));
          },
        },
        onRcptTo(_address, _session, done) {
          if (server.refuseWith === null) return done();
          done(
            Object.assign(new Error("No such user <secret@alder.example>"), {
              responseCode: server.refuseWith,
            }),
          );
        },
        async onData(stream, session, done) {
          const chunks: Uint8Array[] = [];
          for await (const chunk of stream) chunks.push(chunk);
          const raw = await new Blob(chunks as BlobPart[]).text();
          const { mailFrom, rcptTo } = session.envelope;
          const mail: ArrivedMail = {
            from: mailFrom === false ? "" : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            raw,
            ...readParts(raw),
          };
          try {
            await server.beforeTaking(mail);
          } catch (error) {
            return done(error as Error);
          }
          server.mails.push(mail);
          done();
        },
      });
      smtp.on("error", () => {});
      await new Promise<void>((done) =>
        smtp.listen(port, "127.0.0.1", () => done())
      );
      port = (smtp.server.address() as AddressInfo).port;
      const who = login === null ? "" : `${login.user}:${login.pass}@`;
      server.url = `smtp://${who}127.0.0.1:${port}`;
    },
  };
  await server.comeBack();
  try {
    await run(server);
  } finally {
    await server.goDown();
  }
}
