import { HttpError } from "fresh";
import { PasswordsBusy } from "../lib/access/passwords.ts";
import { Head } from "fresh/runtime";
import { Gate } from "../components/Gate.tsx";
import { waitWords } from "../components/wait_words.ts";
import { finish } from "../lib/http/finish.ts";
import { problemResponse } from "../lib/http/problem_response.ts";
import { define } from "../lib/http/state.ts";
import {
  type Problem,
  problem,
  type ProblemCode,
} from "../lib/model/problem.ts";

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
  413: ["That was too large", "Go back and send less at once."],
  429: ["Too many tries", "Wait a few minutes, then try it again."],
  503: ["Many people log in right now", "Try it again in a few seconds."],
};

const ELSEWHERE: [title: string, text: string] = [
  "You work somewhere else now",
  "That page was opened in another company, or by somebody else. Nothing was saved. Go back to copy what you typed, then open the page anew where it belongs.",
];

const UNREAD: [title: string, text: string] = [
  "This could not be read",
  "Go back and send it from the page itself.",
];

const FAULT: [title: string, text: string] = [
  "The office could not answer",
  "Your changes are safe on this phone. Try it again.",
];

/** The problem that an error stands for. */
function refusalOf(
  error: unknown,
): Pick<Problem, "status" | "retryAfter"> & Partial<Pick<Problem, "code">> {
  if (error instanceof PasswordsBusy) return problem("busy", { retryAfter: 2 });
  if (!(error instanceof HttpError)) return { status: 500 };
  const { status, cause } = error;
  return { status, ...(cause as Partial<Problem> | undefined) };
}

/** Errors: a problem for an API call, a page for people; neither shows a stack. */
export const handler = define.handlers(async (ctx) => {
  const { status, retryAfter, code } = refusalOf(ctx.error);
  const { state } = ctx;
  if (ctx.url.pathname.startsWith("/api/")) {
    return finish(ctx, problemResponse(ctx, codeOf(status)));
  }
  const [title, text] = status === 429 && retryAfter
    ? ["Too many tries", waitWords(retryAfter)]
    : code === "scope-mismatch"
    ? ELSEWHERE
    : PAGES[status] ?? (status < 500 ? UNREAD : FAULT);
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
  const headers = {
    "cache-control": "no-store",
    ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
  };
  return finish(ctx, await ctx.render(body, { status, headers }));
});

function codeOf(status: number): ProblemCode {
  return status === 404
    ? "not-found"
    : status === 405
    ? "method-not-allowed"
    : "internal";
}
