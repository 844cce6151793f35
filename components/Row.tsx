import type { ComponentChildren } from "preact";

/** Where an entry stands in a list of which only a part is in the page. */
export interface ListPlace {
  /** Its position in the whole list, from 0. */
  "data-n": number;
  /** The same for screen readers, from 1, within its own list. */
  "aria-posinset": number;
  /** Entries of that list. */
  "aria-setsize": number;
  /** Room for the entries before it that are not in the page. */
  style?: { paddingTop: string } | undefined;
}

/** Props of {@link RowList}. */
export interface RowListProps {
  /** What the rows are, for screen readers. */
  label: string;
  /** At a desk the lines of a row become columns, to be scanned. */
  columns?: boolean | undefined;
  /** `Row` or `OpRow` elements. */
  children: ComponentChildren;
}

/** A list on one card. */
export function RowList({ label, columns, children }: RowListProps) {
  return (
    <ul
      class={"card card-flush rows" + (columns ? " is-grid" : "")}
      aria-label={label}
    >
      {children}
    </ul>
  );
}

/** Props of {@link Row}. */
export interface RowProps {
  title: ComponentChildren;
  /** Second line; cut when too long. */
  sub?: ComponentChildren;
  /** Third line. */
  note?: ComponentChildren;
  /** Before the third line, and on a phone instead of it: how far the record got, as a `SyncBadge`. */
  tag?: ComponentChildren;
  /** An avatar or icon before the words. */
  lead?: ComponentChildren;
  /** Right: a time, a badge, a button. */
  end?: ComponentChildren;
  href?: string | undefined;
  /** In a long list. */
  place?: ListPlace | undefined;
}

/** One record of a list. With `href` the whole row is the link, so `end` must hold no button then. */
export function Row(
  { title, sub, note, tag, lead, end, href, place }: RowProps,
) {
  const inside = (
    <>
      {lead}
      <span class="row-main">
        <b>{title}</b>
        {sub && <span class="ln">{sub}</span>}
        {(tag || note) && (
          <span class="ln">
            {tag} {note && <span class="ln-note">{note}</span>}
          </span>
        )}
      </span>
      {end && <span class="row-end">{end}</span>}
    </>
  );
  return (
    <li {...place}>
      {href
        ? <a class="row" href={href}>{inside}</a>
        : <div class="row">{inside}</div>}
    </li>
  );
}
