import { spanWords } from "./date_words.ts";
import { Kpi } from "./Kpi.tsx";

/** Props of {@link OutboxFigures}. */
export interface OutboxFiguresProps {
  /** How many jobs stand how; `more` when there are more than were counted. */
  overview: {
    due: number;
    leased: number;
    waiting: number;
    dead: number;
    /** Milliseconds; null when nothing is due. */
    oldestDueAt: number | null;
    more: boolean;
  };
  /** Milliseconds. */
  now: number;
}

/** How the outbox stands. Icons: check, clock, play, send, warn. */
export function OutboxFigures({ overview, now }: OutboxFiguresProps) {
  const { due, leased, waiting, dead, oldestDueAt, more } = overview;
  const unit = more ? "or more" : undefined;
  return (
    <div class="kpis">
      <Kpi
        label="Due"
        value={due}
        unit={unit}
        note={oldestDueAt === null
          ? "Nothing waits for a try"
          : `The oldest since ${spanWords(now - oldestDueAt)}`}
        noteIcon="send"
      />
      <Kpi
        label="Being tried"
        value={leased}
        unit={unit}
        note="Under a lease"
        noteIcon="play"
      />
      <Kpi
        label="Waiting"
        value={waiting}
        unit={unit}
        note="For their next try"
        noteIcon="clock"
      />
      <Kpi
        label="Given up"
        value={dead}
        unit={unit}
        late={dead > 0}
        note={dead > 0 ? "Needs somebody" : "None"}
        noteIcon={dead > 0 ? "warn" : "check"}
      />
    </div>
  );
}
