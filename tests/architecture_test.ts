import assert from "node:assert/strict";
import { globalKeys, type Key, tenantKeys } from "../lib/store/keys.ts";
import {
  findings,
  type Tree,
  unnamedDependencies,
  unnamedFamilies,
} from "./unit/architecture_rules.ts";
import { withoutComments } from "./unit/source_text.ts";

const ROOT = new URL("../", import.meta.url);
const NOT_OURS =
  /^(?:\..*|_fresh|data|coverage|node_modules|packages)(?:$|\/)|\/(?:node_modules|\.build)$/;

async function readTree(folder = "", tree = new Map<string, string>()) {
  for await (
    const { name, isDirectory } of Deno.readDir(new URL(folder || ".", ROOT))
  ) {
    const path = folder + name;
    if (NOT_OURS.test(path)) continue;
    if (isDirectory) await readTree(`${path}/`, tree);
    else {
      const isSource = /\.tsx?$/.test(name);
      tree.set(
        path,
        isSource ? await Deno.readTextFile(new URL(path, ROOT)) : "",
      );
    }
  }
  return tree;
}

const readText = (path: string) => Deno.readTextFile(new URL(path, ROOT));

/** Every kind of key that the store builds. */
function allKeys(): Key[] {
  // Parts of an object, and a number to reckon with.
  const anything = new Proxy({}, {
    get: (_, name) => name === Symbol.toPrimitive ? () => 0 : "x",
  }) as never;
  return [...Object.values(tenantKeys("o")), ...Object.values(globalKeys)]
    .map((make) =>
      (make as (...parts: never[]) => Key)(
        anything,
        anything,
        anything,
        anything,
      )
    );
}

const foundIn = (files: Record<string, string>) =>
  findings(new Map(Object.entries(files)) satisfies Tree);

Deno.test("the product keeps to its import directions, names and borders", async () => {
  assert.deepEqual(findings(await readTree()), []);
});

Deno.test("every dependency has its reason in docs/dependencies.md", async () => {
  const { imports } = JSON.parse(await readText("deno.json"));
  assert.deepEqual(
    unnamedDependencies(imports, await readText("docs/dependencies.md")),
    [],
  );
});

Deno.test("every family of keys stands in docs/keyspace.md", async () => {
  assert.deepEqual(
    unnamedFamilies(allKeys(), await readText("docs/keyspace.md")),
    [],
  );
});

const WRONG_WAYS: [from: string, to: string][] = [
  ["lib/model/lead.ts", "lib/store/leads.ts"],
  ["lib/offline/queue.ts", "lib/store/leads.ts"],
  ["lib/offline/queue.ts", "components/Card.tsx"],
  ["lib/store/leads.ts", "lib/field/create_lead.ts"],
  ["lib/field/create_lead.ts", "lib/sync/pull.ts"],
  ["lib/sync/pull.ts", "lib/http/call.ts"],
  ["lib/http/call.ts", "lib/offline/queue.ts"],
  ["sw/sw.ts", "lib/store/leads.ts"],
  ["components/Card.tsx", "lib/offline/queue.ts"],
  ["components/Card.tsx", "islands/Clock.tsx"],
  ["islands/Clock.tsx", "lib/store/leads.ts"],
  ["islands/Clock.tsx", "routes/login.tsx"],
  ["lib/http/call.ts", "routes/login.tsx"],
  ["fresh.config.ts", "lib/model/lead.ts"],
];

Deno.test("each import against the direction is found, however it is written", () => {
  for (const [from, to] of WRONG_WAYS) {
    const up = from.split("/").length === 1
      ? "./"
      : "../".repeat(from.split("/").length - 1);
    for (
      const text of [
        `import { a } from "${up}${to}";`,
        `import type { A } from "${up}${to}";`,
        `export * from "${up}${to}";`,
        `import "${up}${to}";`,
        `import {\n  a,\n  b,\n} from "${up}${to}";`,
        `const a = await import("${up}${to}");`,
      ]
    ) {
      assert.deepEqual(
        foundIn({ [from]: text }),
        [`${from}: imports ${to}`],
        text,
      );
    }
  }
});

Deno.test("what the directions allow is not found", () => {
  assert.deepEqual(
    foundIn({
      "lib/field/create_lead.ts":
        'import { a } from "../store/leads.ts";\nimport { z } from "zod";',
      "lib/http/call.ts":
        'import { b } from "../field/create_lead.ts";\nimport { page } from "fresh";',
      "routes/leads.tsx":
        'import { c } from "../lib/http/call.ts";\nimport D from "../islands/D.tsx";',
      "islands/D.tsx":
        'import { e } from "../components/E.tsx";\nimport { f } from "../lib/offline/f.ts";',
      "lib/offline/f.ts": "export const f = device.fetch;",
      "tasks/demo.ts": 'import "../main.ts";\nDeno.env.get("CHROME_PATH");',
    }),
    [],
  );
});

