import { Badge, type Tone } from "./Badge.tsx";
import { Banner } from "./Banner.tsx";
import { Card, Section } from "./Card.tsx";
import { Empty } from "./Empty.tsx";
import { ErrorSummary } from "./ErrorSummary.tsx";
import { Field } from "./Field.tsx";
import { Icon, type IconName } from "./Icon.tsx";
import { RowList } from "./Row.tsx";

/** What comes of a change or a picture of a file. */
export type ImportOutcome = "applied" | "known" | "conflict" | "refused";

/** One change or picture in words. */
export interface ImportWords {
  /** What the person did, or what it shows: "Started order 2417". */
  title: string;
  /** When, by the phone's clock. */
  at: string;
  outcome: ImportOutcome;
  /** Why it is not taken in, and what to do. */
  note?: string | undefined;
  /** What was written, so that it can be entered by hand. */
  values: readonly { label: string; value: string }[];
  href?: string | undefined;
}

/** A file that was looked at or taken in. */
export interface ImportedFile {
  /** As it was sent. */
  text: string;
  worker: string;
  /** When the phone wrote it. */
  savedAt: string;
  rows: readonly ImportWords[];
  /** Photos and signatures. */
  pictures: readonly ImportWords[];
  /** What was refused or asked about before. */
  refused: readonly ImportWords[];
  /** It was taken in. */
  done: boolean;
}

/** Props of {@link ImportMain}. */
export interface ImportMainProps {
  file: ImportedFile | null;
  /** Message by field name. */
  errors: Readonly<Record<string, string>>;
}

const LABELS = { file: "File from the phone" };

const BADGES: Record<ImportOutcome, [Tone, IconName, string, string]> = {
  applied: ["go", "check", "Will be taken in", "Taken in"],
  known: ["plain", "check", "Already there", "Already there"],
  conflict: ["wait", "merge", "Conflict", "Conflict"],
  refused: ["bad", "x", "Refused", "Refused"],
};

/** Takes in what a phone could not send: first what would come of it, then the doing. Icons: check, merge, warn, x. */
export function ImportMain({ file, errors }: ImportMainProps) {
  return (
    <main class="main" id="main">
      {file
        ? <Report {...file} />
        : (
          <Banner tone="info" icon="warn" title="For a phone that cannot send.">
            On the phone: Changes, “Save what was not sent”. The file holds that
            work and its pictures. Everything counts once, also when the phone
            sends it later.
          </Banner>
        )}
      <Card title={file ? "Another file" : "Look at a file"}>
        <form class="stack read" method="post" encType="multipart/form-data">
          <ErrorSummary errors={errors} labels={LABELS} />
          <Field
            kind="file"
            name="file"
            label={LABELS.file}
            error={errors.file}
            autofocus={errors.file !== undefined}
            accept=".json,application/json"
            hint="Nothing is taken in before you have seen what is in it."
            required
          />
          <button
            class={file ? "btn btn-block" : "btn btn-main btn-block"}
            type="submit"
            name="step"
            value="look"
          >
            Look at it
          </button>
        </form>
      </Card>
    </main>
  );
}

const plural = (n: number, one: string) =>
  n === 1 ? `1 ${one}` : `${n} ${one}s`;

/** How many there are of what is not new; "" where there is nothing. */
function restWords(rows: readonly ImportWords[]): string {
  const of = (outcome: ImportOutcome) =>
    rows.filter((row) => row.outcome === outcome).length;
  return [
    of("known") > 0 && `${of("known")} already there`,
    of("conflict") > 0 && plural(of("conflict"), "conflict"),
    of("refused") > 0 && `${of("refused")} refused`,
  ].filter(Boolean).join(", ");
}

const isNew = ({ outcome }: ImportWords) => outcome === "applied";

function Report(
  { text, worker, savedAt, rows, pictures, refused, done }: ImportedFile,
) {
  const news = [
    plural(rows.filter(isNew).length, "change"),
    pictures.length > 0 && plural(pictures.filter(isNew).length, "picture"),
  ].filter(Boolean).join(" and ");
  const rest = restWords(rows);
  const ofPictures = restWords(pictures);
  const hasWork = rows.some(({ outcome }) => outcome !== "known") ||
    pictures.some(isNew);
  return (
    <>
      <Banner
        tone={done ? "go" : "info"}
        icon={done ? "check" : "warn"}
        title={done
          ? `${news} of ${worker} taken in.`
          : `${news} of ${worker} can be taken in.`}
        alert
      >
        {rest && `${rest}. `}
        {pictures.length > 0 &&
          `${plural(pictures.length, "picture")} in the file${
            ofPictures && `: ${ofPictures}`
          }. `}
        {done
          ? "The audit log names you and whose work it was."
          : `The phone wrote this file on ${savedAt}. Nothing is taken in yet.`}
      </Banner>
      {!done && hasWork && (
        <form method="post" encType="multipart/form-data">
          <input type="hidden" name="content" value={text} />
          <button
            class="btn btn-main btn-block"
            type="submit"
            name="step"
            value="take"
          >
            {`Take in for ${worker}`}
          </button>
        </form>
      )}
      {rows.length + pictures.length === 0 && (
        <Empty title="Nothing to take in">
          Everything that the phone had was sent before the file was written.
        </Empty>
      )}
      <ImportRows
        title={done ? "What came of it" : "What would come of it"}
        label="Changes of the file"
        rows={rows}
        done={done}
      />
      <ImportRows
        title="Pictures"
        label="Pictures of the file"
        rows={pictures}
        done={done}
      />
      <ImportRows
        title="Not accepted before"
        label="Changes that were not accepted before"
        rows={refused}
        done
      />
    </>
  );
}

interface ImportRowsProps {
  title: string;
  /** For screen readers. */
  label: string;
  rows: readonly ImportWords[];
  done: boolean;
}

function ImportRows({ title, label, rows, done }: ImportRowsProps) {
  return rows.length > 0 && (
    <Section title={title} aside={String(rows.length)}>
      <RowList label={label}>
        {rows.map((row, i) => (
          <ImportRow key={String(i)} row={row} done={done} />
        ))}
      </RowList>
    </Section>
  );
}

function ImportRow({ row, done }: { row: ImportWords; done: boolean }) {
  const { title, at, outcome, note, values, href } = row;
  const [tone, icon, before, after] = BADGES[outcome];
  return (
    <li class="op">
      <Icon name={icon} />
      <b>{href ? <a href={href}>{title}</a> : title}</b>
      <time>{at}</time>
      <p>
        <Badge tone={tone}>{done ? after : before}</Badge> {note}
      </p>
      {values.map(({ label, value }) => (
        <p key={label}>{label}: {value || "emptied"}</p>
      ))}
    </li>
  );
}
