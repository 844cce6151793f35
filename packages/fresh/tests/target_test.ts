import assert from "node:assert/strict";
import { join } from "node:path";
import { Builder } from "fresh/dev";
import { linkedProject, type TemporaryProject } from "./project_copy.ts";

const ISLAND = `import { useSignal } from "@preact/signals";
class Count {
  #start = 1;
  static { Count.made = true; }
  get(from) { return this.#start + (from?.value ?? 0); }
}
export default function Modern() {
  const count = useSignal(0);
  return <output>{new Count().get(count)}</output>;
}
`;

async function projectWith(island: string): Promise<TemporaryProject> {
  const project = await linkedProject();
  await Deno.mkdir(join(project.path, "islands"));
  await Deno.writeTextFile(
    join(project.path, "islands/Modern.jsx"),
    island,
  );
  return project;
}

/** The client files of a built project, by their names. */
async function clientCode(
  { path }: TemporaryProject,
): Promise<Map<string, string>> {
  const folder = join(path, "_fresh/static/_fresh");
  const files = new Map<string, string>();
  for await (const { name } of Deno.readDir(folder)) {
    if (!/\.(?:js|map)$/.test(name)) continue;
    files.set(name, await Deno.readTextFile(join(folder, name)));
  }
  return files;
}

const MODERN = /\?\.[a-z]|\?\?|static\{|#\w+=/;

Deno.test("target writes the client code for the browsers that it names", async () => {
  await using project = await projectWith(ISLAND);
  const root = project.path;
  const build = async (target?: string | string[]) => {
    await new Builder({
      root,
      sourceMap: { kind: "linked" },
      ...(target === undefined ? {} : { target }),
    }).build();
    return await clientCode(project);
  };
  const isModern = (files: Map<string, string>) =>
    [...files].some(([name, text]) =>
      name.endsWith(".js") && MODERN.test(text)
    );
  assert.ok(isModern(await build()));
  assert.ok(isModern(await build("esnext")));
  const files = await build(["chrome60", "safari12"]);
  assert.ok(!isModern(files));
  const island = [...files.keys()].find((name) => /Modern.*\.js$/.test(name))!;
  assert.match(files.get(island)!, /\bWeakMap\b/);
  const map = JSON.parse(files.get(`${island}.map`)!);
  assert.ok(map.sources.includes("islands/Modern.jsx"), String(map.sources));
  assert.ok(map.sourcesContent.includes(ISLAND));
  assert.deepEqual(await build(["chrome60", "safari12"]), files);
});

Deno.test("a target that the code can not be written for is an error that names it", async () => {
  await using project = await projectWith(ISLAND);
  for (const target of ["netscape4", "es5"]) {
    await assert.rejects(
      new Builder({ root: project.path, target }).build(),
      new RegExp(`can not be written for ${target}: `),
    );
  }
});
