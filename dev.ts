import { Builder } from "fresh/dev";
import { configFromEnvironment } from "./fresh.config.ts";
import { buildField } from "./tasks/build_field.ts";

const root = import.meta.dirname ?? ".";
// What the islands share is no island by itself.
const builder = new Builder({ root, ignore: [/[\\/]islands[\\/]field[\\/]/] });

if (Deno.args.includes("build")) {
  await buildField(root, await builder.build());
  Deno.exit(0);
}
const { port, host } = configFromEnvironment();
await builder.listen(() => import("./main.ts"), { port, hostname: host });
