import { Builder } from "fresh/dev";
import { buildField } from "./tasks/build_field.ts";

const root = import.meta.dirname ?? ".";
const builder = new Builder({ root });

if (Deno.args.includes("build")) {
  await buildField(root, await builder.build());
  Deno.exit(0);
}
await builder.listen(() => import("./main.ts"));
