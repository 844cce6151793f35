import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { newId } from "../builders.ts";
import { problemOf } from "../door.ts";
import { calls, withOffice } from "../office.ts";

const SYNC = "/api/client/sync";
const gzip = (content: string | Uint8Array) =>
  new Uint8Array(gzipSync(content));

Deno.test("bodies that cannot be read are refused by every call, and nothing is written", () =>
  withOffice(async (door, company, me) => {
    const paths = [
      ...(await calls(company, me)).map(([method, path]) => [method, path]),
      ["POST", SYNC],
    ];
    const json = { "content-type": "application/json" };
    const bomb = gzip(new Uint8Array(50_000_000));
    const bad: [
      because: string,
      headers: Record<string, string>,
      body: BodyInit,
      status: number,
      code: string,
    ][] = [
      ["malformed", json, '{"id":', 400, "malformed-body"],
      ["empty", json, "", 400, "malformed-body"],
      [
        "not UTF-8",
        json,
        new Uint8Array([0x22, 0xff, 0x22]),
        400,
        "malformed-body",
      ],
      ["10 MB", json, new Uint8Array(10_000_000), 413, "body-too-large"],
      [
        "a gzip bomb",
        { ...json, "content-encoding": "gzip" },
        bomb,
        413,
        "body-too-large",
      ],
      [
        "half of a gzip",
        { ...json, "content-encoding": "gzip" },
        gzip("{}").slice(0, 12),
        400,
        "malformed-body",
      ],
      [
        "no gzip",
        { ...json, "content-encoding": "gzip" },
        "{}",
        400,
        "malformed-body",
      ],
      [
        "another encoding",
        { ...json, "content-encoding": "br" },
        "{}",
        415,
        "unsupported-media-type",
      ],
      [
        "text",
        { "content-type": "text/plain" },
        "{}",
        415,
        "unsupported-media-type",
      ],
      [
        "a form",
        { "content-type": "application/x-www-form-urlencoded" },
        "a=b",
        415,
        "unsupported-media-type",
      ],
      ["no type", { "content-type": "" }, "{}", 415, "unsupported-media-type"],
      ["a list", json, "[]", 400, "invalid-input"],
      ["null", json, "null", 400, "invalid-input"],
      ["a number", json, "1e999", 400, "invalid-input"],
      ["deep nesting", json, "[".repeat(60_000), 400, "malformed-body"],
    ];
    await door.cookieOf(me);
    const commits = door.store.counts.commits;
    for (const [method = "", path = ""] of paths) {
      for (const [because, headers, body, status, code] of bad) {
        const answer = await door.ask(method, path, {
          as: me,
          version: 1,
          body,
          headers: { "idempotency-key": newId("op"), ...headers },
        });
        const problem = await problemOf(answer);
        assert.deepEqual([problem.status, problem.code, problem.type], [
          status,
          code,
          `urn:streamflow:problem:${code}`,
        ], `${method} ${path}: ${because}`);
      }
    }
    assert.equal(door.store.counts.commits, commits);
  }));

Deno.test("a body without a length is cut off where it becomes too large", () =>
  withOffice(async (door, _company, me) => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    const answer = await door.ask("POST", "/api/client/leads", {
      as: me,
      body,
      headers: {
        "content-type": "application/json",
        "idempotency-key": newId("op"),
      },
    });
    assert.equal((await problemOf(answer)).status, 413);
    assert.ok(sent < 400_000, `${sent} bytes were taken`);
  }));

Deno.test("a sync request may be gzip and larger than a call, and names what is wrong with it", () =>
  withOffice(async (door, _company, me) => {
    const frame = {
      v: 1,
      deviceId: newId("dev"),
      userId: me.id,
      orgId: me.orgId,
      ops: [],
    };
    const headers = {
      "content-type": "application/json",
      "content-encoding": "gzip",
    };
    const good = await door.ask("POST", SYNC, {
      as: me,
      headers,
      body: gzip(JSON.stringify(frame)),
    });
    assert.deepEqual([good.status, (await good.json()).lastSeq], [200, 0]);
    const wrong = await problemOf(
      await door.ask("POST", SYNC, {
        as: me,
        json: { ...frame, deviceId: 7, ops: {} },
      }),
    );
    assert.deepEqual([wrong.code, wrong.fields.sort()], ["invalid-input", [
      "deviceId",
      "ops",
    ]]);
    const mismatch = await problemOf(
      await door.ask("POST", SYNC, {
        as: me,
        json: { ...frame, orgId: newId("org") },
      }),
    );
    assert.deepEqual([mismatch.status, mismatch.code], [403, "scope-mismatch"]);
    const gone = await problemOf(
      await door.ask("GET", `${SYNC}?cursor=nonsense`, { as: me }),
    );
    assert.deepEqual([gone.status, gone.code], [410, "cursor-expired"]);
  }));
