import type { HistoryRow } from "../lib/model/history.ts";
import { may } from "../lib/model/policy.ts";
import type { Me } from "../lib/model/spaces.ts";
import { Badge } from "./Badge.tsx";
import { Empty } from "./Empty.tsx";
import {
  type FieldWords,
  type HistoryTongue,
  type StepWords,
  stepWords,
  type ValueWords,
} from "./history_words.ts";
import { Icon, type IconName } from "./Icon.tsx";
import { ShowMore } from "./ShowMore.tsx";

/** Drawings of the steps, for the page's sprite. */
export const HISTORY_ICONS: readonly IconName[] = [
  "history",
  "merge",
  "pen",
  "plus",
  "x",
];

/** Props of {@link HistoryMain}. */
export interface HistoryMainProps
  extends Pick<HistoryTongue, "kind" | "label" | "words"> {
  /** Who reads. */
  me: Me;
  /** One page of it, the newest first. */
  history: {
    rows: readonly HistoryRow[];
    /** Cursor of the next page; null on the last one. */
    next: string | null;
    /** By user id. */
    names: Readonly<Record<string, string>>;
    /** SHA-256 of the pictures that can be looked at. */
    pictures: ReadonlySet<string>;
  };
  /** Path of the record; the page's own is below it. */
  record: string;
  /** Where a picture is looked at. */
  pictureUrl?: (hash: string) => string;
  /** This is not the first page. */
  further: boolean;
}

/** What became of a record, step by step, with what somebody wrote that does not stand. */
export function HistoryMain(
  { me, history, record, kind, label, words, pictureUrl, further }:
    HistoryMainProps,
) {
  const { rows, next, names, pictures } = history;
  const tongue: HistoryTongue = {
    me,
    kind,
    label,
    words,
    names,
    seesNames: may(me, "member.read", undefined, "name"),
    hrefOf: (hash) => pictures.has(hash) ? pictureUrl?.(hash) : undefined,
  };
  const steps = rows.map((row, i) =>
    stepWords(tongue, row, next === null && i === rows.length - 1)
  );
  return (
    <main class="main" id="main">
      {steps.length === 0
        ? (
          <Empty title="No more steps" art="none">
            Everything that was changed stands on the pages before this one.
          </Empty>
        )
        : (
          <ol class="card card-flush rows" aria-label="Steps, newest first">
            {steps.map((step, i) => <HistoryStep key={String(i)} {...step} />)}
          </ol>
        )}
      <ShowMore path={`${record}/history`} next={next} further={further} />
      <p class="sub read">
        What two people wrote into one field, and what was sent too late, stands
        here as well: nothing of it is thrown away.
      </p>
    </main>
  );
}

function HistoryStep(
  { icon, title, at, notes, changes, lost }: StepWords,
) {
  return (
    <li class="op">
      <Icon name={icon} />
      <b>{title}</b>
      <p>
        <time>{at}</time>
      </p>
      {notes.map((note) => <p key={note}>{note}</p>)}
      {changes.map(({ label, was, text, href }, i) => (
        <p key={String(i)}>
          {label}: {was !== null && (
            <>
              <Value {...was} /> <span aria-hidden="true">→</span>
              <span class="vh">now</span>
              {" "}
            </>
          )}
          <b>
            <Value text={text} href={href} />
          </b>
        </p>
      ))}
      {lost.map((value, i) => <Lost key={String(i)} {...value} />)}
    </li>
  );
}

function Lost({ label, text, href }: FieldWords) {
  return (
    <p>
      <Badge tone="wait" icon="x">Not taken</Badge> {label}:{" "}
      <b>
        <Value text={text} href={href} />
      </b>
    </p>
  );
}

/** A value with the lines that it was written in. */
function Value({ text, href }: ValueWords) {
  if (text === "") return <span class="dim">nothing</span>;
  return href ? <a href={href}>{text}</a> : <span class="note">{text}</span>;
}
