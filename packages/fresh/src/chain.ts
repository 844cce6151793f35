import { type Context, nothingNext, scopeOf } from "./context.ts";
import type { MaybeLazyMiddleware, Middleware } from "./handlers.ts";
import { HttpError } from "./http_error.ts";
import type { PageFrame } from "./request_scope.ts";
import {
  type Chain,
  type End,
  loadOnce,
  runErrorRoute,
} from "./route_runner.ts";
import { type ErrorAnswer, frameOf, type Level } from "./segment.ts";

// deno-lint-ignore no-explicit-any -- chains of apps of any state are run here
type AnyState = any;
type AnyContext = Context<AnyState>;

/** One step of a chain. */
type Step = (ctx: AnyContext) => unknown;

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

/** Answers what was thrown below it, or throws. */
type Guard = (ctx: AnyContext, error: unknown) => Promise<unknown>;

function guardOf(
  onError: ErrorAnswer | null,
  notFound: ErrorAnswer | null,
  frame: PageFrame,
): Guard | null {
  if (onError === null && notFound === null) return null;
  const other = onError && errorAnswer(onError, frame);
  const missing = notFound === null ? other : errorAnswer(notFound, frame);
  return async (ctx, error) => {
    const status = statusOf(error);
    const answer = status === 404 ? missing : other;
    if (answer === null) throw error;
    logUnexpected(error, ctx);
    return await answer(ctx, status);
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

/** What a step gives that leaves the answer to those after it. */
export const PASSED = Symbol("passed");

/** The steps of a chain, with what holds at each of them. */
interface Steps {
  readonly steps: readonly Step[];
  /** What `ctx.render()` puts a page into at each step. */
  readonly frames: readonly PageFrame[];
  /** By the step that they stand before, the innermost first. */
  readonly guards: readonly (readonly Guard[] | undefined)[];
  /** Whether the last step is one that answers: nothing comes after it. */
  readonly isAnswered: boolean;
  /** Answers where no step does. */
  readonly end: End;
}

async function guarded(
  ctx: AnyContext,
  thrown: unknown,
  guards: readonly Guard[],
): Promise<Response> {
  let error = thrown;
  // An error page that asks for what comes next would be asking for itself.
  ctx.next = nothingNext;
  for (const guard of guards) {
    try {
      return mustBeResponse(await guard(ctx, error));
    } catch (later) {
      ctx.error = error = later;
    }
  }
  throw error;
}

async function run(
  ctx: AnyContext,
  chain: Steps,
  index: number,
): Promise<Response> {
  const { steps, frames, guards, isAnswered, end } = chain;
  const scope = scopeOf(ctx);
  const { next } = ctx;
  const { frame } = scope;
  const after = index + 1;
  try {
    if (index === steps.length) return end(ctx);
    scope.frame = frames[index]!;
    ctx.next = isAnswered && after === steps.length
      ? nothingNext
      : () => run(ctx, chain, after);
    const result = await steps[index]!(ctx);
    return result === PASSED
      ? await run(ctx, chain, after)
      : mustBeResponse(result);
  } catch (error) {
    ctx.error = error;
    const around = guards[index];
    if (around === undefined) throw error;
    return await guarded(ctx, error, around);
  } finally {
    ctx.next = next;
    scope.frame = frame;
  }
}

/** Puts a chain together from what is registered for one pattern. */
export class ChainBuilder {
  readonly #steps: Step[] = [];
  readonly #frames: PageFrame[] = [];
  readonly #guards: Guard[][] = [];
  #isAnswered = false;
  #lastRoute: Chain | null = null;

  /**
   * Adds what holds at the levels of a path. What is not found is answered at
   * the innermost step of the path, also where nothing else is registered for
   * that one: middlewares further out see the response.
   */
  enter(levels: readonly Level[], depth: number): this {
    let notFound: ErrorAnswer | null = null;
    for (const [index, { segment, middlewareCount }] of levels.entries()) {
      const frame = frameOf(levels.slice(0, index + 1));
      notFound = segment.notFound ?? notFound;
      this.#guard(guardOf(segment.onError, notFound, frame));
      for (const middleware of segment.middlewares.slice(0, middlewareCount)) {
        this.#add(unlazy(middleware), frame);
      }
    }
    if (levels.at(-1)!.depth < depth) {
      this.#guard(guardOf(null, notFound, frameOf(levels)));
    }
    return this;
  }

  /** Adds the handlers of a path. */
  handlers(
    list: readonly MaybeLazyMiddleware<AnyState>[],
    frame: PageFrame,
  ): this {
    for (const handler of list) this.#add(unlazy(handler), frame);
    this.#isAnswered = true;
    return this;
  }

  /** Adds a route that others come after. */
  route(step: Step, frame: PageFrame): this {
    this.#add(step, frame);
    return this;
  }

  /** Adds a route that answers whatever comes to it. */
  lastRoute(step: Chain, frame: PageFrame): this {
    this.#add(step, frame);
    this.#isAnswered = true;
    this.#lastRoute = step;
    return this;
  }

  #guard(guard: Guard | null): void {
    if (guard === null) return;
    (this.#guards[this.#steps.length] ??= []).unshift(guard);
  }

  #add(step: Step, frame: PageFrame): void {
    this.#steps.push(step);
    this.#frames.push(frame);
  }

  /** The chain, with what answers where no step does. */
  build(end: End): Chain {
    const steps = this.#steps;
    if (this.#guards.length === 0) {
      if (steps.length === 0) return end;
      if (steps.length === 1 && this.#isAnswered) {
        return this.#lastRoute ?? onlyStep(steps[0]!);
      }
    }
    const chain: Steps = {
      steps,
      frames: this.#frames,
      guards: this.#guards,
      isAnswered: this.#isAnswered,
      end,
    };
    return (ctx) => run(ctx, chain, 0);
  }
}

/** A chain of one step needs nothing around it. */
function onlyStep(step: Step): Chain {
  return (ctx) => {
    const result = step(ctx);
    return result instanceof Promise
      ? result.then(mustBeResponse)
      : mustBeResponse(result);
  };
}
