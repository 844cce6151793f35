/** A loopback proxy that is far away: what passes arrives later, each way by half a round trip. */
export interface FarProxy {
  origin: string;
  close(): void;
}

async function carry(
  from: Deno.Conn,
  to: Deno.Conn,
  delayMs: number,
): Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  try {
    for await (const chunk of from.readable) {
      const due = new Promise((done) => setTimeout(done, delayMs));
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

/**
 * Opens a far-away door to a server.
 *
 * @param target origin of the server
 * @param roundTripMs milliseconds there and back; a new connection costs one round trip more
 */
export function openFarProxy(target: string, roundTripMs: number): FarProxy {
  const { hostname, port } = new URL(target);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serve = async () => {
    for await (const near of listener) {
      (async () => {
        await new Promise((done) => setTimeout(done, roundTripMs));
        const far = await Deno.connect({ hostname, port: Number(port) });
        await Promise.all([
          carry(near, far, roundTripMs / 2),
          carry(far, near, roundTripMs / 2),
        ]);
      })().catch(() => near.close());
    }
  };
  serve().catch(() => {});
  const { port: own } = listener.addr as Deno.NetAddr;
  return { origin: `http://127.0.0.1:${own}`, close: () => listener.close() };
}
