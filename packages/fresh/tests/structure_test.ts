import assert from "node:assert/strict";

const PACKAGE = new URL("..", import.meta.url);
const IMPORT = /(?:from|import)\s*"(\.[^"]+)"/g;

async function sources(folder: URL): Promise<URL[]> {
  const found: URL[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isDirectory) {
      found.push(...await sources(new URL(`${entry.name}/`, folder)));
    } else if (entry.name.endsWith(".ts")) {
      found.push(new URL(entry.name, folder));
    }
  }
  return found;
}

Deno.test("no module of the package imports itself in a circle, not even for types", async () => {
  const imports = new Map<string, string[]>();
  for (const url of await sources(new URL("src/", PACKAGE))) {
    const text = await Deno.readTextFile(url);
    imports.set(
      url.href,
      [...text.matchAll(IMPORT)].map(([, path]) => new URL(path!, url).href),
    );
  }
  assert.ok(imports.size > 40);
  const done = new Set<string>();
  const visit = (module: string, path: readonly string[]): void => {
    const circle = path.slice(path.indexOf(module));
    assert.ok(!path.includes(module), `a circle: ${circle.join(" -> ")}`);
    if (done.has(module)) return;
    for (const next of imports.get(module) ?? []) {
      visit(next, [...path, module]);
    }
    done.add(module);
  };
  for (const module of imports.keys()) visit(module, []);
});
