import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon.tsx";
import { Trace, type TraceState } from "./Trace.tsx";

/** What happened: finished, held, broken, on its way; `tint` is the accent, `plain` has no ground. */
export type Tone = "go" | "wait" | "bad" | "info" | "tint" | "plain";

/** Props of {@link Badge}. */
export interface BadgeProps {
  tone?: Tone | undefined;
  icon?: IconName | undefined;
  /** The word, with its icon and its tone. */
  children: ComponentChildren;
}

/** A state: icon, word, and only then a tone. */
export function Badge({ tone, icon, children }: BadgeProps) {
  return (
    <span class={tone ? "badge " + tone : "badge"}>
      {icon && <Icon name={icon} />}
      {children}
    </span>
  );
}

/** Words and tone of a change on its way to the office. */
const SYNC: Record<TraceState, [Tone, string]> = {
  saved: ["wait", "On this phone"],
  sending: ["info", "Sending"],
  received: ["go", "Received"],
  "needs-you": ["bad", "Needs you"],
};

/** Props of {@link SyncBadge}. */
export interface SyncBadgeProps {
  state: TraceState;
  /** Another word for it, such as "Waiting". */
  children?: ComponentChildren;
}

/** How far one record or change got, as a badge. */
export function SyncBadge({ state, children }: SyncBadgeProps) {
  const [tone, word] = SYNC[state];
  return (
    <span class={"badge " + tone}>
      <Trace state={state} />
      {children ?? word}
    </span>
  );
}
