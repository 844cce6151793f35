/** A loopback proxy that is far away: what passes arrives later, each way by half a round trip. */
export interface FarProxy {
  origin: string;
  /** How many requests went through. */
  readonly requests: number;
  /** Bytes that went up, and down. */
  readonly bytes: { up: number; down: number };
  close(): void;
}

/** One direction of a line that all connections share. */
class Line {
  #freeAt = 0;
  bytes = 0;

  constructor(readonly delayMs: number, readonly bytesPerMs: number) {}

  /** Settles when so many bytes, given to the line now, are through to the other end. */
  pass(length: number): Promise<void> {
    const now = performance.now();
    this.bytes += length;
    this.#freeAt = Math.max(now, this.#freeAt) + length / this.bytesPerMs;
    return new Promise((done) =>
      setTimeout(done, this.#freeAt + this.delayMs - now)
    );
  }
}

async function carry(
  from: Deno.Conn,
  to: Deno.Conn,
  line: Line,
  seen: (chunk: Uint8Array) => void,
): Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  try {
    for await (const chunk of from.readable) {
      seen(chunk);
      const due = line.pass(chunk.length);
      // In order, and all of them on their way at once.
      last = Promise.all([last, due]).then(async () => {
        for (let at = 0; at < chunk.length;) {
          at += await to.write(chunk.subarray(at));
        }
      });
    }
    await last;
    await to.closeWrite();
  } catch {
    // One side is gone: so is the other.
  }
}

const REQUEST = /^(?:GET|POST) \S+ HTTP\/1/m;
const latin1 = new TextDecoder("latin1");

/**
 * Opens a far-away door to a server.
 *
 * @param target origin of the server
 * @param roundTripMs milliseconds there and back; a new connection costs one round trip more
 * @param kbitPerSecond how much goes through each way; left out: anything
 */
export function openFarProxy(
  target: string,
  roundTripMs: number,
  kbitPerSecond = Infinity,
): FarProxy {
  const { hostname, port } = new URL(target);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [up, down] = [0, 1].map(() =>
    new Line(roundTripMs / 2, kbitPerSecond / 8)
  ) as [Line, Line];
  let requests = 0;
  const asked = (chunk: Uint8Array) => {
    if (REQUEST.test(latin1.decode(chunk.subarray(0, 200)))) requests++;
  };
  const serve = async () => {
    for await (const near of listener) {
      (async () => {
        await new Promise((done) => setTimeout(done, roundTripMs));
        const far = await Deno.connect({ hostname, port: Number(port) });
        await Promise.all([
          carry(near, far, up, asked),
          carry(far, near, down, () => {}),
        ]);
      })().catch(() => near.close());
    }
  };
  serve().catch(() => {});
  const { port: own } = listener.addr as Deno.NetAddr;
  return {
    origin: `http://127.0.0.1:${own}`,
    get requests() {
      return requests;
    },
    get bytes() {
      return { up: up.bytes, down: down.bytes };
    },
    close: () => listener.close(),
  };
}
