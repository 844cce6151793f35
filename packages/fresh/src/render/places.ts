/** A comment's beginning, or a whole tag with its name. */
const TOKEN =
  /<(?:!--|(\/?[a-z][^\s/>]*)[^"'>]*(?:(?:"[^"]*"|'[^']*')[^"'>]*)*>)/gi;

/** What ends the elements that contain text, whatever it looks like. */
const TEXT_ENDS = new Map(
  [
    "script",
    "style",
    "title",
    "textarea",
    "noscript",
    "iframe",
    "xmp",
    "noembed",
    "noframes",
  ].map((name) => [name, new RegExp(`</${name}(?=[\\s/>])`, "gi")]),
);

const BODY_END = "</body>";
const USUAL_END = "</body></html>";

/** A tag of a document, in lower case, and where it is. */
interface Tag {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The tags of a document, without those that are only text in it. */
function* tagsIn(page: string): Generator<Tag> {
  let templates = 0;
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(page); token; token = TOKEN.exec(page)) {
    const start = token.index;
    let next = TOKEN.lastIndex;
    const name = token[1]?.toLowerCase();
    if (name === undefined) {
      const end = page.indexOf("-->", start + 2);
      next = end === -1 ? page.length : end + 3;
    } else if (name === "template") templates++;
    else if (name === "/template") templates--;
    else if (templates === 0) {
      yield { name, start, end: next };
      const textEnd = TEXT_ENDS.get(name);
      if (textEnd !== undefined) {
        textEnd.lastIndex = next;
        next = textEnd.exec(page)?.index ?? page.length;
      }
    }
    TOKEN.lastIndex = next;
  }
}

/** Where the head of a document is. */
export interface HeadPlace {
  /** Behind the tag that it begins with. */
  readonly start: number;
  /** Before the tag that it ends with. */
  readonly end: number;
}

function searchHead(page: string): HeadPlace | null {
  let start = -1;
  for (const tag of tagsIn(page)) {
    if (start !== -1) {
      if (tag.name === "/head") return { start, end: tag.start };
    } else if (tag.name === "head") start = tag.end;
    else if (tag.name !== "html") return null;
  }
  return null;
}

let last: { begins: string; head: HeadPlace } | null = null;

/**
 * Finds the head of a document, or `null` where it has none. That of the page
 * before is kept, since most pages begin like others.
 */
export function headOf(page: string): HeadPlace | null {
  if (last !== null && page.startsWith(last.begins)) return last.head;
  const head = searchHead(page);
  if (head !== null) {
    const begins = page.slice(0, page.indexOf(">", head.end) + 1);
    last = { begins, head };
  }
  return head;
}

/** Where the first tag of a document ends. */
export function firstTagEndOf(page: string): number {
  for (const { end } of tagsIn(page)) return end;
  return 0;
}

/** Finds where the body of a document ends, or the document itself. */
export function bodyEndOf(page: string): number {
  if (page.endsWith(USUAL_END)) return page.length - USUAL_END.length;
  if (!page.includes(BODY_END)) return page.length;
  let end = page.length;
  for (const { name, start } of tagsIn(page)) {
    if (name === "/body") end = start;
  }
  return end;
}
