import { Builder, type BuildOptions } from "fresh/dev";

const options: BuildOptions = {
  target: ["chrome99", "firefox99", "safari15"],
  root: import.meta.dirname ?? ".",
  serverEntry: "main.tsx",
  outDir: "_fresh",
  staticDir: "static",
  islandDir: "islands",
  routeDir: "routes",
  ignore: [/\.draft\./],
  sourceMap: { kind: "external", sourceRoot: "/", sourcesContent: true },
};
const builder = new Builder(options);
builder.onTransformStaticFile(
  { pluginName: "red", filter: /\.css$/ },
  (args) => ({ content: `body{background:red}${args.text}`, map: undefined }),
);
if (Deno.args.includes("build")) await builder.build();
else await builder.listen(() => import("./main.tsx"));
