import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { newId } from "../builders.ts";
import type { Asking } from "../door.ts";
import {
  Deviations,
  type Endpoint,
  withHostileWorld,
} from "./hostile_world.ts";

// Bodies that are broken before anybody looks at what they say.

const MEGABYTES = new Uint8Array(20_000_000).fill(0x61);
const BOMB = new Uint8Array(gzipSync(new Uint8Array(20_000_000)));
const HALF = new Uint8Array(gzipSync("{}")).slice(0, 12);

/** Twenty megabytes, more than any form takes, of which nobody said how many they are. */
const endless = () =>
  new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(MEGABYTES.subarray(0, 65_536)),
  });

/** A broken body: what it is sent as, and what has to come of it. */
interface Broken {
  because: string;
  type: string | null;
  headers?: Record<string, string>;
  body: () => BodyInit;
  status: number;
  code: string;
}

const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";

/** What is wrong in any case. */
const eitherWay = (type: string): Broken[] => [
  {
    because: "20 MB that say so",
    type,
    headers: { "content-length": "20000000" },
    body: () => MEGABYTES,
    status: 413,
    code: "body-too-large",
  },
  {
    because: "20 MB without a length",
    type,
    body: endless,
    status: 413,
    code: "body-too-large",
  },
  {
    because: "a length that is none",
    type,
    headers: { "content-length": "9".repeat(400) },
    body: () => "{}",
    status: 413,
    code: "body-too-large",
  },
  {
    because: "a gzip bomb",
    type,
    headers: { "content-encoding": "gzip" },
    body: () => BOMB,
    status: 413,
    code: "body-too-large",
  },
  {
    because: "half of a gzip",
    type,
    headers: { "content-encoding": "gzip" },
    body: () => HALF,
    status: 400,
    code: "malformed-body",
  },
  {
    because: "gzip that is none",
    type,
    headers: { "content-encoding": "gzip" },
    body: () => "{}",
    status: 400,
    code: "malformed-body",
  },
  {
    because: "another encoding",
    type,
    headers: { "content-encoding": "br" },
    body: () => "{}",
    status: 415,
    code: "unsupported-media-type",
  },
  ...["text/plain", "application/xml", "application/json5", "nonsense", null]
    .map((type): Broken => ({
      because: `of type ${type}`,
      type,
      body: () => new TextEncoder().encode("{}"),
      status: 415,
      code: "unsupported-media-type",
    })),
];

const BROKEN_JSON: Broken[] = [
  ...eitherWay(JSON_TYPE),
  ...([
    ["nothing", ""],
    ["half", '{"id":'],
    ["two", "{}{}"],
    ["a comma too many", '{"id":1,}'],
    ["single quotes", "{'id':1}"],
    ["NaN", "NaN"],
    ["a raw NUL", '{"id":"\0"}'],
    ["a byte that is no UTF-8", new Uint8Array([0x22, 0xff, 0x22])],
    ["a surrogate in UTF-8", new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0])],
    ["deep nesting, open", "[".repeat(60_000)],
  ] as const).map(([because, body]): Broken => ({
    because,
    type: JSON_TYPE,
    body: () => body,
    status: 400,
    code: "malformed-body",
  })),
  ...([
    ["a list", "[]"],
    ["null", "null"],
    ["a number", "7"],
    ["a huge number", "1e999"],
    ["text", '"text"'],
    ["true", "true"],
    ["an empty object", "{}"],
    ["a list of objects", "[{}]"],
    ["another prototype", '{"__proto__":{"isAdmin":true}}'],
    ["a constructor", '{"constructor":{"prototype":{"isAdmin":true}}}'],
    ["deep lists", "[".repeat(10_000) + "]".repeat(10_000)],
    ["deep objects", '{"a":'.repeat(10_000) + "1" + "}".repeat(10_000)],
  ] as const).map(([because, body]): Broken => ({
    because,
    type: JSON_TYPE,
    body: () => body,
    status: 400,
    code: "invalid-input",
  })),
  {
    because: "a form",
    type: FORM_TYPE,
    body: () => "a=b",
    status: 415,
    code: "unsupported-media-type",
  },
];

const BROKEN_FORM: Broken[] = [
  ...eitherWay(FORM_TYPE),
  {
    because: "JSON",
    type: JSON_TYPE,
    body: () => "{}",
    status: 415,
    code: "unsupported-media-type",
  },
  ...([
    ["parts without a boundary", "multipart/form-data", "--x--"],
    ["parts that never come", "multipart/form-data; boundary=x", "nothing"],
    [
      "a part without an end",
      "multipart/form-data; boundary=x",
      '--x\r\ncontent-disposition: form-data; name="id"\r\n\r\nhalf',
    ],
  ] as const).map(([because, type, body]): Broken => ({
    because,
    type,
    body: () => new TextEncoder().encode(body),
    status: 400,
    code: "malformed-body",
  })),
  ...([
    ["a byte that is no UTF-8", "name=%ff&email=%ff&password=%ff&id=%ff"],
    ["a half of a percent sign", "name=%f&id=%"],
    ["a raw byte that is no UTF-8", new Uint8Array([0x61, 0x3d, 0xff])],
  ] as const).map(([because, body]): Broken => ({
    because,
    type: FORM_TYPE,
    body: () => body,
    status: 400,
    code: "malformed-body",
  })),
];

/** Whether a route reads its form at all: the way out takes what comes. */
const readsBody = ({ pattern }: Endpoint) => pattern !== "/logout";

Deno.test("every endpoint that takes a body refuses what cannot be read, and writes nothing", () =>
  withHostileWorld(async ({ endpoints, tell }) => {
    const deviations = new Deviations();
    let cases = 0;
    for (const endpoint of endpoints.filter(readsBody)) {
      const good = endpoint.good();
      const bad = !endpoint.isApi
        ? BROKEN_FORM
        : good.body === undefined
        ? BROKEN_JSON
        : eitherWay("application/octet-stream");
      for (const broken of bad) {
        const { because, type, status, code } = broken;
        const { "content-type": _, ...headers } = good.headers ?? {};
        cases++;
        await deviations.check(`${endpoint.name}: ${because}`, async () => {
          const asking: Asking = {
            body: broken.body(),
            ...good.version !== undefined && { version: good.version },
            headers: {
              ...headers,
              ...endpoint.isApi && { "idempotency-key": newId("op") },
              ...type !== null && { "content-type": type },
              ...broken.headers,
            },
          };
          const told = await tell(endpoint, asking);
          // Without its key a registration is not even read.
          const wanted = endpoint.way.gives === 401 && endpoint.isApi
            ? 401
            : status;
          assert.equal(told.status, wanted, told.text.slice(0, 200));
          assert.deepEqual(told.written, []);
          if (endpoint.isApi && wanted !== 401) {
            assert.equal(JSON.parse(told.text).code, code);
          }
        });
      }
    }
    deviations.none();
    console.log(`hostile bodies: ${cases} cases`);
  }));
