/** What a mail says: both of its parts, text and HTML, are made from it. */
export interface Letter {
  /** One line. */
  subject: string;
  /** Paragraphs before the link. */
  opening: string[];
  /** What the reader is asked to do: a link with its words; absent where there is nothing to do. */
  link?: { words: string; url: string };
  /** Paragraphs and lists after the link. */
  rest: (string | string[])[];
}

/** A mail's subject and its two parts. */
export interface MailText {
  /** One line. */
  subject: string;
  /** The plain text part. */
  text: string;
  /** The HTML part: no images, no style sheet, nothing that is loaded, and no colours, so that dark readers show it dark. */
  html: string;
}

/** One line of a name that somebody wrote: a subject must not become two headers, nor a greeting two paragraphs. */
export function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ").trim();
}

const ESCAPES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string) =>
  text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);

const paragraph = (text: string) => `<p>${escaped(text)}</p>`;

const list = (items: string[]) =>
  `<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join("")}</ul>`;

/** Writes both parts of a letter. */
export function writeLetter(letter: Letter): MailText {
  const { opening, link, rest } = letter;
  const subject = oneLine(letter.subject);
  const text = [
    ...opening,
    ...link ? [`${link.words}:\n${link.url}`] : [],
    ...rest.map((part) =>
      typeof part === "string"
        ? part
        : part.map((item) => `- ${item}`).join("\n")
    ),
  ].join("\n\n") + "\n";
  const body = [
    ...opening.map(paragraph),
    ...link
      ? [
        `<p><a href="${
          escaped(link.url)
        }" style="display:inline-block;padding:12px 20px;border:2px solid;border-radius:8px;font-weight:600">${
          escaped(link.words)
        }</a></p>`,
        `<p style="word-break:break-all">${escaped(link.url)}</p>`,
      ]
      : [],
    ...rest.map((part) =>
      typeof part === "string" ? paragraph(part) : list(part)
    ),
  ].join("\n");
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escaped(subject)}</title>
</head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:560px;margin:0 auto">
${body}
</div>
</body>
</html>
`;
  return { subject, text, html };
}
