import type { FieldValue, FieldValues } from "../lib/model/form.ts";
import { type HistoryRow, pictureOf } from "../lib/model/history.ts";
import type { IconName } from "./Icon.tsx";
import { dateWords } from "./date_words.ts";
import { dayWords, timeOfDay } from "./time_words.ts";

/** What a field held, as people read it. */
export interface ValueWords {
  /** "" for nothing. */
  text: string;
  /** Where its picture is, if it has one that is here. */
  href?: string | undefined;
}

/** A field and what it held. */
export interface FieldWords extends ValueWords {
  label: string;
}

/** One step of a record's life in plain words. */
export interface StepWords {
  icon: IconName;
  /** What was done, and by whom: "Changed by Ines Kowalczyk". */
  title: string;
  /** When the office had it. */
  at: string;
  /** What there is to know beside the values. */
  notes: string[];
  /** What differs since; `was` is null in a record's first step. */
  changes: (FieldWords & { was: ValueWords | null })[];
  /** What somebody wrote that does not stand. */
  lost: FieldWords[];
}

/** How the fields of a record are told, and to whom. */
export interface HistoryTongue {
  /** "order" or "lead". */
  kind: string;
  /** Who reads. */
  me: { id: string; timeZone: string };
  /** By user id, of those whose names the reader may see. */
  names: Readonly<Record<string, string>>;
  /** The reader may see names: who has none here has left. */
  seesNames: boolean;
  /** What people read beside a field. */
  label: (name: string) => string;
  /** What people read in a field. */
  words: (name: string, value: FieldValue) => string;
  /** Where the picture of a value is looked at; undefined where it is not here. */
  hrefOf: (hash: string) => string | undefined;
}

/** A difference of both times that is worth telling, milliseconds. */
const DELAY_MS = 60_000;

const PHOTO_VALUE = /^image\/(\w+) (\d+)$/;

function whoWords({ me, names, seesNames }: HistoryTongue, id: string): string {
  if (id === me.id) return "you";
  return names[id] ?? (seesNames ? "somebody who left" : "a colleague");
}

function moment(timeZone: string, at: string): string {
  return `${dateWords(timeZone, at)}, ${timeOfDay(timeZone, at)}`;
}

function valueWords(
  tongue: HistoryTongue,
  name: string,
  value: FieldValue,
): ValueWords {
  const picture = pictureOf(name, value);
  return {
    text: textOf(tongue, name, value),
    href: picture === null ? undefined : tongue.hrefOf(picture),
  };
}

function textOf(
  tongue: HistoryTongue,
  name: string,
  value: FieldValue,
): string {
  if (value === null || value === "") return "";
  const text = String(value);
  if (name === "assigneeId") return whoWords(tongue, text);
  const [, type, bytes] = PHOTO_VALUE.exec(text) ?? [];
  if (name.startsWith("photo:") && type) {
    return `${type.toUpperCase()}, ${Math.ceil(Number(bytes) / 1024)} KB`;
  }
  if (name === "day" && !Number.isNaN(Date.parse(text))) {
    return `${dayWords(text)} ${text.slice(0, 4)}`;
  }
  return tongue.words(name, value);
}

const lostWords = (tongue: HistoryTongue, fields: FieldValues = {}) =>
  Object.entries(fields).map(([name, value]): FieldWords => ({
    label: tongue.label(name),
    ...valueWords(tongue, name, value),
  }));

/** Whose the record was when a change came too late. */
function holderWords(tongue: HistoryTongue, id: string | null): string {
  if (id === null) return "nobody’s";
  const who = whoWords(tongue, id);
  return who === "you" ? "yours" : `${who}’s`;
}

/**
 * Says what a step of a record's history did.
 *
 * @param isFirst it made the record
 */
export function stepWords(
  tongue: HistoryTongue,
  row: HistoryRow,
  isFirst: boolean,
): StepWords {
  const { kind, me: { timeZone } } = tongue;
  const { by, at, believedAt, changed, discarded, late } = row;
  const who = whoWords(tongue, by);
  const lost = [
    ...lostWords(tongue, discarded),
    ...lostWords(tongue, late?.fields),
  ];
  const changes = Object.entries(changed).map(([name, { from, to }]) => ({
    label: tongue.label(name),
    ...valueWords(tongue, name, to),
    was: isFirst ? null : valueWords(tongue, name, from),
  })).filter(({ was, text }) => was !== null || text !== "");
  const [title, icon]: [string, IconName] = late
    ? [`Sent too late by ${who}`, "history"]
    : isFirst
    ? [`Made by ${who}`, "plus"]
    : changes.length === 0 && lost.length > 0
    ? [`Decided by ${who}`, "merge"]
    : [`Changed by ${who}`, "pen"];
  const delay = Date.parse(at) - Date.parse(believedAt);
  return {
    icon,
    title,
    at: moment(timeZone, at),
    notes: [
      ...(late
        ? [
          `The ${kind} was ${
            holderWords(tongue, late.assigneeId)
          } by then. Nothing of this was taken over.`,
        ]
        : []),
      ...(delay >= DELAY_MS
        ? [`Done ${moment(timeZone, believedAt)}, received later.`]
        : []),
    ],
    changes,
    lost,
  };
}
