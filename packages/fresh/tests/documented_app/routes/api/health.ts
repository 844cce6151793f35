// deno-lint-ignore-file fresh-handler-export -- the documentation shows both names
import { define } from "../../utils.ts";

export const handlers = define.handlers((ctx) =>
  new Response(`Received a ${ctx.req.method} request`)
);
