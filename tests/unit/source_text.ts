/** A module's source as the rules read it: comments blanked, so that prose can name what code must not. */
export interface SourceText {
  code: string;
  /** What the module names in imports, exports, `import()` and `new URL(…, import.meta.url)`. */
  imports: {
    specifier: string;
    /** Whether it has to be loaded before the module runs: neither types only, nor `import()` or a worker. */
    first: boolean;
  }[];
}

const BEFORE_REGEX = /(?:^|[=(,:[!&|?{};+>]|\breturn|\bcase)\s*$/;

/** Where a string, a template or a regular expression that begins at `start` ends. */
function literalEnd(source: string, start: number): number {
  const open = source[start];
  let inClass = false;
  for (let i = start + 1; i < source.length; i++) {
    const char = source[i];
    if (char === "\\") i++;
    else if (open === "/" && char === "[") inClass = true;
    else if (open === "/" && char === "]") inClass = false;
    else if (char === open && !inClass) return i + 1;
    // Text of JSX can hold a lone quote: no literal but a template goes over a line's end.
    else if (char === "\n" && open !== "`") return i;
    else if (open === "`" && char === "$" && source[i + 1] === "{") {
      i = placeholderEnd(source, i + 2) - 1;
    }
  }
  return source.length;
}

function placeholderEnd(source: string, start: number): number {
  let depth = 1;
  for (let i = start; i < source.length; i++) {
    const char = source[i] ?? "";
    if ("\"'`".includes(char)) i = literalEnd(source, i) - 1;
    else if (char === "{") depth++;
    else if (char === "}" && --depth === 0) return i + 1;
  }
  return source.length;
}

/** Blanks comments, keeps everything else where it is. */
export function withoutComments(source: string): string {
  let code = "";
  for (let i = 0; i < source.length;) {
    const char = source[i] ?? "";
    const two = source.slice(i, i + 2);
    let end = i + 1;
    if (two === "//") end = source.indexOf("\n", i);
    else if (two === "/*") end = source.indexOf("*/", i + 2) + 2;
    else if ("\"'`".includes(char)) end = literalEnd(source, i);
    else if (char === "/" && BEFORE_REGEX.test(code.slice(-20))) {
      end = literalEnd(source, i);
    }
    if (end <= i) end = source.length;
    const piece = source.slice(i, end);
    const isComment = two === "//" || two === "/*";
    code += isComment ? piece.replace(/[^\n]/g, " ") : piece;
    i = end;
  }
  return code;
}

const NAMED =
  /(?:^|[\s;}])(?:import|export)(\s+type)?(?:([\s\w*{},$]*?)\sfrom\s*|\s*)["']([^"']+)["']/g;
const DYNAMIC = /\bimport\s*\(\s*["']([^"']+)["']/g;
const WORKER =
  /new\s+URL\(\s*["'](\.[^"']+\.tsx?)["']\s*,\s*import\.meta\.url/g;

const isTypes = (names: string) =>
  /^\s*\{(?:\s*type\s[^,}]+,?)+\s*\}$/.test(names);

/** Reads a module's source. */
export function readSource(source: string): SourceText {
  const code = withoutComments(source);
  const imports = [...code.matchAll(NAMED)].map((match) => ({
    specifier: match[3] ?? "",
    first: match[1] === undefined && !isTypes(match[2] ?? ""),
  }));
  for (const pattern of [DYNAMIC, WORKER]) {
    for (const [, specifier = ""] of code.matchAll(pattern)) {
      imports.push({ specifier, first: false });
    }
  }
  return { code, imports };
}
