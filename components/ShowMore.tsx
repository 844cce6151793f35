import { Icon } from "./Icon.tsx";

/** Props of {@link ShowMore}. */
export interface ShowMoreProps {
  /** The list's own path, with what it shows in its query. */
  path: string;
  /** Cursor of the next page; null on the last one. */
  next: string | null;
  /** This is not the first page. */
  further: boolean;
}

/** Ways through a list that is read by cursor: onwards, and back to its begin. Icon: next. */
export function ShowMore({ path, next, further }: ShowMoreProps) {
  if (next === null && !further) return null;
  return (
    <nav class="btns" aria-label="Pages of the list">
      {further && <a class="btn" href={path}>To the begin</a>}
      {next !== null && (
        <a
          class="btn"
          href={`${path}${path.includes("?") ? "&" : "?"}cursor=${
            encodeURIComponent(next)
          }`}
        >
          Show more
          <Icon name="next" dir />
        </a>
      )}
    </nav>
  );
}
