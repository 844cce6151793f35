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
  /** Answers to sync requests wait until so many of them are under way at once. */
  meet(count: number): void;
  /**
   * The next sync request reaches the server, and its answer is torn inside the body.
   *
   * @param bytes how much of the body gets through
   */
  tearNextSyncAnswer(bytes: number): void;
  /** How many sync requests passed on to the server. */
  readonly syncPosts: number;
  /** How many answers were torn. */
  readonly torn: number;
  close(): void;
}

const SYNC_POST = "POST /api/client/sync ";
const HEAD_END = "\r\n\r\n";

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

  const end = (pair: Pair) => {
    if (!pairs.delete(pair)) return;
    if (pair.syncing) atOnce--;
    closeQuietly(pair.client);
    closeQuietly(pair.server);
  };

  /** The browser's side: notices when a sync request begins. */
  const up = async (pair: Pair) => {
    const buffer = new Uint8Array(64 * 1024);
    let tail = "";
    for (;;) {
      const length = await pair.client.read(buffer);
      if (length === null) return;
      const chunk = buffer.subarray(0, length);
      const text = tail + latin1.decode(chunk);
      if (text.includes(SYNC_POST)) {
        tail = "";
        syncPosts++;
        if (++atOnce >= meeting) meet();
        pair.syncing = true;
        pair.tearAfter = tearNext;
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
      if (pair.syncing) {
        await met;
        pair.syncing = false;
        atOnce--;
        head = "";
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
    const pair: Pair = { client, server, syncing: false, tearAfter: null };
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
      const all = Promise.withResolvers<void>();
      meeting = count;
      met = all.promise;
      meet = all.resolve;
    },
    tearNextSyncAnswer: (bytes) => tearNext = bytes,
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
