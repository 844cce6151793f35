import type { ComponentChildren } from "preact";
import { SyncBadge } from "./Badge.tsx";
import { Icon, type IconName } from "./Icon.tsx";

/** Props of {@link OpRow}. */
export interface OpRowProps {
  icon: IconName;
  /** What the person did: "Started order 2417". */
  title: ComponentChildren;
  /** When, such as 10:27. */
  at: string;
  state: "needs-you" | "sending" | "waiting" | "received" | "settled";
  /** The office's receipt, once it has the change. */
  receipt?: string | undefined;
  /** Why it waits, or what there is to choose. */
  note?: ComponentChildren;
  /** What it holds: paragraphs. */
  more?: ComponentChildren;
  /** What to do about it: `btn` elements. */
  children?: ComponentChildren;
}

/** One change on its way to the office, in plain words. Inside `RowList`. */
export function OpRow(
  { icon, title, at, state, receipt, note, more, children }: OpRowProps,
) {
  return (
    <li class={"op op-" + state}>
      <Icon name={icon} />
      <b>{title}</b>
      <time>{at}</time>
      <p>
        {state === "waiting"
          ? <SyncBadge state="saved">Waiting</SyncBadge>
          : state !== "settled" && <SyncBadge state={state} />} {note}
        {receipt && (
          <>
            Receipt <code>{receipt}</code>
          </>
        )}
      </p>
      {more}
      {children && <div class="btns">{children}</div>}
    </li>
  );
}
