import { dirname, join } from "node:path";
import { PurgeCSS } from "purgecss";
import { FIRST_PAGES } from "../lib/http/first_styles.ts";

/** The modules that give pages their markup. */
const MARKUP = /\/(?:routes|components|islands)\//;

/** The sources of the given modules, and of all that they import and that gives pages their markup. */
async function sourcesOf(
  root: string,
  modules: readonly string[],
): Promise<string[]> {
  const sources = new Map<string, string>();
  const left = modules.map((module) => join(root, module));
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (sources.has(path)) continue;
    const source = await Deno.readTextFile(path);
    sources.set(path, source);
    for (const [, specifier = ""] of source.matchAll(/ from "(\.[^"]*)"/g)) {
      const imported = join(dirname(path), specifier);
      if (MARKUP.test(imported.slice(root.length))) left.push(imported);
    }
  }
  return [...sources.values()];
}

/** The stylesheet without what only its readers need. */
export async function minifiedStyles(root: string): Promise<string> {
  const bundle = await Deno.bundle({
    entrypoints: [join(root, "static/styles.css")],
    minify: true,
    write: false,
  });
  const [styles] = bundle.outputFiles ?? [];
  if (!bundle.success || !styles) {
    throw new Error(
      `Cannot minify the styles: ${JSON.stringify(bundle.errors)}`,
    );
  }
  return styles.text().trim();
}

/**
 * What of a stylesheet the first pages use, in its order: with it they look as with all of it.
 *
 * @param root the project's folder, absolute
 */
export async function usedByFirstPages(
  root: string,
  styles: string,
): Promise<string> {
  const sources = await sourcesOf(root, [
    "routes/_app.tsx",
    "routes/_error.tsx",
    ...Object.values(FIRST_PAGES),
  ]);
  const [purged] = await new PurgeCSS().purge({
    content: sources.map((raw) => ({ raw, extension: "tsx" })),
    css: [{ raw: styles }],
    dynamicAttributes: ["data-space"],
    variables: true,
    keyframes: true,
  });
  return purged?.css ?? "";
}
