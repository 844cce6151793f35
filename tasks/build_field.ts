import { join } from "node:path";
import { createApp } from "../lib/http/app.ts";
import { type ShellName, shellPath, SHELLS } from "../lib/http/shells.ts";
import { Passwords } from "../lib/access/passwords.ts";
import { instanceKeyFrom } from "../lib/store/instance_key.ts";
import { openStore } from "../lib/store/open.ts";
import {
  addStaticFile,
  type BuildManifest,
  contentHash,
} from "./write_static.ts";

type ApplyBuild = (app: ReturnType<typeof createApp>) => void;

/** Renders every shell with the fresh build, without session, tenant or record. */
async function renderShells(
  applyBuild: ApplyBuild,
): Promise<Map<ShellName, string>> {
  const { store, close } = await openStore(":memory:");
  const passwords = new Passwords();
  const app = createApp({
    store,
    passwords,
    instanceKey: instanceKeyFrom("a build serves nobody"),
    registerKeys: [],
    kick: () => {},
    count: () => {},
    now: Date.now,
    log: () => {},
  });
  applyBuild(app);
  const answer = app.handler();
  const shells = new Map<ShellName, string>();
  try {
    for (const name of Object.keys(SHELLS) as ShellName[]) {
      const response = await answer(
        new Request(`http://localhost${shellPath(name)}`),
      );
      if (!response.ok) {
        throw new Error(`Cannot render the shell ${name}: ${response.status}`);
      }
      shells.set(name, await response.text());
    }
  } finally {
    passwords.close();
    close();
  }
  return shells;
}

/** Bundles the service worker for the browser. */
async function bundleWorker(root: string): Promise<string> {
  const bundle = await Deno.bundle({
    entrypoints: [join(root, "sw/sw.ts")],
    platform: "browser",
    format: "iife",
    minify: true,
    write: false,
  });
  const [script] = bundle.outputFiles ?? [];
  if (!bundle.success || !script) {
    throw new Error(
      `Cannot bundle the service worker: ${JSON.stringify(bundle.errors)}`,
    );
  }
  return script.text();
}

/** Everything that the shells load, by the URLs that they load it with, and the modules that those import later. */
async function precacheOf(
  folder: string,
  shells: Map<ShellName, string>,
  manifest: BuildManifest,
): Promise<{ url: string; revision: string | null }[]> {
  const revisions = new Map<string, string | null>();
  for (const html of shells.values()) {
    for (const [, url = ""] of html.matchAll(/(?:href|src)="(\/[^"]*)"/g)) {
      const path = url.split("?")[0] ?? "";
      const file = manifest.files.find((file) => file.path === path);
      if (file) {
        revisions.set(
          url,
          file.immutable || url !== path ? null : file.hash.slice(0, 16),
        );
      }
    }
  }
  const modules = new Map<string, string>();
  for (const { path, file } of manifest.files) {
    if (path.startsWith("/_fresh/") && path.endsWith(".js")) {
      const text = await Deno.readTextFile(join(folder, "static", file));
      modules.set(path, text);
    }
  }
  for (const path of modules.keys()) {
    const name = path.slice("/_fresh/".length);
    // Nothing that opens without a network names the rest: islands of online pages, what the framework brings for none of ours.
    const isNamed = [...shells.values(), ...modules.values()].some((text) =>
      text.includes(name)
    );
    if (isNamed) revisions.set(path, null);
  }
  // One edition for all of them, in 64 bits: what changes one, a module or a style, mostly changes each, and the worker's
  // budget is short.
  const edition = contentHash([...shells.values()].join("\n")).slice(0, 16);
  for (const name of shells.keys()) revisions.set(shellPath(name), edition);
  return [...revisions].map(([url, revision]) => ({ url, revision }))
    .sort((a, b) => a.url < b.url ? -1 : 1);
}

/** The list as the worker's script holds it: most of it are modules, and their names alone are fewer bytes. */
function listText(precache: Awaited<ReturnType<typeof precacheOf>>): string {
  const names: string[] = [];
  const others = precache.filter(({ url, revision }) => {
    const name = /^\/_fresh\/([\w-]+)\.js$/.exec(url)?.[1];
    if (revision !== null || !name) return true;
    names.push(name);
    return false;
  });
  return `${JSON.stringify(others)}.concat("${
    names.join(" ")
  }".split(" ").map(n=>({url:"/_fresh/"+n+".js",revision:null})))`;
}

/**
 * Completes a production build with what works without a network: the shells of the field screens, and the service
 * worker with the list of what it keeps.
 *
 * @param root the project's folder
 * @param applyBuild as `Builder.build` gave it
 */
export async function buildField(
  root: string,
  applyBuild: ApplyBuild,
): Promise<void> {
  const folder = join(root, "_fresh");
  const manifestPath = join(folder, "manifest.json");
  const manifest: BuildManifest = JSON.parse(
    await Deno.readTextFile(manifestPath),
  );
  const shells = await renderShells(applyBuild);
  const precache = await precacheOf(folder, shells, manifest);
  const patterns = Object.entries(SHELLS).flatMap(([name, pattern]) =>
    pattern === null ? [] : [{ pattern, shell: shellPath(name as ShellName) }]
  );
  const worker = [
    `const __PRECACHE__=${listText(precache)},__SHELLS__=${
      JSON.stringify(patterns)
    };`,
    await bundleWorker(root),
  ].join("\n");
  for (const [name, html] of shells) {
    await addStaticFile(folder, manifest, {
      path: shellPath(name),
      file: `shells/${name}.html`,
      contentType: "text/html; charset=utf-8",
    }, html);
  }
  await addStaticFile(folder, manifest, {
    path: "/sw.js",
    file: "sw.js",
    contentType: "text/javascript; charset=utf-8",
  }, worker);
  await Deno.writeTextFile(
    manifestPath,
    JSON.stringify(manifest, null, 2) + "\n",
  );
}
