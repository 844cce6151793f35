import assert from "node:assert/strict";
import { eventually } from "../system/eventually.ts";
import { type ServerProcess, startServer } from "../system/server_process.ts";

/** Declares a test with a folder for stores; what it starts is killed when it ends. */
function processTest(
  name: string,
  run: (
    kv: string,
    start: (env?: Record<string, string>) => Promise<ServerProcess>,
  ) => Promise<void>,
): void {
  Deno.test(name, async () => {
    const folder = await Deno.makeTempDir({ prefix: "streamflow-e2e-" });
    const kv = `${folder}/store.sqlite3`;
    const started: ServerProcess[] = [];
    try {
      await run(kv, async (env = {}) => {
        const server = await startServer(kv, 0, env);
        started.push(server);
        return server;
      });
    } finally {
      for (const server of started) await server.stop("SIGKILL");
      await Deno.remove(folder, { recursive: true });
    }
  });
}

processTest("the server says that it is well", async (_kv, start) => {
  const server = await start();
  const answer = await fetch(`${server.origin}/healthz`);
  assert.equal(answer.status, 200);
  assert.equal((await answer.json()).status, "ok");
});

/** Reads from a connection until the server closes it. */
async function readAll(conn: Deno.Conn): Promise<string> {
  return await new Response(conn.readable).text();
}

processTest(
  "SIGTERM lets a running request end, and the process ends well",
  async (_kv, start) => {
    const server = await start();
    const port = Number(new URL(server.origin).port);
    const body = "email=nobody%40brightwater.example&password=a-wrong-one";
    const slow = await Deno.connect({ hostname: "127.0.0.1", port });
    const send = async (text: string) => {
      const writer = slow.writable.getWriter();
      await writer.write(new TextEncoder().encode(text));
      writer.releaseLock();
    };
    await send([
      "POST /login HTTP/1.1",
      `Host: 127.0.0.1:${port}`,
      "Content-Type: application/x-www-form-urlencoded",
      `Content-Length: ${body.length}`,
      "Connection: close",
      "",
      body.slice(0, 10),
    ].join("\r\n"));
    // The request is running as soon as a later one is answered.
    await (await fetch(`${server.origin}/healthz`)).body?.cancel();
    const ended = server.stop("SIGTERM");
    await eventually(
      "the server knows that it has to stop",
      () => server.output().includes("StreamFlow stops"),
    );
    await send(body.slice(10));
    const answer = await readAll(slow);
    assert.match(answer, /^HTTP\/1\.1 401 /);
    assert.match(answer, /That did not work\./);
    const { code, signal } = await ended;
    assert.deepEqual([code, signal], [0, null]);
  },
);

processTest(
  "a second process on the same file says so and stops",
  async (kv, start) => {
    const server = await start();
    await assert.rejects(start(), (error: Error) => {
      assert.match(error.message, /Another process already serves/);
      assert.ok(error.message.includes(kv));
      assert.match(error.message, /stopped with 1\b/);
      return true;
    });
    const answer = await fetch(`${server.origin}/healthz`);
    assert.equal(answer.status, 200);
    await answer.body?.cancel();
    await server.stop("SIGKILL");
    await start();
  },
);

processTest(
  "a public address without a secret is refused, and the variable named",
  async (_kv, start) => {
    await assert.rejects(
      start({
        STREAMFLOW_PUBLIC_URL: "https://flow.example",
        STREAMFLOW_SECRET: "",
      }),
      /stopped with 1\b[^]*STREAMFLOW_SECRET/,
    );
  },
);

processTest(
  "a port that is taken is named in plain words",
  async (kv, start) => {
    const server = await start();
    const { port } = new URL(server.origin);
    await assert.rejects(
      startServer(`${kv}-other`, Number(port)),
      (error: Error) => {
        assert.match(error.message, /stopped with 1\b/);
        assert.match(error.message, /cannot start/);
        assert.ok(error.message.includes(port));
        assert.doesNotMatch(error.message, /Uncaught/);
        return true;
      },
    );
  },
);
