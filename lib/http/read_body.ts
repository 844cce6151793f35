import { fail, ok, type Result } from "../model/problem.ts";

/** The most bytes of an ordinary body. */
export const MAX_BODY_BYTES = 128 * 1024;
/** The most bytes of a sync request, after decompression. */
export const MAX_SYNC_BYTES = 1024 * 1024;

async function readBytes(
  req: Request,
  limit: number,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  if (Number(req.headers.get("content-length") ?? 0) > limit) {
    return fail("body-too-large");
  }
  if (req.body === null) return ok(new Uint8Array());
  const encoding = req.headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity" && encoding !== "gzip") {
    return fail("unsupported-media-type");
  }
  const stream = encoding === "gzip"
    ? req.body.pipeThrough(new DecompressionStream("gzip"))
    : req.body;
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      size += chunk.byteLength;
      // Leaving the loop cancels the stream: nothing past the limit is read or unpacked.
      if (size > limit) return fail("body-too-large");
      chunks.push(chunk);
    }
  } catch {
    return fail("malformed-body");
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return ok(bytes);
}

/** Reads a body of bytes, `application/octet-stream`. */
export async function readOctets(
  req: Request,
  limit: number,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  return typeOf(req) === "application/octet-stream"
    ? await readBytes(req, limit)
    : fail("unsupported-media-type");
}

const typeOf = (req: Request) =>
  (req.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();

/**
 * Reads a JSON body, gzip or not.
 *
 * @param limit bytes, counted after decompression
 */
export async function readJson(
  req: Request,
  limit = MAX_BODY_BYTES,
): Promise<Result<unknown>> {
  if (typeOf(req) !== "application/json") return fail("unsupported-media-type");
  const bytes = await readBytes(req, limit);
  if (!bytes.ok) return bytes;
  try {
    return ok(
      JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.value)),
    );
  } catch {
    return fail("malformed-body");
  }
}

/**
 * Reads the body of an HTML form. Browsers send UTF-8 alone: what is something else, or ends early, is refused and not
 * guessed at.
 *
 * @param limit bytes; more than for ordinary forms where one may hold a file
 */
export async function readForm(
  req: Request,
  limit = MAX_BODY_BYTES,
): Promise<Result<FormData>> {
  const type = typeOf(req);
  if (
    type !== "application/x-www-form-urlencoded" &&
    type !== "multipart/form-data"
  ) {
    return fail("unsupported-media-type");
  }
  const bytes = await readBytes(req, limit);
  if (!bytes.ok) return bytes;
  try {
    if (type === "multipart/form-data") {
      // It may hold a file. Its last line ends in "--": parsers take half of it for all of it.
      const end = new TextDecoder().decode(bytes.value.subarray(-8));
      if (!/--\s*$/.test(end)) return fail("malformed-body");
    } else {
      decodeURIComponent(
        new TextDecoder("utf-8", { fatal: true }).decode(bytes.value),
      );
    }
    const headers = { "content-type": req.headers.get("content-type") ?? "" };
    return ok(await new Response(bytes.value, { headers }).formData());
  } catch {
    return fail("malformed-body");
  }
}

/** The text of a form's field; "" where it is missing or a file. */
export function formText(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
