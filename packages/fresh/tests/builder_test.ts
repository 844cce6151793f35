import assert from "node:assert/strict";
import { join } from "node:path";
import {
  brotliCompressSync,
  brotliDecompressSync,
  gunzipSync,
} from "node:zlib";
import { App, staticFiles } from "fresh";
import { Builder } from "fresh/dev";
import type { BuildManifest } from "../src/disk_snapshot.ts";
import { app } from "./fixture/main.ts";
import { copyFixture, linkedProject } from "./project_copy.ts";

/** The bytes that a page's scripts take, compressed. */
async function scriptBytes(
  out: string,
  islands: string[],
  taken: readonly ("signals" | "revive" | "slots")[] = [],
): Promise<number> {
  const manifest = await manifestOf(out);
  const wanted = new Set<string>();
  const add = (
    { path, imports }: { path: string; imports: readonly string[] },
  ) => [path, ...imports].forEach((each) => wanted.add(each));
  for (const name of ["boot", ...taken] as const) add(manifest.runtime[name]);
  for (const { id, client } of manifest.islands) {
    if (islands.some((name) => id.endsWith(name))) add(client);
  }
  return manifest.files.filter(({ path }) => wanted.has(path))
    .reduce((sum, { br, size }) => sum + (br?.size ?? size), 0);
}

Deno.test("one island with one signal takes at most 9.5 KB, compressed", async () => {
  await using project = await linkedProject();
  await Deno.mkdir(join(project.path, "islands"));
  await Deno.writeTextFile(
    join(project.path, "islands/One.tsx"),
    `import { useSignal } from "@preact/signals";
    export default function One() {
      const count = useSignal(0);
      return <button type="button" onClick={() => count.value++}>{count}</button>;
    }`,
  );
  await new Builder({ root: project.path }).build();
  const bytes = await scriptBytes(join(project.path, "_fresh"), ["One.tsx"]);
  assert.ok(bytes <= 9500, `${bytes} bytes`);
  const shared = await scriptBytes(join(project.path, "_fresh"), ["One.tsx"], [
    "signals",
    "revive",
  ]);
  assert.ok(shared <= 9500, `${shared} bytes with a signal among the props`);
});

Deno.test("the package's own part of the client takes at most 2 KB, compressed", async () => {
  await using project = await linkedProject();
  await Deno.mkdir(join(project.path, "islands"));
  await Deno.writeTextFile(
    join(project.path, "islands/None.tsx"),
    "export default function None() { return null; }",
  );
  await new Builder({ root: project.path }).build();
  const out = join(project.path, "_fresh");
  const all = await scriptBytes(out, [], ["revive", "slots"]);
  const entry = join(project.path, "libraries.ts");
  await Deno.writeTextFile(
    entry,
    `import "preact/hooks";
    import { hydrate } from "preact";
    import { jsx } from "preact/jsx-runtime";
    Object.assign(globalThis, { hydrate, jsx });`,
  );
  await using bundling = await project.run([
    "bundle",
    "--platform=browser",
    "--minify",
    "--output=libraries.js",
    entry,
  ]);
  await bundling.ended();
  const libraries = brotliCompressSync(
    await Deno.readFile(join(project.path, "libraries.js")),
  ).length;
  assert.ok(all - libraries <= 2000, `${all} - ${libraries} bytes`);
  assert.ok(libraries > 3000, `${libraries} bytes`);
});

const fixture = new URL("fixture", import.meta.url).pathname;

async function manifestOf(outDir: string): Promise<BuildManifest> {
  return JSON.parse(await Deno.readTextFile(join(outDir, "manifest.json")));
}

/** Everything below a folder, by path, as text. */
async function contentOf(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const visit = async (path: string) => {
    for await (const entry of Deno.readDir(join(folder, path))) {
      const below = join(path, entry.name);
      if (entry.isDirectory) await visit(below);
      else {
        const bytes = await Deno.readFile(join(folder, below));
        found.set(below, bytes.toBase64());
      }
    }
  };
  await visit("");
  return new Map([...found].sort());
}

