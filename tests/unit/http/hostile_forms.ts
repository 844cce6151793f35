import assert from "node:assert/strict";
import { Deviations, withHostileWorld } from "./hostile_world.ts";

// Forms of which one field is spoilt.

/** What a field can hold that its page would not send; null: it is missing. */
const WRONG: [because: string, value: string | null][] = [
  ["is missing", null],
  ["is empty", ""],
  ["is blank", " \t\r\n"],
  ["is long", "x".repeat(20_000)],
  ["has a NUL", "a\0b"],
  ["is no choice", "another"],
  ["is markup", "<script>alert(1)</script>"],
  ["is another prototype", "__proto__"],
  ["is a list", '[{"$ne":1}]'],
  ["is huge", "9".repeat(400)],
  ["is no number", "1e999"],
  ["is a path", "../../../etc/passwd"],
  ["is another line", "a\r\nlocation: https://evil.example"],
];

/** The boxes of each form, which say what is wrong with them, and what is wrong with each. */
const BOXES: Record<string, Record<string, RegExp>> = {
  "/signup": {
    company: /missing|empty|blank|long|NUL|huge/,
    industry: /./,
    timeZone: /./,
    name: /missing|empty|blank|long|NUL|huge/,
    email: /./,
    password: /missing|empty|blank|long|huge/,
  },
  "/client/orders/new": plan(),
  "/client/orders/:id/plan": plan(),
  "/client/leads/new": {
    name: /missing|empty|blank|long|NUL|huge/,
    step: /./,
  },
  "/client/leads/:id": {
    name: /missing|empty|blank|long|NUL|huge/,
    step: /./,
    phone: /^is (long|markup|a list|another prototype)|NUL/,
  },
  "/client/team": {
    name: /missing|empty|blank|long|NUL|huge/,
    email: /./,
    role: /./,
  },
  "/provider/team": {
    name: /missing|empty|blank|long|NUL|huge/,
    email: /./,
    role: /./,
  },
};

function plan(): Record<string, RegExp> {
  const text = /missing|empty|blank|long|NUL|huge/;
  const any = /./;
  return {
    title: text,
    customer: text,
    address: text,
    day: any,
    time: any,
    minutes: any,
  };
}

Deno.test("every field of every form that is wrong is told at the field, nothing is half-written, and no answer repeats it as markup", () =>
  withHostileWorld(async ({ endpoints, tell }) => {
    const deviations = new Deviations();
    let cases = 0;
    for (const endpoint of endpoints) {
      if (endpoint.isApi || endpoint.way.gives >= 400) continue;
      for (const field of Object.keys(endpoint.good().form ?? {})) {
        for (const [because, value] of WRONG) {
          cases++;
          await deviations.check(
            `${endpoint.name}: ${field} ${because}`,
            async () => {
              const { form = {} } = endpoint.good();
              if (value === null) delete form[field];
              else form[field] = value;
              const told = await tell(endpoint, { form });
              const said = `${told.status} ${told.text.slice(0, 200)}`;
              assert.ok(
                told.status >= 400 || told.status === endpoint.way.gives,
                said,
              );
              if (told.status >= 400) assert.deepEqual(told.written, []);
              assert.ok(!told.text.includes("<script>alert"), said);
              const location = told.headers.get("location") ?? "/";
              assert.match(location, /^\/(?!\/)/);
              if (!BOXES[endpoint.pattern]?.[field]?.test(because)) return;
              assert.equal(told.status, 400, said);
              const boxes = told.text.match(
                /<(?:input|select|textarea)[^>]*aria-invalid="true"[^>]*>/g,
              ) ?? [];
              assert.ok(
                boxes.some((box) => box.includes(`name="${field}"`)),
                `invalid: ${boxes}`,
              );
              assert.equal(
                told.text.match(/\sautofocus/g)?.length,
                1,
                "the focus",
              );
            },
          );
        }
      }
    }
    deviations.none();
    console.log(`hostile forms: ${cases} cases`);
  }));

Deno.test("files where text belongs, fields that come twice and fields that nobody asked for do no harm", () =>
  withHostileWorld(async ({ endpoints, tell }) => {
    const deviations = new Deviations();
    for (const endpoint of endpoints) {
      if (endpoint.isApi || endpoint.way.gives >= 400) continue;
      const fields = Object.entries(endpoint.good().form ?? {});
      const files = new FormData();
      const twice = new URLSearchParams();
      const more = new URLSearchParams(fields);
      for (const [name, value] of fields) {
        files.append(name, new File([value], "../../x.html"));
        twice.append(name, value);
        twice.append(name, "another");
      }
      for (
        const name of ["__proto__", "constructor", "orgId", "userId", "role"]
      ) {
        if (!more.has(name)) more.append(name, "OWNER");
      }
      for (
        const [because, body] of [
          ["files", files],
          ["twice", twice],
          ["more", more],
          [
            "10,000 fields",
            new URLSearchParams(
              Array.from({ length: 10_000 }, (_, i) => [`f${i}`, "1"]),
            ),
          ],
        ] as const
      ) {
        await deviations.check(`${endpoint.name}: ${because}`, async () => {
          const told = await tell(endpoint, { body });
          const said = `${told.status} ${told.text.slice(0, 200)}`;
          assert.ok(
            told.status >= 400 || told.status === endpoint.way.gives,
            said,
          );
          if (told.status >= 400) assert.deepEqual(told.written, []);
        });
      }
    }
    deviations.none();
  }));
