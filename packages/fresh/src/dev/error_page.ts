import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

/** A place in the project's own code. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const FRAME = /(file:\/\/[^\s()]+):(\d+):(\d+)/g;

/** The first place of an error's stack that is in the project. */
export function locate(error: Error, root: string): SourceLocation | null {
  const text = stripVTControlCharacters(
    `${error.message}\n${error.stack ?? ""}`,
  );
  for (const [, url, line, column] of text.matchAll(FRAME)) {
    const file = relative(root, fileURLToPath(url!)).replaceAll("\\", "/");
    if (file.startsWith("..") || file.includes("node_modules")) continue;
    return { file, line: Number(line), column: Number(column) };
  }
  return null;
}

function escapeHtml(text: string): string {
  return stripVTControlCharacters(text).replaceAll("&", "&amp;").replaceAll(
    "<",
    "&lt;",
  )
    .replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** The lines around a place, with the place marked. */
async function excerpt(
  root: string,
  { file, line, column }: SourceLocation,
): Promise<string> {
  let lines: string[];
  try {
    lines = (await Deno.readTextFile(`${root}/${file}`)).split("\n");
  } catch {
    return "";
  }
  const first = Math.max(1, line - 3);
  const shown = lines.slice(first - 1, line + 3).flatMap((text, index) => {
    const number = first + index;
    const row = `${number === line ? ">" : " "} ${
      String(number).padStart(4)
    } | ${text}`;
    return number === line
      ? [row, `       | ${" ".repeat(column - 1)}^`]
      : [row];
  });
  return `<pre>${escapeHtml(shown.join("\n"))}</pre>`;
}

/** A page for developers that says what went wrong, and in which line. */
export async function errorPage(
  thrown: unknown,
  root: string,
  reload: string,
): Promise<string> {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const place = locate(error, root);
  const at = place === null
    ? ""
    : `<p><code>${
      escapeHtml(`${place.file}:${place.line}:${place.column}`)
    }</code></p>${await excerpt(root, place)}`;
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width">` +
    `<title>${escapeHtml(error.name)}</title>` +
    `<script type="module" src="${escapeHtml(reload)}"></script></head>` +
    `<body><h1>${escapeHtml(error.name)}</h1>` +
    `<p>${escapeHtml(error.message)}</p>${at}` +
    `<details><summary>Stack</summary><pre>${
      escapeHtml(error.stack ?? "")
    }</pre></details></body></html>`;
}
