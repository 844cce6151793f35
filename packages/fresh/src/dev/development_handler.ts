import { errorPage } from "./error_page.ts";

/** The function that answers requests. */
export type Handler = (
  request: Request,
  info: Deno.ServeHandlerInfo,
) => Promise<Response>;

/** Where a page listens for edits. */
export const ALIVE_PATH = "/_frsh/alive";

/** Where the listening code is when there is no build that contains it. */
export const RELOAD_PATH = "/_frsh/reload.js";

/** The listening code, for pages that are shown in the place of a build. */
const RELOAD_CODE = `const alive = new EventSource("${ALIVE_PATH}");
let start = "";
alive.onmessage = ({ data }) => {
  if (start !== "" && start !== data) location.reload();
  start = data;
};
`;

/** What is open to the pages that listen for edits. */
export type Listeners = Set<ReadableStreamDefaultController<Uint8Array>>;

/** A stream that tells a page which start of the server it is talking to. */
export function aliveResponse(
  start: string,
  listeners: Listeners = new Set(),
): Response {
  const event = new TextEncoder().encode(`retry: 200\ndata: ${start}\n\n`);
  let own: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      own = controller;
      listeners.add(controller);
      controller.enqueue(event);
    },
    cancel: () => void listeners.delete(own),
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
    },
  });
}

/** Adds to an app what only its developers get. */
export function developmentHandler(
  handler: Handler,
  basePath: string,
): Handler {
  const start = crypto.randomUUID();
  return async (request, info) => {
    const { pathname } = new URL(request.url);
    return pathname === basePath + ALIVE_PATH
      ? aliveResponse(start)
      : await handler(request, info);
  };
}

/** Shows what keeps an app from starting. */
export function errorHandler(error: unknown, root: string): Handler {
  return async (request) => {
    if (new URL(request.url).pathname === RELOAD_PATH) {
      return new Response(RELOAD_CODE, {
        headers: { "content-type": "text/javascript" },
      });
    }
    return new Response(await errorPage(error, root, RELOAD_PATH), {
      status: 500,
      headers: { "content-type": "text/html; charset=utf-8" },
    });
  };
}

/** Shows what kept an app from starting, until Deno starts it again. */
export function failedStartHandler(error: unknown, root: string): Handler {
  return developmentHandler(errorHandler(error, root), "");
}
