import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { readDatabases } from "./field_work.ts";

/** Every row of every database, sealed bytes as text too, and every cached answer. */
export async function readStorage(page: Page): Promise<string> {
  const rows = await readDatabases(page);
  const kept = await page.evaluate(async () => {
    const texts: string[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        texts.push(
          request.url,
          await (await cache.match(request))?.text() ?? "",
        );
      }
    }
    return texts;
  });
  return JSON.stringify(rows, (_name, value) => {
    const bytes = value !== null && typeof value === "object" &&
      Object.keys(value).length > 12 && "0" in value && "12" in value;
    return bytes
      ? String.fromCharCode(...Object.values(value) as number[])
      : value;
  }) + kept.join("\n");
}

/** The browser's own files of databases and caches, byte by byte. */
async function* filesOf(folder: string): AsyncGenerator<[string, string]> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* filesOf(path);
    else if (/IndexedDB|CacheStorage|Local Storage/.test(path)) {
      const bytes = await Deno.readFile(path).catch(() => new Uint8Array());
      // Chromium writes text in one byte per letter, or in two.
      const text = new TextDecoder("latin1").decode(bytes);
      yield [path, text + text.replaceAll("\0", "")];
    }
  }
}

/** Fails when one of the secrets stands in the text. @param where for the message */
export function checkText(
  text: string,
  where: string,
  secrets: readonly string[],
): void {
  for (const secret of secrets) {
    assert.ok(!text.includes(secret), `${secret} can be read in ${where}`);
  }
}

/** Fails when one of the secrets stands in what this browser has stored, as a page reads it or on its disk. */
export async function checkStorage(
  page: Page,
  folder: string,
  secrets: readonly string[],
): Promise<void> {
  checkText(await readStorage(page), "the browser's storage", secrets);
  let files = 0;
  for await (const [path, text] of filesOf(folder)) {
    files++;
    checkText(text, path, secrets);
  }
  assert.ok(files > 2);
}