Deno.test("two builds in two folders give equal files", async () => {
  await using first = await linkedProject();
  await using second = await linkedProject("much/deeper/below");
  await copyFixture(first.path);
  await copyFixture(second.path);
  for (const { path } of [first, second]) {
    await new Builder({ root: path, sourceMap: { kind: true } }).build();
  }
  const a = await contentOf(join(first.path, "_fresh"));
  const b = await contentOf(join(second.path, "_fresh"));
  assert.deepEqual([...a.keys()], [...b.keys()]);
  for (const [file, content] of a) {
    assert.ok(content === b.get(file), `${file} differs`);
    const text = new TextDecoder().decode(Uint8Array.fromBase64(content));
    assert.ok(!text.includes(first.path), `${file} names the machine's folder`);
  }
});

Deno.test("a build on disk is listed, hashed, compressed and served by deno serve", async () => {
  await using project = await linkedProject();
  await copyFixture(project.path);
  await Deno.writeTextFile(join(project.path, "static/a#b?.txt"), "odd name");
  await new Builder({ root: project.path }).build();
  const out = join(project.path, "_fresh");
  const { files, routes } = await manifestOf(out);
  assert.deepEqual(
    routes,
    [
      "index",
      "_app",
      "crash",
      "data",
      "heavy",
      "held",
      "hostile",
      "pictures",
      "plain",
      "slots",
      "sub/index",
      "titled",
    ],
  );
  for (const file of files) {
    const content = await Deno.readFile(join(out, "static", file.file));
    assert.equal(content.length, file.size);
    if (file.br !== undefined) {
      const br = await Deno.readFile(join(out, "static", file.br.file));
      assert.equal(br.length, file.br.size);
      assert.deepEqual(new Uint8Array(brotliDecompressSync(br)), content);
    }
    if (file.gzip !== undefined) {
      const zipped = await Deno.readFile(join(out, "static", file.gzip.file));
      assert.deepEqual(new Uint8Array(gunzipSync(zipped)), content);
    }
  }
  assert.ok(files.some(({ path, br }) => path === "/long.txt" && br));

  await using server = await project.run([
    "serve",
    "-A",
    "--port",
    "0",
    "_fresh/server.js",
  ]);
  const origin = await server.origin();
  const html = await (await fetch(`${origin}/`)).text();
  assert.match(html, /<title>Counters<\/title>/);
  const script = /src="(\/_fresh\/[^"]+\.js)"/.exec(html)![1]!;
  const odd = await fetch(`${origin}/a%23b%3F.txt`);
  assert.equal(await odd.text(), "odd name");
  for (const coding of ["br", "gzip", "identity"]) {
    const response = await fetch(origin + script, {
      headers: { "accept-encoding": coding },
    });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("vary"), "Accept-Encoding");
    assert.match(await response.text(), /hydrate|import/);
  }
});

Deno.test("a file that is added to the manifest after the build is served", async () => {
  await using project = await linkedProject();
  await copyFixture(project.path);
  await new Builder({ root: project.path }).build();
  const out = join(project.path, "_fresh");
  const manifest = await manifestOf(out);
  await Deno.writeTextFile(join(out, "static/shell.html"), "<p>shell</p>");
  manifest.files.push({
    path: "/shell.html",
    file: "shell.html",
    hash: "abc",
    size: 12,
    contentType: "text/html; charset=utf-8",
  });
  await Deno.writeTextFile(
    join(out, "manifest.json"),
    JSON.stringify(manifest),
  );
  await using server = await project.run([
    "serve",
    "-A",
    "--port",
    "0",
    "_fresh/server.js",
  ]);
  const response = await fetch(`${await server.origin()}/shell.html`);
  assert.equal(await response.text(), "<p>shell</p>");
});

