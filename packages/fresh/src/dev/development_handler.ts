/** The function that answers requests. */
type Handler = (
  request: Request,
  info: Deno.ServeHandlerInfo,
) => Promise<Response>;

/** Where a page listens for edits. */
export const ALIVE_PATH = "/_frsh/alive";

/** A stream that tells a page which start of the server it is talking to. */
function aliveResponse(start: string): Response {
  const event = new TextEncoder().encode(`retry: 200\ndata: ${start}\n\n`);
  return new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(event);
      },
    }),
    {
      headers: {
        "content-type": "text/event-stream",
        "cache-control": "no-store",
      },
    },
  );
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
