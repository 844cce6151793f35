import { type Context, scopeOf } from "./context.ts";
import type { MaybeLazyMiddleware, Middleware } from "./handlers.ts";
import { HttpError } from "./http_error.ts";
import type { PageFrame } from "./request_scope.ts";
import { loadOnce, runErrorRoute, type Terminal } from "./route_runner.ts";
import { type ErrorAnswer, frameOf, type Level } from "./segment.ts";

// deno-lint-ignore no-explicit-any -- chains of apps of any state are run here
type AnyState = any;
type AnyContext = Context<AnyState>;

/** One step of a chain. */
type Step = (ctx: AnyContext) => unknown;

/** Answers a request, from the first middleware to the handler. */
export type Chain = (ctx: AnyContext) => Promise<Response> | Response;

/** The status that a thrown value answers with. */
export function statusOf(error: unknown): number {
  return error instanceof HttpError ? error.status : 500;
}

/** Logs what no app throws on purpose; each error of a request once. */
export function logUnexpected(error: unknown, ctx: AnyContext): void {
  const scope = scopeOf(ctx);
  if (statusOf(error) < 500 || scope.logged === error) return;
  scope.logged = error;
  // deno-lint-ignore no-console -- the only place where errors are logged
  console.error(error);
}

function mustBeResponse(value: unknown): Response {
  if (value instanceof Response) return value;
  throw new TypeError(
    "A middleware or handler returned something that is not a Response. " +
      "Did it forget to return ctx.next()?",
  );
}

/**
 * Runs a middleware that may be a function which loads the real one. Which of
 * the two it is shows when it is first run.
 */
function unlazy(middleware: MaybeLazyMiddleware<AnyState>): Step {
  let real: Middleware<AnyState> | null = null;
  const settle = (ctx: AnyContext, result: unknown): unknown => {
    if (typeof result !== "function") {
      if (result instanceof Response) real = middleware as typeof real;
      return result;
    }
    real = result as Middleware<AnyState>;
    return real(ctx);
  };
  return (ctx) => {
    if (real !== null) return real(ctx);
    const result: unknown = middleware(ctx);
    return result instanceof Promise
      ? result.then((settled) => settle(ctx, settled))
      : settle(ctx, result);
  };
}

/** What answers errors at one level. */
interface ErrorAnswers {
  readonly notFound: ErrorAnswer | null;
  readonly onError: ErrorAnswer | null;
  /** Whether a level further out answers what was not found. */
  readonly isNotFoundAnswered: boolean;
}

function errorStep(answers: ErrorAnswers, frame: PageFrame): Step {
  const onError = answers.onError && errorAnswer(answers.onError, frame);
  const notFound = answers.notFound !== null
    ? errorAnswer(answers.notFound, frame)
    : answers.isNotFoundAnswered
    ? null
    : onError;
  return async (ctx) => {
    try {
      return await ctx.next();
    } catch (error) {
      const status = statusOf(error);
      const answer = status === 404 ? notFound : onError;
      if (answer === null) throw error;
      logUnexpected(error, ctx);
      ctx.error = error;
      return await answer(ctx, status);
    }
  };
}

function errorAnswer(
  answer: ErrorAnswer,
  frame: PageFrame,
): (ctx: AnyContext, status: number) => Promise<unknown> {
  if ("middleware" in answer) {
    const run = unlazy(answer.middleware);
    return async (ctx) => {
      scopeOf(ctx).frame = frame;
      return await run(ctx);
    };
  }
  const load = loadOnce(answer.route);
  return async (ctx, status) =>
    await runErrorRoute(ctx, await load(), frame, status);
}

function stepsOf(levels: readonly Level[]): Step[] {
  const steps: Step[] = [];
  let isNotFoundAnswered = false;
  for (const [index, level] of levels.entries()) {
    const { onError, notFound, middlewares } = level.segment;
    if (onError !== null || notFound !== null) {
      const frame = frameOf(levels.slice(0, index + 1));
      const answers = { onError, notFound, isNotFoundAnswered };
      steps.push(errorStep(answers, frame));
      isNotFoundAnswered ||= notFound !== null;
    }
    for (const middleware of middlewares.slice(0, level.middlewareCount)) {
      steps.push(unlazy(middleware));
    }
  }
  return steps;
}

async function run(
  ctx: AnyContext,
  steps: readonly Step[],
  index: number,
  terminal: Terminal,
): Promise<Response> {
  const previous = ctx.next;
  try {
    if (index === steps.length) return mustBeResponse(await terminal(ctx));
    ctx.next = () => run(ctx, steps, index + 1, terminal);
    return mustBeResponse(await steps[index]!(ctx));
  } catch (error) {
    ctx.error = error;
    throw error;
  } finally {
    ctx.next = previous;
  }
}

function noRoute(): never {
  throw new HttpError(404);
}

/** Puts what holds at the levels of a route before the route itself. */
export function routeChain(
  levels: readonly Level[],
  terminal: Terminal,
): Chain {
  const steps = stepsOf(levels);
  return steps.length === 0 ? terminal : (ctx) => run(ctx, steps, 0, terminal);
}

/** Puts what holds at the levels of a path before its handlers. */
export function handlerChain(
  levels: readonly Level[],
  handlers: readonly MaybeLazyMiddleware<AnyState>[],
): Chain {
  const steps = [...stepsOf(levels), ...handlers.map(unlazy)];
  if (steps.length > 1) return (ctx) => run(ctx, steps, 0, noRoute);
  const only = steps[0]!;
  return (ctx) => {
    ctx.next = noRouteLater;
    const result = only(ctx);
    return result instanceof Promise
      ? result.then(mustBeResponse)
      : mustBeResponse(result);
  };
}

function noRouteLater(): Promise<never> {
  return Promise.reject(new HttpError(404));
}
