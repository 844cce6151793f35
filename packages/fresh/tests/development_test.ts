import assert from "node:assert/strict";
import { join } from "node:path";
import { reasonOf } from "../src/dev/client_bundle.ts";
import { launchChromium } from "./chromium.ts";
import { copyFixture, linkedProject } from "./project_copy.ts";

const DEV = `import { Builder } from "fresh/dev";
await new Builder().listen(() => import("./main.ts"), {
  port: Number(Deno.env.get("DEV_PORT")),
  hostname: "127.0.0.1",
});
`;

/** Asks until an answer is as wanted. */
async function until(
  url: string,
  isWanted: (text: string, response: Response) => boolean,
  headers: Record<string, string> = { accept: "text/html" },
): Promise<string> {
  const deadline = performance.now() + 15_000;
  let last = "no answer";
  while (performance.now() < deadline) {
    try {
      const response = await fetch(url, { headers });
      last = await response.text();
      if (isWanted(last, response)) return last;
    } catch (error) {
      last = String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`It never came: ${last}`);
}

/** The name of the start of the server that a page is connected to. */
async function startName(origin: string): Promise<string> {
  const response = await fetch(`${origin}/_frsh/alive`);
  const reader = response.body!.pipeThrough(new TextDecoderStream())
    .getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return /data: (\S+)/.exec(value!)![1]!;
}

function freePort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}

async function developmentProject() {
  const project = await linkedProject();
  await copyFixture(project.path);
  await Deno.writeTextFile(join(project.path, "dev.ts"), DEV);
  const port = freePort();
  const server = await project.run(
    ["run", "-A", "--watch=routes,islands,static", "dev.ts"],
    { DEV_PORT: String(port) },
  );
  return {
    path: project.path,
    origin: `http://127.0.0.1:${port}`,
    write: (file: string, text: string) =>
      Deno.writeTextFile(join(project.path, file), text),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await project[Symbol.asyncDispose]();
    },
  };
}

Deno.test("an edit of a route shows in about a second, and pages are told", async () => {
  await using project = await developmentProject();
  const html = await until(
    `${project.origin}/plain`,
    (text) => text.includes("No island here"),
  );
  assert.match(html, /<script type="module" src="\/_fresh\/reload-[^"]+">/);
  const before = await startName(project.origin);
  const start = performance.now();
  await project.write(
    "routes/plain.tsx",
    "export default function Plain() { return <h1>Edited</h1>; }",
  );
  await until(`${project.origin}/plain`, (text) => text.includes("Edited"));
  const took = performance.now() - start;
  assert.notEqual(await startName(project.origin), before);
  assert.ok(took < 3000, `${took} ms`);
});

Deno.test("an open page reloads after an edit, and comes back from an error", async () => {
  await using project = await developmentProject();
  const url = `${project.origin}/plain`;
  await until(url, (text) => text.includes("No island here"));
  const edit = (body: string) =>
    project.write(
      "routes/plain.tsx",
      `export default function Plain() { ${body} }`,
    );
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const shows = (text: string) =>
      page.waitForFunction(
        (text: string) => document.body?.textContent?.includes(text),
        {},
        text,
      );
    await page.goto(url);
    await shows("No island here");
    await edit(`throw new Error("it broke");`);
    await shows("routes/plain.tsx:1:");
    await edit("return <h1>Mended</h1>;");
    await shows("Mended");
  } finally {
    await browser.close();
  }
});

Deno.test("an edit of an island and of a style shows", async () => {
  await using project = await developmentProject();
  const { origin } = project;
  await until(`${origin}/sub`, (text) => text.includes('id="local"'));
  await project.write(
    "routes/sub/(_islands)/Local.tsx",
    "export default function Local() { return <b>changed island</b>; }",
  );
  const html = await until(
    `${origin}/sub`,
    (text) => text.includes("changed island"),
  );
  const island = /href="(\/_fresh\/island-Local[^"]+)"/.exec(html)![1]!;
  assert.match(await (await fetch(origin + island)).text(), /changed island/);
  await project.write("static/styles.css", "body { color: blue }");
  await until(`${origin}/styles.css`, (text) => text.includes("blue"));
});

