import { join } from "node:path";
import { Passwords } from "../lib/access/passwords.ts";
import { openStore } from "../lib/store/open.ts";
import { makeDemoInstance } from "./demo_instance.ts";
import { PASSWORD } from "./demo_making.ts";
import { runTask } from "./run_task.ts";

const root = new URL("..", import.meta.url).pathname;

console.log("Building StreamFlow…");
await runTask(root, ["run", "-A", "dev.ts", "build"]);

const folder = await Deno.makeTempDir({ prefix: "streamflow-demo-" });
const kv = join(folder, "demo.sqlite3");
console.log("Making companies to look at…");
const { store, close } = await openStore(kv);
const passwords = new Passwords();
const logins = await makeDemoInstance({ store, passwords, now: Date.now });
passwords.close();
close();

const port = Deno.env.get("PORT") ?? "8000";
console.log(`
Open http://127.0.0.1:${port}/login and log in as one of them:
`);
for (const { name, role, email, company } of logins) {
  console.log(`  ${role.padEnd(11)} ${email.padEnd(28)} ${name}, ${company}`);
}
console.log(`
All of them have the password ${PASSWORD}`);
console.log(`
The store is thrown away when you stop this with Ctrl+C.
`);

const server = new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", "main.ts"],
  cwd: root,
  env: { STREAMFLOW_KV: kv, PORT: port },
}).spawn();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => {
    try {
      server.kill(signal);
    } catch {
      // It has ended already: the terminal's Ctrl+C reaches both.
    }
  });
}
const { code } = await server.status;
await Deno.remove(folder, { recursive: true });
Deno.exit(code);
