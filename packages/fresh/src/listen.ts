/** Options of `listen()`. */
export type ListenOptions =
  & Partial<Deno.ServeTcpOptions & Deno.TlsCertifiedKeyPem>
  & {
    /** Where others reach the server, to be said beside where it listens. */
    remoteAddress?: string;
  };

const FIRST_PORT = 8000;
const LAST_PORT = 8019;

/** Where people reach a server. */
function urlOf(
  { hostname, port }: Deno.NetAddr,
  scheme: "http" | "https",
): string {
  const isAny = hostname === "0.0.0.0" || hostname === "::";
  const host = isAny ? "localhost" : hostname;
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Serves on the wanted port; if none is, on the first one that is free. */
function serveOnFreePort(
  options: ListenOptions,
  handler: Deno.ServeHandler,
): Deno.HttpServer {
  for (let port = FIRST_PORT;; port++) {
    try {
      return Deno.serve({ port, ...options } as Deno.ServeTcpOptions, handler);
    } catch (error) {
      const isTaken = error instanceof Deno.errors.AddrInUse;
      if (!isTaken || options.port !== undefined || port === LAST_PORT) {
        throw error;
      }
    }
  }
}

/** Starts to serve, and says where. */
export function listen(
  handler: Deno.ServeHandler,
  options: ListenOptions,
  greeting: string,
  basePath: string,
): Deno.HttpServer {
  const { remoteAddress, ...own } = options;
  const scheme = "key" in options && options.key ? "https" : "http";
  const onListen = (address: Deno.NetAddr) => {
    const elsewhere = remoteAddress === undefined ? "" : ` (${remoteAddress})`;
    // deno-lint-ignore no-console -- says where the server listens
    console.log(
      `${greeting}: ${urlOf(address, scheme)}${basePath}/${elsewhere}`,
    );
  };
  return serveOnFreePort({ onListen, ...own }, handler);
}
