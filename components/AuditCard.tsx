import { AuditTable, type AuditTableProps } from "./AuditTable.tsx";
import { Card } from "./Card.tsx";
import { momentWords } from "./date_words.ts";
import { Empty } from "./Empty.tsx";
import { ShowMore } from "./ShowMore.tsx";

/** Props of {@link AuditCard}. */
export interface AuditCardProps
  extends Pick<AuditTableProps, "timeZone" | "hrefOf"> {
  /** One page of the log. */
  log: Pick<AuditTableProps, "rows" | "names"> & {
    next: string | null;
    /** The newest checkpoint. */
    sealed: { size: number; at: string } | null;
  };
  /** The list's own path. */
  path: string;
  /** This is not the first page. */
  further: boolean;
}

/** A page of an audit log, and how far it is sealed. Icons: check, clock, lock, next, x. */
export function AuditCard(
  { log, timeZone, hrefOf, path, further }: AuditCardProps,
) {
  const { rows, names, next, sealed } = log;
  return (
    <>
      {rows.length === 0
        ? (
          <Empty title={further ? "No more records" : "Nothing yet"}>
            Every change stands here, and what was refused to somebody.
          </Empty>
        )
        : (
          <Card
            flush
            title={further ? "Earlier" : "Latest"}
            aside={
              <p>
                {sealed
                  ? `${sealed.size} sealed, ${momentWords(timeZone, sealed.at)}`
                  : "None sealed yet"}
              </p>
            }
          >
            <AuditTable
              rows={rows}
              names={names}
              timeZone={timeZone}
              hrefOf={hrefOf}
            />
          </Card>
        )}
      <ShowMore path={path} next={next} further={further} />
      <p class="sub read">
        A sealed record is held by a signed checkpoint: whoever changes or
        removes it is found out.
      </p>
    </>
  );
}
