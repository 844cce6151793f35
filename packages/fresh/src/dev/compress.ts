import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { isCompressible } from "../content_type.ts";

/** A file's content in the codings that are worth it. */
export interface CompressedContent {
  readonly br?: Uint8Array;
  readonly gzip?: Uint8Array;
}

const runBrotli = promisify(brotliCompress);
const runGzip = promisify(gzip);

/** Files that fit into one packet anyway are left as they are. */
const SMALLEST = 256;

/** Compresses a file as well as it can be done, once and for all requests. */
export async function compress(
  content: Uint8Array,
  contentType: string,
): Promise<CompressedContent> {
  if (content.length < SMALLEST || !isCompressible(contentType)) return {};
  const [br, zipped] = await Promise.all([
    runBrotli(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    }),
    runGzip(content, { level: 9 }),
  ]);
  const limit = content.length * 0.95;
  return {
    ...(br.length < limit ? { br } : {}),
    ...(zipped.length < limit ? { gzip: zipped } : {}),
  };
}