Deno.test("a build in memory writes nothing and applies to several apps", async () => {
  await using project = await linkedProject();
  await copyFixture(project.path);
  const apply = await new Builder({ root: project.path })
    .build({ snapshot: "memory" });
  await assert.rejects(Deno.stat(join(project.path, "_fresh")));
  for (let i = 0; i < 2; i++) {
    const app = new App().use(staticFiles()).fsRoutes();
    apply(app);
    const response = await app.handler()(new Request("http://localhost/plain"));
    assert.match(await response.text(), /No island here/);
  }
});

Deno.test("public variables of the environment stand in the client's code, others do not", async () => {
  await using project = await linkedProject();
  await copyFixture(project.path);
  await Deno.writeTextFile(
    join(project.path, "islands/Public.tsx"),
    `export default function Public() {
      return <p>{Deno.env.get("FRESH_PUBLIC_NAME")} {Deno.env.get("FRESH_PUBLIC_NONE") ?? "none"}</p>;
    }\n`,
  );
  Deno.env.set("FRESH_PUBLIC_NAME", 'A "public" name');
  try {
    await new Builder({ root: project.path }).build();
  } finally {
    Deno.env.delete("FRESH_PUBLIC_NAME");
  }
  const folder = join(project.path, "_fresh/static/_fresh");
  let text = "";
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".js")) {
      text += await Deno.readTextFile(join(folder, name));
    }
  }
  assert.match(text, /"A \\"public\\" name"/);
  assert.doesNotMatch(text, /Deno\.env/);
});

Deno.test("a page loads only its own islands, and none loads no script", async () => {
  (await new Builder({ root: fixture }).build({ snapshot: "memory" }))(app);
  const handler = app.handler();
  const html = async (path: string) =>
    await (await handler(new Request(`http://localhost${path}`))).text();
  assert.doesNotMatch(await html("/plain"), /<script|modulepreload|_fresh/);
  const index = await html("/");
  assert.match(index, /island-Counter/);
  assert.doesNotMatch(index, /island-Toggle|island-Show|island-Local/);
  const sub = await html("/sub");
  assert.match(sub, /island-Local/);
  assert.doesNotMatch(sub, /signals-|island-Counter/);
});

Deno.test("Head replaces what the app wrapper set", async () => {
  (await new Builder({ root: fixture }).build({ snapshot: "memory" }))(app);
  const response = await app.handler()(new Request("http://localhost/"));
  const html = await response.text();
  assert.equal(html.match(/<title>/g)?.length, 1);
  assert.match(html, /<meta name="description" content="own"\/>/);
  assert.doesNotMatch(html, /content="default"/);
});

Deno.test("static files can be transformed, renamed and mapped", async () => {
  await using project = await linkedProject();
  await copyFixture(project.path);
  const builder = new Builder({ root: project.path });
  builder.onTransformStaticFile(
    { pluginName: "test", filter: /\.css$/ },
    (args) => ({ content: `/* ${args.mode} */ ${args.text}`, map: "{}" }),
  );
  builder.onTransformStaticFile(
    { pluginName: "copy", filter: /long\.txt$/ },
    ({ content }) => [{ content }, { path: "/copy.txt", content: "copy" }],
  );
  const app = new App().use(staticFiles());
  (await builder.build({ snapshot: "memory" }))(app);
  const text = async (path: string) =>
    await (await app.handler()(new Request(`http://localhost${path}`))).text();
  assert.match(await text("/styles.css"), /^\/\* production \*\/ body/);
  assert.equal(await text("/styles.css.map"), "{}");
  assert.equal(await text("/copy.txt"), "copy");
  assert.match(await text("/long.txt"), /repeated/);
});

