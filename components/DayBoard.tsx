import { Badge } from "./Badge.tsx";
import { Icon, type IconName } from "./Icon.tsx";

/** Where a job of the day stands. `late`: it should have ended or begun by now. */
export type JobState = "planned" | "running" | "paused" | "done" | "late";

/** One job of a worker's day. */
export interface DayJob {
  key: string;
  href: string;
  /** Two or three words: the lane is narrow. */
  title: string;
  /** The customer. */
  who: string;
  /** Hour of the day as a fraction: 10.5 is half past ten. */
  start: number;
  hours: number;
  state: JobState;
}

/** One worker's day. */
export interface DayWorker {
  key: string;
  name: string;
  /** "2 of 6 done", "35 min late". */
  note: string;
  jobs: readonly DayJob[];
}

/** Props of {@link DayBoard}. */
export interface DayBoardProps {
  title: string;
  /** First hour of the ten that a desk shows; what lies outside stands at the edge. 7 unless said. */
  from?: number | undefined;
  /** The hour it is, as a fraction, to draw the line of now. */
  now?: number | undefined;
  workers: readonly DayWorker[];
}

const HOURS = 10;

const STATES: Record<JobState, { word: string; icon?: IconName }> = {
  planned: { word: "Planned" },
  running: { word: "Running", icon: "play" },
  paused: { word: "Paused", icon: "pause" },
  done: { word: "Done", icon: "done" },
  late: { word: "Late", icon: "warn" },
};

/** Icons of the states, for the page's sprite. */
export const BOARD_ICONS: readonly IconName[] = [
  "play",
  "pause",
  "done",
  "warn",
];

/** The day of all workers: half-hour lanes at a desk, a list per worker on a phone. */
export function DayBoard({ title, from = 7, now, workers }: DayBoardProps) {
  const marks = now !== undefined && now >= from && now <= from + HOURS;
  return (
    <section class="card card-flush board">
      <div class="card-head">
        <h2>{title}</h2>
        {(["done", "running", "paused", "late"] as const).map((state) => (
          <Badge key={state} tone="plain" icon={STATES[state].icon}>
            {STATES[state].word}
          </Badge>
        ))}
      </div>
      <div class="hours" aria-hidden="true">
        {Array.from(
          { length: HOURS },
          (_, at) => <span key={at}>{String(from + at).padStart(2, "0")}</span>,
        )}
      </div>
      <ul class="lanes">
        {workers.map((worker) => (
          <li class="lane" key={worker.key}>
            <p>
              <b>{worker.name}</b> <small>{worker.note}</small>
            </p>
            <ul class="jobs">
              {worker.jobs.map((job) => (
                <Job key={job.key} from={from} job={job} />
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {marks && (
        <svg
          class="now"
          viewBox={`0 0 ${HOURS} 1`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          <path d={`M${Math.round((now - from) * 100) / 100} 0v1`} />
        </svg>
      )}
    </section>
  );
}

function Job({ job, from }: { job: DayJob; from: number }) {
  const { href, title, who, start, hours, state } = job;
  const { icon, word } = STATES[state];
  const slots = HOURS * 2;
  const at = Math.min(slots - 2, Math.max(0, Math.round((start - from) * 2)));
  const long = Math.min(slots - at, Math.max(2, Math.round(hours * 2)));
  const minutes = Math.round(start * 60);
  const time = [Math.floor(minutes / 60), minutes % 60]
    .map((part) => String(part).padStart(2, "0")).join(":");
  return (
    <li class={`at-${at} for-${long}`}>
      <a class={"job job-" + state} href={href}>
        <b>
          {icon && <Icon name={icon} />}
          {title}
        </b>
        <small>{who}</small>
        <time>{time}</time>
        <span class="vh">{word}</span>
      </a>
    </li>
  );
}
