import { define } from "./utils.ts";

export default define.middleware((ctx) => ctx.text(`lazy ${ctx.route}`));
