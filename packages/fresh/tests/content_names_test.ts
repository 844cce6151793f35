import assert from "node:assert/strict";
import { nameByContent } from "../src/dev/content_names.ts";

const file = (name: string, text: string) => ({ name, text, map: null });
const text = (files: ReadonlyMap<string, Uint8Array>, name: string) =>
  new TextDecoder().decode(files.get(name));

Deno.test("a file's name follows from its content and from what it refers to", () => {
  const build = (lazy: string, hash: string) =>
    nameByContent([
      file("entry-00000000.js", `import"./chunk-${hash}.js";`),
      file(`chunk-${hash}.js`, `import("./lazy-${hash}.js");`),
      file(`lazy-${hash}.js`, lazy),
    ], false).names;
  const one = [...build("one", "AAAAAAAA").values()];
  const elsewhere = [...build("one", "BBBBBBBB").values()];
  const changed = [...build("two", "AAAAAAAA").values()];
  assert.deepEqual(one, elsewhere);
  for (const [index, name] of one.entries()) {
    assert.notEqual(name, changed[index]);
  }
});

Deno.test("files that import each other get names too", () => {
  const { names, files } = nameByContent([
    file("a-AAAAAAAA.js", `import("./b-AAAAAAAA.js")`),
    file("b-AAAAAAAA.js", `import"./a-AAAAAAAA.js";`),
  ], false);
  const a = names.get("a-AAAAAAAA.js")!;
  const b = names.get("b-AAAAAAAA.js")!;
  assert.equal(text(files, a), `import("./${b}")`);
  assert.equal(text(files, b), `import"./${a}";`);
});

Deno.test("only static imports are preloaded, all the way down", () => {
  const { names, imports } = nameByContent([
    file(
      "e-AAAAAAAA.js",
      `import{a}from"./m-AAAAAAAA.js";import("./l-AAAAAAAA.js")`,
    ),
    file("m-AAAAAAAA.js", `export{b}from"./n-AAAAAAAA.js";`),
    file("n-AAAAAAAA.js", `export let b="./l-AAAAAAAA.js";`),
    file("l-AAAAAAAA.js", "0"),
  ], false);
  assert.deepEqual(imports.get(names.get("e-AAAAAAAA.js")!), [
    names.get("m-AAAAAAAA.js"),
    names.get("n-AAAAAAAA.js"),
  ]);
});

Deno.test("files of nothing are left out, and so are their imports", () => {
  const { names, files, imports } = nameByContent([
    file(
      "e-AAAAAAAA.js",
      `import"./none-AAAAAAAA.js";import"./m-AAAAAAAA.js";x()`,
    ),
    file("m-AAAAAAAA.js", "m()"),
    file("none-AAAAAAAA.js", "\n"),
  ], false);
  const entry = names.get("e-AAAAAAAA.js")!;
  assert.equal(files.size, 2);
  assert.equal(
    text(files, entry).trimStart(),
    `import"./${names.get("m-AAAAAAAA.js")}";x()`,
  );
  assert.equal(imports.get(entry)!.length, 1);
});
