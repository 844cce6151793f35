import { join } from "node:path";
import { createApp } from "../lib/http/app.ts";
import { FIRST_STYLES_FILE } from "../lib/http/first_styles.ts";
import { type ShellName, shellPath, SHELLS } from "../lib/http/shells.ts";
import { Passwords } from "../lib/access/passwords.ts";
import { instanceKeyFrom } from "../lib/store/instance_key.ts";
import { openStore } from "../lib/store/open.ts";
import { minifiedStyles, usedByFirstPages } from "./build_styles.ts";
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
  // Workbox marks its versions for the tools of developers; the bytes are short.
  return script.text().replaceAll(
    /try\{self\["workbox:[^}]*\}catch\{\}/g,
    "",
  );
}

/** Everything that the shells load, by the URLs that they load it with, and the modules that those import later. */
async function precacheOf(
  folder: string,
  shells: Map<ShellName, string>,
  manifest: BuildManifest,
): Promise<{ url: string; revision: string | null }[]> {
  const revisions = new Map<string, string | null>();
  const lasting = new Map<string, string>(
    [...shells].map(([name, html]) => [shellPath(name), html]),
  );
  for (const html of shells.values()) {
    for (const [, url = ""] of html.matchAll(/(?:href|src)="(\/[^"]*)"/g)) {
      const path = url.split("?")[0] ?? "";
      const file = manifest.files.find((file) => file.path === path);
      if (file) {
        if (file.immutable || url !== path) revisions.set(url, null);
        else lasting.set(url, file.hash);
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
  // One edition for all whose address stays, in 64 bits: what changes one shell, a module or a style, mostly changes each, and
  // the worker's budget is short.
  const edition = contentHash([...lasting.values()].join("\n")).slice(0, 16);
  for (const url of lasting.keys()) revisions.set(url, edition);
  return [...revisions].map(([url, revision]) => ({ url, revision }))
    .sort((a, b) => a.url < b.url ? -1 : 1);
}

/** The list as the worker's script holds it: addresses in a row for each revision are fewer bytes than objects. */
function precacheText(
  precache: Awaited<ReturnType<typeof precacheOf>>,
): string {
  const urls = new Map<string | null, string[]>();
  for (const { url, revision } of precache) {
    urls.set(revision, [...urls.get(revision) ?? [], url]);
  }
  const rows = [...urls].map(([revision, urls]) => [revision, urls.join(" ")]);
  return `${
    JSON.stringify(rows)
  }.flatMap(([revision,urls])=>urls.split(" ").map(url=>({url,revision})))`;
}

/** The shells as the worker's script holds them: a pattern for the paths of the pages, and the shell's URL. */
function shellsText(): string {
  const texts = Object.entries(SHELLS).flatMap(([name, pattern]) => {
    if (pattern === null) return [];
    const shell = JSON.stringify(shellPath(name as ShellName));
    return [`{pattern:${new RegExp(pattern)},shell:${shell}}`];
  });
  return `[${texts}]`;
}

/**
 * Completes a production build: styles as small as they can be, and what works without a network, the shells of the field
 * screens and the service worker with the list of what it keeps.
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
  const styles = await minifiedStyles(root);
  manifest.files = manifest.files.filter(({ path }) => path !== "/styles.css");
  await addStaticFile(folder, manifest, {
    path: "/styles.css",
    file: "styles.css",
    contentType: "text/css; charset=utf-8",
  }, styles);
  await Deno.writeTextFile(
    FIRST_STYLES_FILE,
    await usedByFirstPages(root, styles),
  );
  const shells = await renderShells(applyBuild);
  const precache = await precacheOf(folder, shells, manifest);
  const worker = [
    `const __PRECACHE__=${precacheText(precache)},__SHELLS__=${shellsText()};`,
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
