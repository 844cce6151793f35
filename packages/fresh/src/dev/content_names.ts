import { contentHash } from "./content_hash.ts";
import type { SourceMapKind } from "./source_maps.ts";

/** A file as the bundler wrote it. */
export interface BundledFile {
  readonly name: string;
  readonly text: string;
  readonly map: string | null;
}

/** Files under names that follow from their content. */
export interface NamedFiles {
  /** The final name of each file. */
  readonly names: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** The files that each file imports statically, all the way down. */
  readonly imports: ReadonlyMap<string, readonly string[]>;
}

/** The end of every bundled name; replaced by one of the same length, so that
 * source maps stay right. */
const BUNDLER_HASH = /-[A-Z0-9]{8}\.js$/;
const REFERENCE = /(["'`])\.\/([\w.-]+\.js)\1/g;
const BARE_IMPORT = /\bimport\s*"\.\/([\w.-]+\.js)";?/g;
const STATIC_REFERENCE = /(?:\bfrom|\bimport)\s*(["'])\.\/([\w.-]+\.js)\1/g;

/**
 * Leaves out the files that the bundler made of nothing, and the imports of
 * them. Spaces take the imports' place, so that source maps stay right.
 */
function withoutEmpty(bundled: readonly BundledFile[]): BundledFile[] {
  const isEmpty = ({ text }: BundledFile) => text.trim() === "";
  const empty = new Set(bundled.filter(isEmpty).map(({ name }) => name));
  if (empty.size === 0) return [...bundled];
  return bundled.filter((file) => !isEmpty(file)).map((file) => ({
    ...file,
    text: file.text.replace(
      BARE_IMPORT,
      (match, name: string) =>
        empty.has(name) ? " ".repeat(match.length) : match,
    ),
  }));
}

function referencesIn(
  text: string,
  pattern: RegExp,
  known: ReadonlyMap<string, unknown>,
): string[] {
  const found = new Set<string>();
  for (const [, , name] of text.matchAll(pattern)) {
    if (known.has(name!)) found.add(name!);
  }
  return [...found];
}

/** Everything that can be reached from a file, itself included, in order. */
function reachable(
  start: string,
  edges: ReadonlyMap<string, readonly string[]>,
): string[] {
  const seen = new Set([start]);
  for (const name of seen) for (const next of edges.get(name)!) seen.add(next);
  return [...seen];
}

/**
 * Renames files by a hash of what they and everything they refer to contain.
 * The bundler's own hashes depend on where the project and the package cache
 * are, which would make every machine's build a different one.
 */
export function nameByContent(
  all: readonly BundledFile[],
  sourceMap: SourceMapKind,
): NamedFiles {
  const bundled = withoutEmpty(all);
  const byName = new Map(bundled.map((file) => [file.name, file]));
  const edges = new Map<string, string[]>();
  const statics = new Map<string, string[]>();
  const own = new Map<string, string>();
  for (const { name, text } of bundled) {
    const references = referencesIn(text, REFERENCE, byName);
    edges.set(name, references);
    statics.set(name, referencesIn(text, STATIC_REFERENCE, byName));
    const neutral = text.replace(
      REFERENCE,
      (match, _quote, target: string) =>
        byName.has(target) ? `"${references.indexOf(target)}"` : match,
    );
    own.set(name, contentHash(neutral));
  }
  const names = new Map<string, string>();
  for (const { name } of bundled) {
    const hashes = reachable(name, edges).map((other) => own.get(other)).join();
    const stem = name.replace(BUNDLER_HASH, "");
    names.set(name, `${stem}-${contentHash(hashes).slice(0, 8)}.js`);
  }
  const encoder = new TextEncoder();
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const { name, text, map } of bundled) {
    const final = names.get(name)!;
    let code = text.replace(
      REFERENCE,
      (match, quote: string, target: string) =>
        byName.has(target) ? `${quote}./${names.get(target)}${quote}` : match,
    );
    if (map !== null && sourceMap !== false) {
      if (sourceMap === "inline" || sourceMap === "both") {
        const data = encoder.encode(map).toBase64();
        code += `\n//# sourceMappingURL=data:application/json;base64,${data}\n`;
      } else if (sourceMap !== "external") {
        code += `\n//# sourceMappingURL=${final}.map\n`;
      }
      if (sourceMap !== "inline") {
        files.set(`${final}.map`, encoder.encode(map));
      }
    }
    files.set(final, encoder.encode(code));
  }
  const imports = new Map(bundled.map(({ name }) => [
    names.get(name)!,
    reachable(name, statics).slice(1).map((other) => names.get(other)!),
  ]));
  return { names, files, imports };
}
