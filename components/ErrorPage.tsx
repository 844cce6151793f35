import type { ComponentChildren } from "preact";
import { Empty, type EmptyArt } from "./Empty.tsx";

/** Props of {@link ErrorPage}. */
export interface ErrorPageProps {
  /** What happened: "The office did not answer". */
  title: string;
  /** What is safe, and what to do. */
  children: ComponentChildren;
  /** A `btn btn-main btn-block`. */
  action?: ComponentChildren;
  /** For whoever helps; it comes last and small. */
  code?: string | undefined;
  art?: EmptyArt | undefined;
}

/** Body of an error page: its title is the page's `h1`. */
export function ErrorPage(
  { title, children, action, code, art = "broken" }: ErrorPageProps,
) {
  return (
    <Empty
      level={1}
      art={art}
      title={title}
      action={
        <>
          {action}
          {code && (
            <p>
              <small>
                If it stays: tell your office the code <code>{code}</code>
              </small>
            </p>
          )}
        </>
      }
    >
      {children}
    </Empty>
  );
}
