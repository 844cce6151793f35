import type { BundledFile } from "./content_names.ts";

/** The part of esbuild that is used. */
interface Esbuild {
  transform(
    code: string,
    options: {
      charset: "utf8";
      minify: boolean;
      sourcefile: string;
      sourcemap: "external" | false;
      supported: Record<string, boolean>;
      target: readonly string[];
    },
  ): Promise<{ code: string; map: string }>;
  stop(): Promise<void>;
}

/**
 * Loaded only where a target is asked for, by a specifier that no module graph
 * shows: other projects neither download nor lock it.
 */
const ESBUILD: string = "npm:esbuild@^0.28.2";

/** Ends a file with its source map, so that the next one builds on it. */
function withMap({ text, map }: BundledFile): string {
  if (map === null) return text;
  const data = new TextEncoder().encode(map).toBase64();
  return `${text}\n//# sourceMappingURL=data:application/json;base64,${data}`;
}

/** Writes bundled files in syntax that the target browsers understand. */
export async function lowerSyntax(
  files: readonly BundledFile[],
  target: readonly string[],
  minify: boolean,
): Promise<BundledFile[]> {
  const esbuild: Esbuild = await import(ESBUILD);
  try {
    return await Promise.all(files.map(async (file) => {
      const { code, map } = await esbuild.transform(withMap(file), {
        charset: "utf8",
        minify,
        sourcefile: file.name,
        sourcemap: file.map === null ? false : "external",
        // Every browser that has modules has destructuring; that old ones do
        // it wrong in a corner case is no reason to refuse them.
        supported: { destructuring: true },
        target,
      });
      return { ...file, text: code, map: file.map === null ? null : map };
    }));
  } finally {
    await esbuild.stop();
  }
}
