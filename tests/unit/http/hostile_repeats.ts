import assert from "node:assert/strict";
import { newId } from "../builders.ts";
import type { Asking } from "../door.ts";
import {
  Deviations,
  type Endpoint,
  withHostileWorld,
} from "./hostile_world.ts";

// The same thing sent more than once: by a double click, by Back and again, by a network that lost the answer.

/** Keys that may be written again by each request, as every request has a record of its own. */
const OF_EACH = [
  "attempts",
  "audit_due",
  "sessions",
  "sessions_by_user",
  "counts",
];

/** The rows that some commits left, without what each request leaves; ids that the server draws are alike. */
function effects(written: readonly Deno.KvKey[]): string[] {
  const rows = written.filter((key) =>
    !OF_EACH.includes(String(key[0])) && key[2] !== "audit" &&
    key[2] !== "changes" && key[2] !== "idem"
  );
  const id =
    /_[0-7][0-9A-HJKMNP-TV-Z]{25}|[\da-f]{64}|[\w-]{43}|20\d\d-[\dT:.-]+Z|,\d{13}|usr_\w+@/gi;
  // A key counts once, however often it was written.
  return [...new Set(rows.map(String))].map((key) => key.replace(id, "#"))
    .sort();
}

/** The asking, frozen: the same ids, the same key. */
function once(endpoint: Endpoint): () => Asking {
  const { json, form, headers, version } = endpoint.good();
  const key = newId("op");
  return () => ({
    ...json !== undefined && { json, key },
    ...form && { form },
    ...headers && { headers },
    ...version !== undefined && { version },
  });
}

Deno.test("what is sent twice at once, and then again, has the effect of sending it once", () =>
  withHostileWorld(async ({ endpoints, ask, undo }) => {
    const deviations = new Deviations();
    for (const endpoint of endpoints) {
      if (!endpoint.way.changes || endpoint.way.gives >= 400) continue;
      await deviations.check(endpoint.name, async () => {
        const single = once(endpoint);
        const alone = await ask(endpoint, single());
        assert.equal(alone.status, endpoint.way.gives, alone.text);
        const wanted = effects(await undo());

        const again = once(endpoint);
        const answers = await Promise.all([
          ask(endpoint, again()),
          ask(endpoint, again()),
        ]);
        answers.push(await ask(endpoint, again()));
        answers.push(await ask(endpoint, again()));
        const got = effects(await undo());
        for (const { status, text } of answers) {
          assert.ok(status < 500, text.slice(0, 200));
          if (endpoint.isApi && endpoint.pattern !== "/api/tenant/register") {
            assert.equal(status, endpoint.way.gives, text.slice(0, 200));
          }
        }
        if (endpoint.isApi) {
          // A registration says by its status which call made it; the rest is the same.
          const bodies = answers.map(({ text }) =>
            endpoint.pattern.endsWith("/sync")
              ? JSON.stringify(
                JSON.parse(text).results.map((
                  { replayed: _, ...result }: Record<string, unknown>,
                ) => result),
              )
              : text
          );
          assert.equal(new Set(bodies).size, 1, bodies.join("\n"));
        }
        assert.deepEqual(got, wanted);
      });
    }
    deviations.none();
  }));