Deno.test("an error shows its message, file and line, and only in development", async () => {
  await using project = await developmentProject();
  const { origin } = project;
  await until(`${origin}/plain`, (text) => text.includes("No island here"));
  await project.write(
    "routes/plain.tsx",
    'export default function Plain() {\n  throw new Error("it <broke>");\n}\n',
  );
  const page = await until(
    `${origin}/plain`,
    (_, { status }) => status === 500,
  );
  assert.match(page, /it &lt;broke&gt;/);
  assert.match(page, /routes\/plain\.tsx:2:9/);
  assert.match(page, /&gt;\s+2 \|/);
  const api = await fetch(`${origin}/plain`, { headers: { accept: "*/*" } });
  assert.doesNotMatch(await api.text(), /broke/);
});

Deno.test("an import that leads nowhere is shown in the file that has it", async () => {
  await using project = await developmentProject();
  const { origin } = project;
  await until(`${origin}/plain`, (text) => text.includes("No island here"));
  await project.write(
    "routes/plain.tsx",
    'import "./nothere.ts";\nexport default function Plain() {}\n',
  );
  const page = await until(
    `${origin}/plain`,
    (_, { status }) => status === 500,
  );
  assert.match(page, /routes\/plain\.tsx:1:8/);
  assert.ok(!page.includes("\x1b"));
});

Deno.test("an island that does not build is shown until it is edited", async () => {
  await using project = await developmentProject();
  const { origin } = project;
  await until(`${origin}/plain`, (text) => text.includes("No island here"));
  await project.write(
    "islands/Toggle.tsx",
    "export function Toggle() {\n  (\n",
  );
  const page = await until(
    `${origin}/plain`,
    (_, { status }) => status === 500,
  );
  assert.match(page, /Toggle\.tsx/);
  assert.match(page, /_frsh\/reload\.js/);
  await project.write(
    "islands/Toggle.tsx",
    "export function Toggle() { return <i>mended</i>; }",
  );
  await until(`${origin}/slots`, (text) => text.includes("mended"));
});

Deno.test("a part that only an island imports is shown where it breaks, and mended without a restart", async () => {
  await using project = await developmentProject();
  const { origin } = project;
  await until(`${origin}/plain`, (text) => text.includes("No island here"));
  await Deno.mkdir(`${project.path}/components`);
  await project.write("components/Part.tsx", "export function Part() { (");
  await project.write(
    "islands/Toggle.tsx",
    `import { Part } from "../components/Part.tsx";
    export function Toggle() { return <Part />; }`,
  );
  const page = await until(
    `${origin}/plain`,
    (_, { status }) => status === 500,
  );
  assert.match(page, /components\/Part\.tsx:1/);
  assert.doesNotMatch(page, /Warning|Stack backtrace/);
  const browser = await launchChromium();
  try {
    const open = await browser.newPage();
    await open.goto(`${origin}/slots`);
    assert.match(await open.content(), /Part\.tsx/);
    await project.write(
      "components/Part.tsx",
      "export function Part() { return <i>mended</i>; }",
    );
    await open.waitForFunction(
      () => document.body.textContent?.includes("mended"),
      { timeout: 15_000 },
    );
  } finally {
    await browser.close();
  }
  await until(`${origin}/slots`, (text) => text.includes("mended"));
});

Deno.test("an error of the bundler is told without what Deno says beside it", () => {
  const reason = reasonOf(
    'Warning "links" field can only be specified in the workspace root.\n' +
      "    at file:///a/deno.json\n\x1b[33m⚠️ deno bundle is experimental\x1b[0m\n" +
      "\x1b[31merror:\x1b[0m SyntaxError: Expression expected\n" +
      "    at file:///a/b.tsx:1:2\n\nStack backtrace:\n   0: <unknown>\n",
  );
  assert.equal(
    reason,
    "error: SyntaxError: Expression expected\n    at file:///a/b.tsx:1:2",
  );
});
