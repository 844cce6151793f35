/**
 * What becomes of one request. `drop`: it never arrives. `cut`: its answer is torn so many bytes into the body. `slow`: its
 * answer waits. `instead`: something else answers, whether the request reached the server or not.
 */
export type Fault =
  | { kind: "pass" }
  | { kind: "drop" }
  | { kind: "cut"; bytes: number }
  | { kind: "slow"; ms: number }
  | { kind: "instead"; answer: string; reaches: boolean };

/** Where the network is broken: at a door that everything to the server passes, so the browser sees one origin. */
export interface Proxy {
  /** What the browser takes for the server. */
  readonly origin: string;
  /** Lets everything through. */
  pass(): void;
  /** Nothing gets through any more, and what was open is torn. */
  cut(): void;
  /** Sends what comes from now on to another server. */
  leadTo(origin: string): void;
  /** Answers to sync requests wait until so many of them are under way at once; 0: they wait no more. */
  meet(count: number): void;
  /**
   * The next sync request reaches the server, and its answer is torn inside the body.
   *
   * @param bytes how much of the body gets through
   */
  tearNextSyncAnswer(bytes: number): void;
  /** From now on decides what becomes of each request for a page or the API; null: nothing goes wrong. */
  break(fault: ((path: string) => Fault) | null): void;
  /** How many sync requests passed on to the server. */
  readonly syncPosts: number;
  /** The most sync requests that ever were under way at once. */
  readonly mostAtOnce: number;
  /** How many answers were torn. */
  readonly torn: number;
  close(): void;
}

const SYNC_POST = "POST /api/client/sync ";
const HEAD_END = "\r\n\r\n";
/** The first line of a request that may go wrong; assets of the build arrive. */
const REQUEST = /^(?:GET|POST|PATCH|PUT) (\/(?:api|client|healthz)\S*) HTTP/m;
const PASS: Fault = { kind: "pass" };

const latin1 = new TextDecoder("latin1");

function closeQuietly(conn: { close(): void }): void {
  try {
    conn.close();
  } catch {
    // The other side was faster.
  }
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await conn.write(bytes.subarray(at));
  }
}

/** One connection of the browser, and where its present request stands. */
interface Pair {
  client: Deno.Conn;
  server: Deno.Conn;
  syncing: boolean;
  /** Bytes of the answer's body that get through; null: all. */
  tearAfter: number | null;
  fault: Fault;
}

/** An answer of somebody on the way, as it goes over the wire. */
export function answerOfHtml(status: string, html: string): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: text/html\r\n` +
    `content-length: ${html.length}\r\nconnection: close\r\n\r\n${html}`;
}

/**
 * Opens a loopback proxy in front of a server.
 *
 * @param target origin of the server
 */
export function openProxy(target: string): Proxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const pairs = new Set<Pair>();
  let port = Number(new URL(target).port);
  let open = true;
  let met = Promise.resolve();
  let meeting = 0;
  let meet = () => {};
  let tearNext: number | null = null;
  let syncPosts = 0;
  let torn = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  let faultOf: ((path: string) => Fault) | null = null;

  const end = (pair: Pair) => {
    if (!pairs.delete(pair)) return;
    if (pair.syncing) atOnce--;
    closeQuietly(pair.client);
    closeQuietly(pair.server);
  };

  /** Answers in the server's place, and hears the rest of the question out. */
  const answerInstead = async (pair: Pair, answer: string) => {
    await writeAll(pair.client, new TextEncoder().encode(answer));
    await pair.client.closeWrite();
  };

  /** The browser's side: notices when a request begins. */
  const up = async (pair: Pair) => {
    const buffer = new Uint8Array(64 * 1024);
    let tail = "";
    for (;;) {
      const length = await pair.client.read(buffer);
      if (length === null) return;
      const chunk = buffer.subarray(0, length);
      const text = tail + latin1.decode(chunk);
      const path = REQUEST.exec(text)?.[1];
      if (path !== undefined) {
        const fault = pair.fault = faultOf?.(path) ?? PASS;
        if (fault.kind === "drop") return;
        pair.tearAfter = fault.kind === "cut" ? fault.bytes : null;
      }
      if (pair.fault.kind === "instead" && !pair.fault.reaches) {
        if (path !== undefined) await answerInstead(pair, pair.fault.answer);
        tail = "";
        continue;
      }
      if (text.includes(SYNC_POST)) {
        tail = "";
        syncPosts++;
        if (++atOnce >= meeting) meet();
        mostAtOnce = Math.max(mostAtOnce, atOnce);
        pair.syncing = true;
        pair.tearAfter ??= tearNext;
        tearNext = null;
      } else tail = text.slice(1 - SYNC_POST.length);
      await writeAll(pair.server, chunk);
    }
  };

  /** The server's side: holds answers to sync requests back, or tears them. */
  const down = async (pair: Pair) => {
    const buffer = new Uint8Array(64 * 1024);
    let head = "";
    for (;;) {
      const length = await pair.server.read(buffer);
      if (length === null) return;
      const chunk = buffer.slice(0, length);
      const { fault } = pair;
      if (fault.kind === "slow") {
        pair.fault = PASS;
        await new Promise((done) => setTimeout(done, fault.ms));
      }
      if (fault.kind === "instead") {
        await answerInstead(pair, fault.answer);
        return;
      }
      if (pair.syncing) {
        await met;
        pair.syncing = false;
        atOnce--;
        head = "";
      }
      if (pair.fault.kind === "cut") {
        head = "";
        pair.fault = PASS;
      }
      if (pair.tearAfter === null) {
        await writeAll(pair.client, chunk);
        continue;
      }
      const before = head.length;
      head += latin1.decode(chunk);
      const body = head.indexOf(HEAD_END);
      const last = body < 0
        ? Infinity
        : body + HEAD_END.length + pair.tearAfter - before;
      await writeAll(pair.client, chunk.subarray(0, Math.max(0, last)));
      if (last < chunk.length) {
        torn++;
        return;
      }
    }
  };

  const serve = async (client: Deno.Conn) => {
    if (!open) return closeQuietly(client);
    let server: Deno.Conn;
    try {
      server = await Deno.connect({ hostname: "127.0.0.1", port });
    } catch {
      return closeQuietly(client);
    }
    const pair: Pair = {
      client,
      server,
      syncing: false,
      tearAfter: null,
      fault: PASS,
    };
    pairs.add(pair);
    if (!open) return end(pair);
    await Promise.race([up(pair), down(pair)]).catch(() => {});
    end(pair);
  };

  const accept = async () => {
    for await (const client of listener) serve(client);
  };
  accept();

  return {
    origin: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    pass: () => open = true,
    cut() {
      open = false;
      for (const pair of [...pairs]) end(pair);
    },
    leadTo(origin) {
      port = Number(new URL(origin).port);
      for (const pair of [...pairs]) end(pair);
    },
    meet(count) {
      meet();
      const all = Promise.withResolvers<void>();
      meeting = count;
      met = all.promise;
      meet = all.resolve;
      if (atOnce >= count) meet();
    },
    tearNextSyncAnswer: (bytes) => tearNext = bytes,
    break: (fault) => faultOf = fault,
    get mostAtOnce() {
      return mostAtOnce;
    },
    get syncPosts() {
      return syncPosts;
    },
    get torn() {
      return torn;
    },
    close() {
      open = false;
      for (const pair of [...pairs]) end(pair);
      closeQuietly(listener);
    },
  };
}