Deno.test("modules that need each other before they can run are found, types and later loads are not", () => {
  assert.deepEqual(
    foundIn({
      "lib/store/a.ts": 'import "./b.ts";',
      "lib/store/b.ts": 'import { type D, c } from "./c.ts";',
      "lib/store/c.ts": 'export { a } from "./a.ts";',
    }),
    ["circle: lib/store/a.ts -> lib/store/b.ts -> lib/store/c.ts -> lib/store/a.ts"],
  );
  assert.deepEqual(
    foundIn({
      "lib/store/a.ts":
        'import { b } from "./b.ts"; import { c } from "./c.ts";',
      "lib/store/b.ts":
        'import type { A } from "./a.ts"; import { type A, type B } from "./a.ts";',
      "lib/store/c.ts": 'const a = () => import("./a.ts");',
    }),
    [],
  );
});

Deno.test("each forbidden word is found where it is forbidden, and in code only", () => {
  const words: [path: string, text: string][] = [
    ["lib/field/a.ts", "const kv = await Deno.openKv();"],
    ["routes/a.ts", "function read(kv: Deno.Kv) {}"],
    ["main.ts", 'const port = Deno.env.get("PORT");'],
    ["lib/store/open.ts", 'const path = Deno["env"] ?? Deno.env.toObject();'],
    ["islands/A.tsx", 'const answer = await fetch("/api/me");'],
    ["islands/A.tsx", 'const answer = globalThis.fetch ("/api/me");'],
    ["components/A.tsx", "const a = <p dangerouslySetInnerHTML={b} />;"],
    ["islands/A.tsx", "element.innerHTML = text;"],
    ["lib/model/a.ts", "const at = Date.now();"],
    ["lib/model/a.ts", "const at = new Date().toISOString();"],
    ["lib/model/a.ts", "const roll = Math.random();"],
  ];
  for (const [path, text] of words) {
    assert.equal(foundIn({ [path]: text }).length, 1, text);
    assert.deepEqual(
      foundIn({ [path]: `// ${text}\n/** ${text} */` }),
      [],
      text,
    );
  }
});

Deno.test("fresh and packages stay out of the domains and the model", () => {
  assert.equal(
    foundIn({ "lib/field/a.ts": 'import { page } from "fresh";' }).length,
    1,
  );
  assert.equal(
    foundIn({ "lib/model/a.ts": 'import { z } from "zod";' }).length,
    1,
  );
});

Deno.test("a forbidden file or folder name is found", () => {
  for (
    const path of [
      "lib/utils/a.ts",
      "lib/store/helpers.ts",
      "components/common/A.tsx",
      "lib/sync/sync_manager.ts",
      "routes/api/misc.ts",
      "lib/field/service.ts",
      "static/Common.css",
    ]
  ) assert.deepEqual(foundIn({ [path]: "" }), [`${path}: forbidden name`]);
  assert.deepEqual(foundIn({ "lib/field/commonly_named.ts": "" }), []);
});

Deno.test("a dependency and a key family that no document names are found", () => {
  const imports = {
    a: "npm:zod@^4",
    b: "npm:@preact/signals@^2/x",
    fresh: "jsr:@fresh/core",
  };
  assert.deepEqual(unnamedDependencies(imports, "| `zod` | schemas |"), [
    "@preact/signals",
  ]);
  assert.deepEqual(
    unnamedFamilies(
      [["org", "o", "leads", "x"], ["epoch"], ["users", "y"]],
      '`["users", id]`',
    ),
    ["leads", "epoch"],
  );
  assert.ok(
    allKeys().length > 30 &&
      allKeys().every((key) => key.every((part) => part !== undefined)),
  );
});

Deno.test("comments are told from text, templates and regular expressions", () => {
  const source = [
    'const url = "https://a.example"; // fetch(',
    "const pattern = /[/*]https?:\\/\\//; /* fetch( */ const after = 1;",
    "const text = `// ${make(`/* ${url} */`)} kept`;",
    "const jsx = <p>Don't</p>;",
    "// gone",
  ].join("\n");
  const code = withoutComments(source);
  assert.ok(!code.includes("fetch(") && !code.includes("gone"));
  assert.ok(
    code.includes("https://a.example") && code.includes("const after = 1;"),
  );
  assert.ok(code.includes("kept`") && code.includes("Don't</p>"));
});
