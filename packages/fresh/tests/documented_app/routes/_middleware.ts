import { define } from "../utils.ts";

export default [
  define.middleware(async (ctx) => {
    ctx.state.user = ctx.url.searchParams.has("in")
      ? await Promise.resolve({ name: "Ann" })
      : null;
    return await ctx.next();
  }),
];
