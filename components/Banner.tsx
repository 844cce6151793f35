import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon.tsx";

/** Props of {@link Banner}. */
export interface BannerProps {
  tone: "info" | "wait" | "bad" | "go";
  icon: IconName;
  /** What happened. */
  title?: ComponentChildren;
  /** What is safe, what to do. */
  children?: ComponentChildren;
  /** A link or button that mends it. */
  action?: ComponentChildren;
  /** It came as an answer to what the person just did, so it is read out at once. */
  alert?: boolean | undefined;
}

/** Says what happened, what is safe, what to do. */
export function Banner(
  { tone, icon, title, children, action, alert }: BannerProps,
) {
  return (
    <div class={"banner " + tone} role={alert ? "alert" : undefined}>
      <Icon name={icon} />
      <div>
        {title && <b>{title}</b>} {children}
      </div>
      {action}
    </div>
  );
}
