/** Builds the measured app into a folder of its own. */
import { Builder } from "fresh/dev";

const root = new URL(".", import.meta.url).pathname;
await new Builder({ root, serverEntry: "main.tsx" }).build();
