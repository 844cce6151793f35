/** Props of {@link HistoryLink}. */
export interface HistoryLinkProps {
  /** Path of the record. */
  record: string;
}

/** The way from a record to what became of it. */
export function HistoryLink({ record }: HistoryLinkProps) {
  return (
    <a class="btn btn-block no-print" href={`${record}/history`}>History</a>
  );
}
