import type { BuildSnapshot, StaticFile } from "../build_snapshot.ts";
import type { ResolvedFreshConfig } from "../config.ts";
import { scopeOf } from "../context.ts";
import type { Middleware } from "../handlers.ts";
import { LOCK_PARAMETER } from "../runtime/lock_url.ts";

const YEAR = "public, max-age=31536000, immutable";

/** The content coding to use: the best that the client takes. */
function chooseEncoding(
  file: StaticFile,
  accepted: string | null,
): "br" | "gzip" | null {
  if (accepted === null) return null;
  const weights = new Map<string, number>();
  for (const item of accepted.toLowerCase().split(",")) {
    const [name = "", ...parameters] = item.split(";");
    const quality = parameters.map((p) => /^\s*q=([\d.]+)\s*$/.exec(p)?.[1])
      .find((q) => q !== undefined);
    weights.set(name.trim(), quality === undefined ? 1 : Number(quality));
  }
  const weightOf = (name: string) => weights.get(name) ?? weights.get("*") ?? 0;
  const br = file.br === undefined ? 0 : weightOf("br");
  const gzip = file.gzip === undefined ? 0 : weightOf("gzip");
  if (br > 0 && br >= gzip) return "br";
  return gzip > 0 ? "gzip" : null;
}

/** Whether a list of entity tags names the given one. */
function hasTag(list: string, tag: string): boolean {
  if (list.trim() === "*") return true;
  return list.split(",").some((item) =>
    item.trim().replace(/^W\//, "") === tag
  );
}

/** A satisfiable byte range, `null` for none, `false` for an impossible one. */
function parseRange(
  header: string | null,
  size: number,
): { start: number; end: number } | null | false {
  const found = header === null ? null : /^bytes=(\d*)-(\d*)$/.exec(header);
  if (found === null || (found[1] === "" && found[2] === "")) return null;
  if (found[1] === "") {
    const length = Math.min(Number(found[2]), size);
    return length === 0 ? false : { start: size - length, end: size - 1 };
  }
  const start = Number(found[1]);
  const end = found[2] === "" ? size - 1 : Math.min(Number(found[2]), size - 1);
  if (found[2] !== "" && Number(found[2]) < start) return null;
  return start >= size ? false : { start, end };
}

/** Encoded characters that separate or end names, and so are in none. */
const ENCODED_SEPARATOR = /%(?:2f|5c|00)/i;

/** The path as the list of static files knows it; `null` if it can be none. */
function filePath(pathname: string, basePath: string): string | null {
  if (basePath !== "") {
    if (!pathname.startsWith(`${basePath}/`)) return null;
  }
  const path = pathname.slice(basePath.length);
  if (!path.includes("%")) return path;
  if (ENCODED_SEPARATOR.test(path)) return null;
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

/**
 * Serves the files of the build: those of the static folder and the client
 * code. Only paths that the build has listed are served, so that nothing in a
 * request can name a file outside.
 */
export function staticFiles<State = unknown>(): Middleware<State> {
  return (ctx) => {
    const { assets, pathname } = scopeOf(ctx);
    const { snapshot } = assets;
    const path = filePath(pathname, ctx.config.basePath);
    const file = path === null ? undefined : snapshot?.files.get(path);
    if (file === undefined) {
      // Every browser asks for it, and none shows what a page says of it.
      return path === "/favicon.ico"
        ? new Response(null, { status: 404 })
        : ctx.next();
    }
    const { method } = ctx.req;
    if (method !== "GET" && method !== "HEAD") {
      return new Response("Method Not Allowed", {
        status: 405,
        headers: { allow: "GET, HEAD" },
      });
    }
    const lock = ctx.url.searchParams.get(LOCK_PARAMETER);
    if (lock !== null && lock !== assets.buildId) {
      const url = new URL(ctx.url);
      url.searchParams.delete(LOCK_PARAMETER);
      const location = url.pathname + url.search;
      return new Response(null, { status: 307, headers: { location } });
    }
    const isLocked = file.immutable || lock !== null;
    return respond(
      ctx.req,
      file,
      snapshot!,
      cacheControl(ctx.config, isLocked),
    );
  };
}

function cacheControl(config: ResolvedFreshConfig, isLocked: boolean): string {
  if (config.mode === "development") {
    return "no-cache, no-store, max-age=0, must-revalidate";
  }
  return isLocked ? YEAR : "no-cache";
}

/** Answers with a file, or with as much of it as is asked for. */
async function respond(
  req: Request,
  file: StaticFile,
  snapshot: BuildSnapshot,
  caching: string,
): Promise<Response> {
  const headers = new Headers({
    "content-type": file.contentType,
    "cache-control": caching,
  });
  if (file.br !== undefined || file.gzip !== undefined) {
    headers.set("vary", "Accept-Encoding");
  }
  const wanted = req.headers.get("range");
  const encoding = wanted === null
    ? chooseEncoding(file, req.headers.get("accept-encoding"))
    : null;
  const suffix = encoding === null ? "" : `-${encoding}`;
  const etag = `"${file.hash}${suffix}"`;
  headers.set("etag", etag);
  const known = req.headers.get("if-none-match");
  if (known !== null && hasTag(known, etag)) {
    return new Response(null, { status: 304, headers });
  }
  if (encoding === null) headers.set("accept-ranges", "bytes");
  else headers.set("content-encoding", encoding);
  const ifRange = req.headers.get("if-range");
  const range = ifRange === null || ifRange === etag
    ? parseRange(wanted, file.size)
    : null;
  if (range === false) {
    headers.set("content-range", `bytes */${file.size}`);
    return new Response(null, { status: 416, headers });
  }
  const isHead = req.method === "HEAD";
  if (range !== null) {
    const { start, end } = range;
    headers.set("content-range", `bytes ${start}-${end}/${file.size}`);
    headers.set("content-length", String(end - start + 1));
    const body = isHead
      ? null
      : (await snapshot.read(file.file)).subarray(start, end + 1);
    return new Response(body, { status: 206, headers });
  }
  const variant = encoding === null ? file : file[encoding]!;
  headers.set("content-length", String(variant.size));
  const body = isHead ? null : await snapshot.open(variant.file);
  return new Response(body, { headers });
}
