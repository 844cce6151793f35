import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon.tsx";
import { Logo } from "./Logo.tsx";
import { SkipLink } from "./SkipLink.tsx";
import { Sprite } from "./Sprite.tsx";

/** Props of {@link Gate}. */
export interface GateProps {
  /** The page's `h1`. */
  title: string;
  /** One sentence below it. */
  lead?: ComponentChildren;
  /** What a desk shows beside the form. */
  headline?: string | undefined;
  text?: string | undefined;
  points?: readonly { icon: IconName; text: string }[] | undefined;
  /** Drawings of the page, beyond those of `points`. */
  icons?: readonly IconName[] | undefined;
  /** A long form: wider column, from the top. Otherwise a narrow one, centred at a desk. */
  wide?: boolean | undefined;
  /** The form, then quiet ways elsewhere. */
  children: ComponentChildren;
}

/** Frame of the signed-out pages: login, signup, invite, a message. Server only. */
export function Gate(
  { title, lead, headline, text, points = [], icons = [], wide, children }:
    GateProps,
) {
  return (
    <div class="gate">
      <Sprite
        names={["check", "warn", ...points.map((p) => p.icon), ...icons]}
      />
      <SkipLink />
      <header class="gate-brand">
        <Logo />
        <div class="gate-say wide-only">
          <p class="gate-head">
            {headline ?? "Work goes on when the network does not."}
          </p>
          {text && <p>{text}</p>}
          {points.length > 0 && (
            <ul>
              {points.map((point) => (
                <li key={point.text}>
                  <Icon name={point.icon} />
                  <span>{point.text}</span>
                </li>
              ))}
            </ul>
          )}
        </div>
        <svg
          class="gate-line wide-only"
          viewBox="0 0 400 150"
          preserveAspectRatio="xMidYMax slice"
          aria-hidden="true"
        >
          <path d="M-10 20H250a29 29 0 0 1 0 58H120a29 29 0 0 0 0 58H288" />
          <circle cx="300" cy="136" r="12" />
        </svg>
      </header>
      <main class={wide ? "gate-main gate-wide" : "gate-main"} id="main">
        <div class="stack">
          <h1>{title}</h1>
          {lead && <p class="dim">{lead}</p>}
        </div>
        {children}
      </main>
    </div>
  );
}
