import { HttpError } from "fresh";
import { Gate } from "../components/Gate.tsx";
import { define } from "../lib/http/state.ts";

const PAGES: Record<number, [title: string, text: string]> = {
  403: [
    "This is not yours to open",
    "Your role does not reach it. Somebody in the office may help.",
  ],
  404: [
    "There is nothing here",
    "The address may be old, or the thing was removed.",
  ],
  405: ["This cannot be done here", "Go back and try it from the page itself."],
};

/** What people see of an error: what happened, what is safe, what to do. Never a stack. */
export default define.page(({ error, state }) => {
  const status = error instanceof HttpError ? error.status : 500;
  const [title, text] = PAGES[status] ??
    [
      "The office could not answer",
      "Your changes are safe on this phone. Try it again.",
    ];
  return (
    <>
      <title>{`${title} · StreamFlow`}</title>
      <Gate title={title} lead={text}>
        <a class="btn btn-main btn-block" href="/">Back to the start</a>
        {status >= 500 && (
          <p>
            <small>
              If it stays, tell your office the code{" "}
              <code>{state.requestId}</code>
            </small>
          </p>
        )}
      </Gate>
    </>
  );
});