Deno.test("Builder takes its folders and its entry from its options", async () => {
  await using project = await linkedProject();
  const write = async (file: string, text: string) => {
    await Deno.mkdir(join(project.path, file, ".."), { recursive: true });
    await Deno.writeTextFile(join(project.path, file), text);
  };
  await write("src/app.ts", await Deno.readTextFile(`${fixture}/main.ts`));
  await write(
    "src/pages/index.tsx",
    `import { One } from "../parts/One.tsx";
    export default () => <One />;`,
  );
  await write("src/parts/One.tsx", "export const One = () => <i>one</i>;");
  await write("public/a.txt", "first");
  await write("more/a.txt", "second");
  await write("more/b.txt", "b");
  await new Builder({
    root: project.path,
    serverEntry: "src/app.ts",
    outDir: "out/build",
    staticDir: ["public", "more"],
    islandDir: join(project.path, "src/parts"),
    routeDir: "./src/pages",
  }).build();
  await using server = await project.run([
    "serve",
    "-A",
    "--port",
    "0",
    "out/build/server.js",
  ]);
  const origin = await server.origin();
  const text = async (path: string) =>
    await (await fetch(origin + path)).text();
  assert.match(await text("/"), /island-One[\s\S]*<i>one<\/i>/);
  assert.equal(await text("/a.txt"), "second");
  assert.equal(await text("/b.txt"), "b");
});

Deno.test("a failing transform names itself and the file", async () => {
  const builder = new Builder({ root: fixture });
  builder.onTransformStaticFile({ pluginName: "bad", filter: /css/ }, () => {
    throw new Error("no");
  });
  await assert.rejects(
    builder.build({ snapshot: "memory" }),
    /"bad" failed on \/styles\.css/,
  );
});

Deno.test("registerIsland() adds a module from elsewhere, ignore leaves files out", async () => {
  await using project = await linkedProject();
  await copyFixture(project.path);
  const extra = join(project.path, "extra.tsx");
  await Deno.writeTextFile(
    extra,
    "export default function Extra() { return <b>extra</b>; }",
  );
  const builder = new Builder({ root: project.path, ignore: [/Show\.tsx$/] });
  builder.registerIsland("extra.tsx");
  await builder.build();
  const { islands } = await manifestOf(join(project.path, "_fresh"));
  const ids = islands.map(({ id }) => id);
  assert.ok(ids.includes("../extra.tsx"));
  assert.ok(!ids.some((id) => id.includes("Show")));
});

Deno.test("an island that does not build names its file", async () => {
  await using project = await linkedProject();
  await copyFixture(project.path);
  await Deno.writeTextFile(
    join(project.path, "islands/Broken.tsx"),
    `import "./missing.ts";\nexport default () => <p />;`,
  );
  await assert.rejects(
    new Builder({ root: project.path }).build({ snapshot: "memory" }),
    /Broken\.tsx/,
  );
});

Deno.test("source maps are made when asked for, and lead to the source", async () => {
  await using project = await linkedProject();
  await copyFixture(project.path);
  const clientFiles = async (
    sourceMap?: {
      kind: boolean | "external";
      sourceRoot?: string;
      sourcesContent?: boolean;
    },
  ) => {
    const builder = new Builder(
      sourceMap === undefined
        ? { root: project.path }
        : { root: project.path, sourceMap },
    );
    await builder.build();
    return await contentOf(join(project.path, "_fresh/static/_fresh"));
  };
  const without = await clientFiles();
  assert.ok(![...without.keys()].some((file) => file.endsWith(".map")));
  const external = await clientFiles({ kind: "external" });
  assert.ok([...external.keys()].some((file) => file.endsWith(".map")));
  const linked = await clientFiles({
    kind: true,
    sourceRoot: "/source",
    sourcesContent: false,
  });
  const code = [...linked.keys()].find((file) => /Counter.*\.js$/.test(file))!;
  const decode = (file: string) =>
    new TextDecoder().decode(Uint8Array.fromBase64(linked.get(file)!));
  assert.match(decode(code), new RegExp(`sourceMappingURL=${code}\\.map`));
  const map = JSON.parse(decode(`${code}.map`));
  assert.ok(map.sources.includes("islands/Counter.tsx"), String(map.sources));
  assert.equal(map.sourceRoot, "/source");
  assert.equal(map.sourcesContent, undefined);
});
