import type { ComponentChildren } from "preact";

/** Which drawing: a route that waits, a line that broke, no network, or none. */
export type EmptyArt = "route" | "broken" | "offline" | "none";

/** Props of {@link Empty}. */
export interface EmptyProps {
  title: string;
  art?: EmptyArt | undefined;
  /** What would be here, and when it comes. */
  children?: ComponentChildren;
  /** One useful thing to do meanwhile: `btn btn-block`. */
  action?: ComponentChildren;
  /** Rank of the title in the page's outline; 2 unless said. */
  level?: 1 | 2 | 3 | undefined;
}

/** Nothing here yet, or no answer: what would be here, and what to do. */
export function Empty(
  { title, art = "route", children, action, level = 2 }: EmptyProps,
) {
  const Heading = `h${level}` as const;
  return (
    <div class="card empty">
      {art !== "none" && (
        <svg viewBox="0 0 144 80" aria-hidden="true">
          {art === "route"
            ? (
              <>
                <circle cx="24" cy="26" r="7" />
                <path d="M31 26h74a14 14 0 0 1 0 28H64m24-32 5 4-5 4" />
                <circle class="fill-dot" cx="57" cy="54" r="7" />
              </>
            )
            : (
              <>
                <circle class="fill-dot" cx="24" cy="48" r="7" />
                <circle cx="120" cy="48" r="9" />
                {art === "broken"
                  ? <path d="M31 48h30m22 0h28M66 40l12 16m0-16L66 56" />
                  : (
                    <>
                      <path d="M36 48h24" />
                      <path
                        d="M67 48h38M54 18c10-9 32-9 42 0m-33 10c6-5 18-5 24 0"
                        stroke-dasharray="2 7"
                      />
                    </>
                  )}
              </>
            )}
        </svg>
      )}
      <Heading>{title}</Heading>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}
