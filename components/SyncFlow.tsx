import type { ComponentChildren } from "preact";
import { Icon } from "./Icon.tsx";

/** Props of {@link SyncFlow}. */
export interface SyncFlowProps {
  /** Changes that only this phone has. */
  here: number;
  /** Changes that the office has confirmed, of those shown. */
  received: number;
  /** Progress of the present sending; nothing moves without it. */
  sending?: { done: number; total: number } | undefined;
  /** One sentence: what happens, and that work can go on. */
  children: ComponentChildren;
}

/** Head of the changes page: phone, line, office. Needs the icons `device` and `office`. */
export function SyncFlow({ here, received, sending, children }: SyncFlowProps) {
  return (
    <section class="card">
      <div class="flow">
        <p>
          <Icon name="device" size="lg" />
          <b>{here}</b> <small>on this phone</small>
        </p>
        <progress
          class="bar"
          max={sending ? sending.total : here + received || 1}
          value={sending ? sending.done : received || (here ? 0 : 1)}
          aria-label={sending
            ? `Sending ${sending.done} of ${sending.total}`
            : "Received"}
        />
        <p>
          <Icon name="office" size="lg" />
          <b>{received}</b> <small>received</small>
        </p>
      </div>
      <p>{children}</p>
    </section>
  );
}
