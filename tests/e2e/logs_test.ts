import assert from "node:assert/strict";
import { eventually } from "../system/eventually.ts";
import { type ServerProcess, startServer } from "../system/server_process.ts";
import { canariesIn, carrySecrets } from "../system/traffic.ts";
import { type FaultPlan, PLAN } from "../torture/kv_faults.ts";

interface Line {
  time: string;
  level: string;
  requestId?: string;
  route?: string;
  status?: number;
  ms?: number;
  name?: string;
  message?: string;
  stack?: string;
}

/** What was printed while it served: between the two lines that are for people. */
function linesOf(server: ServerProcess): Line[] {
  const printed = server.output();
  const from = printed.indexOf("\n", printed.indexOf("StreamFlow serves"));
  return printed.slice(from).split("\n")
    .filter((line) => line !== "" && !line.startsWith("StreamFlow stops"))
    .map((line) => JSON.parse(line));
}

async function withServer(
  run: (
    start: (
      plan?: Omit<FaultPlan, "log">,
      preload?: string,
    ) => Promise<ServerProcess>,
  ) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "streamflow-e2e-" });
  const kv = `${folder}/store.sqlite3`;
  const faulty = new URL("../torture/kv_faults.ts", import.meta.url).href;
  let server: ServerProcess | undefined;
  // Without a mail server the log is where mails go.
  const mail = "smtp://127.0.0.1:9";
  try {
    await run(async (plan, preload = faulty) => {
      const faults = JSON.stringify({ ...plan, log: `${folder}/calls` });
      const env = { STREAMFLOW_MAIL: mail };
      server = plan
        ? await startServer(kv, 0, { ...env, [PLAN]: faults }, preload)
        : await startServer(kv, 0, env);
      return server;
    });
  } finally {
    await server?.stop("SIGKILL");
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("each request is one JSON line, and no line has a query, a body, a secret or a person in it", async () => {
  await withServer(async (start) => {
    const server = await start();
    const statuses = await carrySecrets(server.origin);
    await server.stop();
    const requests = linesOf(server).filter((line) => line.route !== undefined);
    assert.deepEqual(requests.map((line) => line.status), statuses);
    for (const line of requests) {
      assert.ok(!Number.isNaN(Date.parse(line.time)), line.time);
      assert.equal(line.level, "info");
      assert.match(line.requestId ?? "", /^[0-9A-HJKMNP-TV-Z]{26}$/);
      assert.equal(typeof line.ms, "number");
    }
    assert.ok(requests.some((line) => line.route === "/invite/:token"));
    assert.deepEqual(canariesIn(server.output()), []);
  });
});

Deno.test("an unexpected error is one JSON line with its stack and its request, which the client is told", async () => {
  await withServer(async (start) => {
    const server = await start({ from: "signal", at: 1, fault: "throw" });
    server.signal("SIGUSR2");
    const answer = await eventually("the store fails", async () => {
      const answer = await fetch(`${server.origin}/login`, {
        method: "POST",
        body: new URLSearchParams({ email: "a@b.example", password: "x" }),
      });
      if (answer.status === 500) return answer;
      await answer.body?.cancel();
      return null;
    });
    const page = await answer.text();
    assert.doesNotMatch(page, /fire|kv_faults|\.ts:\d/);
    const requestId = answer.headers.get("x-request-id");
    assert.ok(requestId && page.includes(requestId));
    const [fault, request, ...more] = await eventually(
      "its lines are printed",
      () => {
        const lines = linesOf(server).filter((line) =>
          line.requestId === requestId
        );
        return lines.length >= 2 && lines;
      },
    );
    assert.deepEqual(more, []);
    assert.equal(fault?.level, "error");
    assert.equal(fault?.name, "Error");
    assert.equal(fault?.message, "The disk is on fire");
    assert.match(fault?.stack ?? "", /kv_faults\.ts/);
    assert.equal(request?.status, 500);
    assert.equal(request?.level, "error");
  });
});

Deno.test("what nobody catches is one JSON line, and ends the process", async () => {
  const code = `Deno.addSignalListener("SIGUSR2", () => {
    Promise.reject(new Error("nobody caught it"));
  });`;
  const preload = `data:text/javascript,${encodeURIComponent(code)}`;
  await withServer(async (start) => {
    const server = await start(
      { from: "start", at: 0, fault: "throw" },
      preload,
    );
    server.signal("SIGUSR2");
    const { code } = await server.ended;
    assert.equal(code, 1);
    await server.stop();
    const [line, ...more] = linesOf(server);
    assert.equal(line?.message, "nobody caught it");
    assert.equal(line?.level, "error");
    assert.deepEqual(more, []);
  });
});
