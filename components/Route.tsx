import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon.tsx";
import type { ListPlace } from "./Row.tsx";

/** Where a stop stands: `now` is the next or the running one. */
export type StopState = "now" | "planned" | "paused" | "done";

const CLASSES: Record<StopState, string | undefined> = {
  now: "is-now",
  planned: undefined,
  paused: "is-held",
  done: "is-done",
};

const DOTS: Partial<Record<StopState, IconName>> = {
  paused: "pause",
  done: "check",
};

/** Props of {@link Route}. */
export interface RouteProps {
  /** What the stops are, for screen readers. */
  label: string;
  /** `Stop` elements. */
  children: ComponentChildren;
}

/** The day as a line with stops. */
export function Route({ label, children }: RouteProps) {
  return <ol class="card card-flush route" aria-label={label}>{children}</ol>;
}

/** Props of {@link Stop}. */
export interface StopProps {
  state: StopState;
  name: ComponentChildren;
  /** Who and where. */
  sub?: ComponentChildren;
  /** Planned or finished at. */
  time?: string | undefined;
  href?: string | undefined;
  /** Badges: the state in a word, how far it got to the office. */
  children?: ComponentChildren;
  /** In a long list. */
  place?: ListPlace | undefined;
}

/** One order of the day. */
export function Stop(
  { state, name, sub, time, href, children, place }: StopProps,
) {
  const dot = DOTS[state];
  const inside = (
    <>
      <span class="dot">{dot && <Icon name={dot} />}</span>
      <span class="stop-name">{name}</span>
      {time && <span class="stop-time">{time}</span>}
      {sub && <span class="stop-sub">{sub}</span>}
      {children && <span class="stop-tags">{children}</span>}
    </>
  );
  return (
    <li class={CLASSES[state]} {...place}>
      {href
        ? <a class="stop" href={href}>{inside}</a>
        : <div class="stop">{inside}</div>}
    </li>
  );
}
