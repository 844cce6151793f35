import { findOrInstallChromium } from "./find_or_install_chromium.ts";
import { runTask } from "./run_task.ts";

const root = new URL("..", import.meta.url).pathname;

if (await findOrInstallChromium() === null) {
  console.error(
    "The tests need Chrome or Chromium: install one, or set CHROME_PATH to where it is.",
  );
  Deno.exit(1);
}
await runTask(root, ["task", "check"]);
await runTask(root, ["task", "build"]);
await runTask(root, [
  "test",
  "-A",
  "--no-check",
  "--parallel",
  "tests/architecture_test.ts",
  "tests/unit",
  "tests/offline",
  "tests/simulation",
  "packages",
]);
await runTask(root, ["test", "-A", "--no-check", "tests/mutations"]);
await runTask(root, [
  "test",
  "-A",
  "--no-check",
  "tests/e2e",
  "tests/torture",
  "tests/fire",
]);
await runTask(root, ["task", "budget"]);
