import { localTime } from "../lib/model/calendar.ts";
import { Badge } from "./Badge.tsx";
import { Row, RowList } from "./Row.tsx";
import { dayWords } from "./time_words.ts";

/** One of a person's own sessions. */
export interface SessionRow {
  /** Sent by its form; opens nothing. */
  idHash: string;
  /** Milliseconds. */
  createdAt: number;
  /** Milliseconds. */
  seenAt: number;
  /** Browser and system in words. */
  device: string;
  /** The one that looks. */
  current: boolean;
}

/** Props of {@link SessionList}. */
export interface SessionListProps {
  sessions: readonly SessionRow[];
  /** IANA name: times are told in it. */
  timeZone: string;
}

/** Where somebody is logged in, with a way to end each. */
export function SessionList({ sessions, timeZone }: SessionListProps) {
  const moment = (at: number) => {
    const { day, time } = localTime(timeZone, at);
    const [, date, month = ""] = dayWords(day).split(" ");
    return `${date} ${month.slice(0, 3)}, ${time}`;
  };
  return (
    <RowList label="Where you are logged in">
      {sessions.map(({ idHash, createdAt, seenAt, device, current }) => (
        <Row
          key={idHash}
          title={device}
          sub={`Last seen ${moment(seenAt)}`}
          note={`Since ${moment(createdAt)}`}
          end={current
            ? <Badge tone="go" icon="check">This one</Badge>
            : (
              <form method="post" action="/account">
                <input type="hidden" name="end" value={idHash} />
                <button
                  class="btn btn-sm"
                  type="submit"
                  aria-label={`End ${device}, last seen ${moment(seenAt)}`}
                >
                  End
                </button>
              </form>
            )}
        />
      ))}
    </RowList>
  );
}
