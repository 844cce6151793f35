import { type AuditedThing, auditWords } from "./audit_words.ts";
import { Badge } from "./Badge.tsx";
import { momentWords } from "./date_words.ts";
import { Table } from "./Table.tsx";

/** Records of one kind of thing that are named; of more the number is told. */
const NAMED_RECORDS = 3;

/** One request, as the audit log keeps it. */
export interface AuditedRequest {
  id: string;
  /** ISO 8601. */
  at: string;
  requestId: string;
  /** User id; null when nobody was logged in. */
  actor: string | null;
  /** User id of whose work it was, where somebody brought it in for them. */
  onBehalfOf?: string;
  /** Method and route pattern. */
  route: string;
  entries: readonly AuditedThing[];
  /** How many entries there were, also where not all are kept. */
  count: number;
  /** A signed checkpoint holds it. */
  sealed: boolean;
}

/** Props of {@link AuditTable}. */
export interface AuditTableProps {
  rows: readonly AuditedRequest[];
  /** By user id. */
  names: Readonly<Record<string, string>>;
  /** IANA name. */
  timeZone: string;
  /** Where a record can be looked at; null for those that cannot. */
  hrefOf: (recordId: string) => string | null;
}

/** Who did what and when, and what was refused. Icons: check, lock, clock, x. */
export function AuditTable({ rows, names, timeZone, hrefOf }: AuditTableProps) {
  return (
    <Table
      caption="Who did what, newest first"
      columns={[
        { label: "When" },
        { label: "Who" },
        { label: "What" },
        { label: "Result" },
        { label: "Kept" },
        { label: "Request" },
      ]}
      rows={rows.map((row) => {
        const things = auditWords(row.entries);
        const refused = things.filter((thing) => thing.refused);
        return {
          key: row.id,
          cells: [
            momentWords(timeZone, row.at),
            whoWords(row, names),
            <Things
              key="what"
              things={things}
              more={row.count - row.entries.length}
              names={names}
              hrefOf={hrefOf}
            />,
            refused.length === 0
              ? <Badge key="result" tone="go" icon="check">Done</Badge>
              : (
                <Badge key="result" tone="bad" icon="x">
                  {refused.length === things.length
                    ? "Refused"
                    : "Some refused"}
                </Badge>
              ),
            row.sealed
              ? <Badge key="kept" icon="lock">Sealed</Badge>
              : <Badge key="kept" tone="plain" icon="clock">Not yet</Badge>,
            <span key="request">
              <code>{row.requestId}</code>
              <small>{row.route}</small>
            </span>,
          ],
        };
      })}
    />
  );
}

function whoWords(
  { actor, onBehalfOf }: AuditedRequest,
  names: AuditTableProps["names"],
) {
  const nameOf = (id: string) => names[id] ?? "Somebody who left";
  if (actor === null) return "Nobody logged in";
  return onBehalfOf === undefined
    ? nameOf(actor)
    : `${nameOf(actor)}, for ${nameOf(onBehalfOf)}`;
}

function Things(
  { things, more, names, hrefOf }: {
    things: ReturnType<typeof auditWords>;
    more: number;
    names: Readonly<Record<string, string>>;
    hrefOf: (recordId: string) => string | null;
  },
) {
  return (
    <ul>
      {things.map(({ words, times, refused, recordIds }) => (
        <li key={`${refused} ${words}`}>
          {words}
          {times > 1 && `, ${times} times`}
          {refused && things.length > 1 && " (refused)"}
          <small>
            {[...new Set(recordIds)].slice(0, NAMED_RECORDS).map((id) => (
              <Record key={id} id={id} name={names[id]} href={hrefOf(id)} />
            ))}
          </small>
        </li>
      ))}
      {more > 0 && <li>and {more} more, of which only the number is kept</li>}
    </ul>
  );
}

function Record(
  { id, name, href }: {
    id: string;
    name: string | undefined;
    href: string | null;
  },
) {
  const text = name ?? <code>{id}</code>;
  return <>{href === null ? text : <a href={href}>{text}</a>}{" "}</>;
}
