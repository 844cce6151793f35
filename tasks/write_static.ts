import { createHash } from "node:crypto";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { dirname, join } from "node:path";

/** A served file, as the build's manifest lists it. */
export interface ServedFile {
  path: string;
  file: string;
  hash: string;
  size: number;
  contentType: string;
  immutable?: boolean;
  br?: { file: string; size: number };
  gzip?: { file: string; size: number };
}

/** What of the build's manifest is read and added to here. */
export interface BuildManifest {
  files: ServedFile[];
}

/** SHA-256 (hex) of a content. */
export function contentHash(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * Adds a file that was made after the build, compressed once, to what the build serves.
 *
 * @param folder the build's folder, `_fresh`
 * @param served its URL path, its place below `static`, its content type
 */
export async function addStaticFile(
  folder: string,
  manifest: BuildManifest,
  served: Pick<ServedFile, "path" | "file" | "contentType">,
  content: string,
): Promise<void> {
  const bytes = new TextEncoder().encode(content);
  const variants = {
    br: [
      `${served.file}.br`,
      brotliCompressSync(bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
      }),
    ],
    gzip: [`${served.file}.gz`, gzipSync(bytes, { level: 9 })],
  } as const;
  const at = (file: string) => join(folder, "static", file);
  await Deno.mkdir(dirname(at(served.file)), { recursive: true });
  await Deno.writeFile(at(served.file), bytes);
  for (const [file, data] of Object.values(variants)) {
    await Deno.writeFile(at(file), data);
  }
  manifest.files.push({
    ...served,
    hash: contentHash(content),
    size: bytes.length,
    br: { file: variants.br[0], size: variants.br[1].length },
    gzip: { file: variants.gzip[0], size: variants.gzip[1].length },
  });
}
