import { HttpError } from "fresh";
import { Head } from "fresh/runtime";
import { Gate } from "../components/Gate.tsx";
import { finish } from "../lib/http/finish.ts";
import { problemResponse } from "../lib/http/problem_response.ts";
import { define } from "../lib/http/state.ts";
import type { ProblemCode } from "../lib/model/problem.ts";

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

/** Errors: a problem for an API call, a page for people; neither shows a stack. */
export const handler = define.handlers(async (ctx) => {
  const status = ctx.error instanceof HttpError ? ctx.error.status : 500;
  const { state } = ctx;
  if (ctx.url.pathname.startsWith("/api/")) {
    return finish(ctx, problemResponse(ctx, codeOf(status)));
  }
  const [title, text] = PAGES[status] ??
    [
      "The office could not answer",
      "Your changes are safe on this phone. Try it again.",
    ];
  const body = (
    <>
      <Head>
        <title>{`${title} · StreamFlow`}</title>
      </Head>
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
  const headers = { "cache-control": "no-store" };
  return finish(ctx, await ctx.render(body, { status, headers }));
});

function codeOf(status: number): ProblemCode {
  return status === 404
    ? "not-found"
    : status === 405
    ? "method-not-allowed"
    : "internal";
}
