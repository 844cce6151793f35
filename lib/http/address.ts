import type { RequestContext } from "./state.ts";

/** An IP address in one spelling, or null for what is none. A port beside it is left out. */
function canonicalAddress(text: string): string | null {
  const v4 = /^(\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?$/.exec(text)?.[1];
  if (v4 !== undefined) return URL.parse(`http://${v4}`)?.hostname ?? null;
  const v6 = /^\[?([0-9a-f:.]{2,45})\]?(?:(?<=\]):\d{1,5})?$/i.exec(text)?.[1];
  return URL.parse(`http://[${v6 ?? ""}]`)?.hostname.slice(1, -1) ?? null;
}

/** Whom an address is counted as: IPv6 by its /64, all of which one customer of a network has (RFC 6177). */
function countedAs(address: string): string {
  const known = canonicalAddress(address);
  if (known === null || !known.includes(":")) return known ?? address;
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(known);
  if (mapped) {
    return mapped.slice(1).flatMap((part) => {
      const value = parseInt(part, 16);
      return [value >> 8, value & 255];
    }).join(".");
  }
  const [head = "", tail] = known.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const after = tail === "" ? [] : tail.split(":");
    groups.push(
      ...Array(8 - groups.length - after.length).fill("0"),
      ...after,
    );
  }
  return `${groups.slice(0, 4).join(":")}::/64`;
}

/**
 * The address that a request came from: the connection's, or, behind `proxies` trusted ones, what the outermost of them
 * saw. Each proxy adds to the right of `X-Forwarded-For` whom it was asked by, so that what a client writes into the
 * header itself stands further left and is never read.
 *
 * @param proxies how many there are between people and this process
 * @returns what limits count by; the connection's own where the header is shorter than it has to be, or no address
 */
export function clientAddress(
  connection: string,
  forwardedFor: string | null,
  proxies: number,
): string {
  const claimed = proxies > 0
    ? forwardedFor?.split(",").at(-proxies)?.trim() ?? ""
    : "";
  return countedAs(
    canonicalAddress(claimed) === null ? connection : claimed,
  );
}

/** The address that a request is counted by. */
export function addressOf(ctx: RequestContext): string {
  const { remoteAddr } = ctx.info;
  return clientAddress(
    "hostname" in remoteAddr ? remoteAddr.hostname : "local",
    ctx.req.headers.get("x-forwarded-for"),
    ctx.state.deps.proxies ?? 0,
  );
}
