import assert from "node:assert/strict";
import { Builder } from "fresh/dev";
import { copyProject, linkedProject } from "./project_copy.ts";
import { app } from "./documented_app/main.tsx";

const root = new URL("documented_app", import.meta.url).pathname;

Deno.test("deno check of an app written as the documentation shows passes", async () => {
  await using project = await linkedProject();
  await copyProject(root, project.path);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "."],
    cwd: project.path,
    env: { NO_COLOR: "1" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
});

Deno.test("an app written as the documentation shows answers as it says", async () => {
  const applySnapshot = await new Builder({ root }).build({
    snapshot: "memory",
  });
  applySnapshot(app);
  const handler = app.handler();
  const ask = (path: string, init?: RequestInit) =>
    handler(new Request(`http://localhost${path}`, init));
  const text = async (path: string, init?: RequestInit) =>
    await (await ask(path, init)).text();

  const index = await text("/?in");
  assert.match(index, /<title>Deno Ann<\/title>/);
  assert.match(index, /<p>Hello<\/p><main><h1>DENO ANN false<\/h1>/);
  assert.match(index, /<img src="\/user\.png\?__frsh_c=\w+/);
  assert.match(index, /<img src="\/user\.png" data-fresh-disable-lock/);
  assert.match(index, /<b>handed over<\/b>/);
  assert.match(index, /<p>1 since 0<\/p>/);

  const project = await ask("/projects/a");
  assert.equal(project.status, 201);
  assert.equal(project.headers.get("cache-control"), "public, max-age=3600");
  assert.equal(project.headers.get("server-timing"), "total;dur=1");
  assert.match(await project.text(), /<p>5 stars<\/p>/);
  const unknown = await ask("/projects/b");
  assert.equal(unknown.status, 404);
  assert.match(await unknown.text(), /<h1>Page not found<\/h1>/);
  assert.match(await text("/thrower"), /<h1>Oh no<\/h1>/);

  const form = new FormData();
  form.set("my-file", new File(["x"], "x.txt"));
  const upload = { method: "POST", body: form };
  assert.match(await text("/upload", upload), /<p>x\.txt uploaded!<\/p>/);
  assert.doesNotMatch(await text("/upload"), /<p>x/);

  assert.equal((await ask("/dashboard")).status, 302);
  const dashboard = await text("/dashboard?in");
  assert.match(
    dashboard,
    /href="\/dashboard\.css\?__frsh_c=[\w-]+" nonce="\w+"/,
  );
  assert.match(dashboard, /<body><h1>Welcome, Ann<\/h1><\/body>/);
  assert.match(await text("/x/mod@1/a/b"), /<p>mod,1<\/p>/);
  assert.match(await text("/docs"), /<p>latest<\/p>/);
  assert.match(await text("/docs/canary"), /<p>canary<\/p>/);
  assert.equal((await ask("/old/a/b")).headers.get("location"), "/a/b");
  assert.match(await text("/api/health"), /Received a GET request/);
  assert.match(await text("/offers"), /<body[^>]*><section class="shop"><p>/);

  assert.equal(await text("/books/7"), "Book: 7");
  assert.equal(await text("/lazy"), "lazy /lazy");
  assert.equal(await text("/inline-lazy"), "lazy /inline-lazy");
  assert.match(await text("/inline"), /<section><h1>About \/inline<\/h1>/);
  assert.equal(await text("/mounted/files/robots.txt"), "count 1");
  assert.equal(
    (await ask("/old-url")).headers.get("location"),
    "/new-url",
  );
  assert.equal((await ask("/item", { method: "PATCH" })).status, 204);
  assert.equal((await ask("/item", { method: "POST" })).status, 405);
});
