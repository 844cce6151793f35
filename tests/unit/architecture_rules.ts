import { posix } from "node:path";
import { readSource, type SourceText } from "./source_text.ts";

/** A tree of source files: text by path from the project's folder. */
export type Tree = ReadonlyMap<string, string>;

/** Which part of the product a file belongs to; "" for what no rule of direction is about. */
export function partOf(path: string): string {
  const [top = "", second = "", ...deeper] = path.split("/");
  if (top === "lib") return deeper.length > 0 ? `lib/${second}` : "lib";
  if (["routes", "islands", "components", "sw"].includes(top)) return top;
  return path === "fresh.config.ts" ? "config" : "";
}

const isDomain = (part: string) =>
  part.startsWith("lib/") &&
  !["lib/model", "lib/offline", "lib/store", "lib/http"].includes(part);

/** Whether a part may import from another one: design.md, section 3. */
export function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  switch (from) {
    case "":
      return true;
    case "config":
    case "lib/model":
      return false;
    case "lib/offline":
    case "lib/store":
    case "components":
      return to === "lib/model";
    case "sw":
      return to === "lib/offline";
    case "islands":
      return ["components", "lib/offline", "lib/model"].includes(to);
    case "routes":
      return to === "islands" || to === "components" || to.startsWith("lib/");
    case "lib/http":
      return to.startsWith("lib/") && to !== "lib/offline";
  }
  return isDomain(from) && (to === "lib/store" || to === "lib/model");
}

const KNOW_FRESH = ["", "routes", "islands", "components", "lib/http"];

/** What must not stand in the code of some parts. */
const WORDS: {
  pattern: RegExp;
  inside: (part: string, path: string) => boolean;
  because: string;
}[] = [
  {
    pattern: /\bDeno\.(?:Kv\w*|openKv|AtomicOperation)\b/,
    inside: (part, path) =>
      part !== "lib/store" && !/^(?:tests|bench|packages)\//.test(path),
    because: "only lib/store names Deno.Kv",
  },
  {
    pattern: /\bDeno\.env\b/,
    inside: (part, path) =>
      part !== "config" && !/^(?:tasks|tests|bench|packages)\//.test(path),
    because: "only fresh.config.ts reads the environment",
  },
  {
    pattern: /\b(?:fetch\s*\(|XMLHttpRequest|sendBeacon|WebSocket|EventSource)/,
    inside: (part) => part === "islands" || part === "components",
    because: "islands ask lib/offline and never the network",
  },
  {
    pattern: /\bdangerouslySetInnerHTML\b|\.(?:inner|outer)HTML\b/,
    // The document around every page holds the build's own styles, under a policy that names them by their hash.
    inside: (part, path) => part !== "" && path !== "routes/_app.tsx",
    because: "no markup is made of text",
  },
  {
    pattern:
      /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bperformance\.|\bcrypto\./,
    inside: (part) => part === "lib/model",
    because: "the model is given time and randomness",
  },
];

const FORBIDDEN_NAME =
  /(?:^|[/_.-])(?:services?|managers?|utils?|helpers?|common|misc)(?=[/_.-]|$)/i;

function resolve(path: string, specifier: string): string | null {
  return specifier.startsWith(".")
    ? posix.join(posix.dirname(path), specifier)
    : null;
}

/** Everything in a tree that is against the rules, one line each. */
export function findings(tree: Tree): string[] {
  const found: string[] = [];
  const edges = new Map<string, string[]>();
  for (const [path, text] of tree) {
    if (FORBIDDEN_NAME.test(path)) found.push(`${path}: forbidden name`);
    if (!/\.tsx?$/.test(path)) continue;
    const source = readSource(text);
    found.push(...importFindings(path, source, edges));
    const part = partOf(path);
    for (const { pattern, inside, because } of WORDS) {
      const word = inside(part, path) ? pattern.exec(source.code)?.[0] : null;
      if (word) found.push(`${path}: ${word}: ${because}`);
    }
  }
  for (const circle of circles(edges)) {
    found.push(`circle: ${circle.join(" -> ")}`);
  }
  return found;
}

function importFindings(
  path: string,
  source: SourceText,
  edges: Map<string, string[]>,
): string[] {
  const part = partOf(path);
  const targets: string[] = [];
  edges.set(path, targets);
  return source.imports.flatMap(({ specifier, first }) => {
    const target = resolve(path, specifier);
    if (target === null) {
      const fresh = /^(?:fresh|@fresh\/)/.test(specifier);
      return [
        ...fresh && !KNOW_FRESH.includes(part)
          ? [`${path}: imports ${specifier}, which only lib/http knows`]
          : [],
        ...part === "lib/model"
          ? [`${path}: imports ${specifier}: the model imports nothing`]
          : [],
      ];
    }
    if (first) targets.push(target);
    return mayImport(part, partOf(target))
      ? []
      : [`${path}: imports ${target}`];
  });
}

/** The first circle of imports that each depth-first walk meets. */
function circles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push([...trail.slice(at), path]);
    if (at >= 0 || done.has(path)) return;
    for (const target of edges.get(path) ?? []) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) walk(path, []);
  return found;
}

/** Names that the import map takes from registries and that a document does not mention. */
export function unnamedDependencies(
  imports: Readonly<Record<string, string>>,
  document: string,
): string[] {
  return Object.entries(imports)
    .filter(([, target]) => target.startsWith("npm:"))
    .map(([, target]) =>
      /^npm:((?:@[^/]+\/)?[^@/]+)/.exec(target)?.[1] ?? target
    )
    .filter((name) => !document.includes(`\`${name}\``));
}

/** Families of keys (`["org", o, "leads", …]` is `leads`) that a document does not mention. */
export function unnamedFamilies(
  keys: readonly (readonly (string | number)[])[],
  document: string,
): string[] {
  const families = keys.map((key) =>
    String(key[0] === "org" ? key[2] : key[0])
  );
  return [...new Set(families)].filter((name) =>
    !document.includes(`"${name}"`)
  );
}
