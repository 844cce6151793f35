import { advance } from "../../lib/model/advance.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { FieldRule, FieldValues } from "../../lib/model/form.ts";
import { joinTexts, mergeFields } from "../../lib/model/merge.ts";
import { NOTES_RULE } from "../../lib/model/order_notes.ts";
import {
  actionsBetween,
  isWorkField,
  nextActions,
  type OrderAction,
  orderFields,
  type OrderStatus,
  withOrderFields,
  type WorkOrder,
} from "../../lib/model/work_order.ts";
import { newOrder } from "./builders.ts";

const value = fc.constantFrom("a", "b", null, 1, true, false);
const values = fc.dictionary(
  fc.constantFrom("name", "step", "note", "tick"),
  value,
) as fc.Arbitrary<FieldValues>;
const of = (fields: FieldValues, name: string) => fields[name] ?? null;

Deno.test("a merge applies, drops or asks for each field that I changed, and for no other", () =>
  fc.assert(fc.property(values, values, values, (before, mine, theirs) => {
    const { apply, conflicts } = mergeFields(before, mine, theirs);
    const asked = conflicts.map(({ field }) => field);
    for (const [name, wanted] of Object.entries(mine)) {
      const same = of(theirs, name) === wanted;
      const untouched = of(theirs, name) === of(before, name);
      assert.equal(Object.hasOwn(apply, name), !same && untouched);
      assert.equal(asked.includes(name), !same && !untouched);
    }
    assert.ok(
      [...Object.keys(apply), ...asked].every((name) =>
        Object.hasOwn(mine, name)
      ),
    );
  })));

Deno.test("two texts are joined with mine last, within the field's rules, or not at all", () => {
  const text = fc.string({
    maxLength: 12,
    unit: fc.constantFrom("a", "b", " "),
  });
  const rule = fc.record({
    kind: fc.constantFrom("text", "textarea", "tel", "select", "date"),
    maxLength: fc.integer({ min: 1, max: 30 }),
  });
  fc.assert(
    fc.property(text, text, rule, (mine, theirs, { kind, maxLength }) => {
      const joined = joinTexts(
        { name: "note", label: "Note", kind, maxLength } as FieldRule,
        { mine, theirs },
      );
      const between = kind === "text" ? ", " : "\n";
      const whole = theirs + between + mine;
      const can = (kind === "text" || kind === "textarea") &&
        !mine.includes(theirs) && !theirs.includes(mine) &&
        whole.length <= maxLength;
      assert.equal(joined, can ? whole : null);
    }),
  );
  for (const nothing of [null, true, 7]) {
    assert.equal(joinTexts(NOTES_RULE, { mine: "a", theirs: nothing }), null);
  }
});

Deno.test("against what I saw a merge is my change; against my change it is nothing", () =>
  fc.assert(fc.property(values, values, (before, mine) => {
    const plain = mergeFields(before, mine, before);
    assert.deepEqual(plain.conflicts, []);
    assert.deepEqual(
      { ...before, ...plain.apply },
      dropSame({ ...before, ...mine }, before, mine),
    );
    assert.deepEqual(mergeFields(before, mine, { ...before, ...mine }), {
      apply: {},
      conflicts: [],
    });
  })));

/** A change from "absent" to null is none. */
function dropSame(
  merged: FieldValues,
  before: FieldValues,
  mine: FieldValues,
): FieldValues {
  const result = { ...merged };
  for (const name of Object.keys(mine)) {
    if (of(before, name) !== of(mine, name)) continue;
    if (Object.hasOwn(before, name)) result[name] = of(before, name);
    else delete result[name];
  }
  return result;
}

Deno.test("two people who merge meet the same conflicts from both sides", () =>
  fc.assert(
    fc.property(values, values, values, (before, mine, theirs) => {
      const changed = (fields: FieldValues) =>
        Object.fromEntries(
          Object.entries(fields).filter(([name, value]) =>
            value !== of(before, name)
          ),
        );
      const conflictsOf = (one: FieldValues, other: FieldValues) =>
        mergeFields(before, changed(one), { ...before, ...changed(other) })
          .conflicts.map(({ field }) => field).sort();
      assert.deepEqual(conflictsOf(mine, theirs), conflictsOf(theirs, mine));
    }),
  ));

Deno.test("a merge is applied once: doing it again changes nothing", () =>
  fc.assert(fc.property(values, values, values, (before, mine, theirs) => {
    const { apply } = mergeFields(before, mine, theirs);
    const merged = { ...theirs, ...apply };
    assert.deepEqual(mergeFields(before, apply, merged).apply, {});
  })));

const STATUSES: OrderStatus[] = ["PLANNED", "RUNNING", "PAUSED", "DONE"];
const ACTIONS: OrderAction[] = ["START", "PAUSE", "DONE"];
const AT = "2026-11-23T09:00:00.000Z";
const orderIn = (status: OrderStatus, more: Partial<WorkOrder> = {}) =>
  newOrder("org", { status, ...more });

/** The whole machine, written a second time. */
const LEADS_TO: Record<string, OrderStatus> = {
  "PLANNED START": "RUNNING",
  "RUNNING PAUSE": "PAUSED",
  "RUNNING DONE": "DONE",
  "PAUSED START": "RUNNING",
  "PAUSED DONE": "DONE",
};

Deno.test("each action from each status leads where it should, or is refused and changes nothing", () => {
  for (const status of STATUSES) {
    for (const action of ACTIONS) {
      const before = orderIn(status);
      const copy = structuredClone(before);
      const outcome = advance(before, action, AT);
      const expected = LEADS_TO[`${status} ${action}`];
      assert.equal(
        outcome.ok ? outcome.value.status : outcome.problem.code,
        expected ?? "transition-refused",
      );
      assert.equal(
        nextActions(status).includes(action),
        expected !== undefined,
      );
      assert.deepEqual(before, copy);
    }
  }
});

Deno.test("an order keeps its first start, and its end", () => {
  const times: [OrderAction, string][] = [
    ["START", "2026-11-23T09:00:00Z"],
    ["PAUSE", "2026-11-23T10:00:00Z"],
    ["START", "2026-11-23T11:00:00Z"],
    ["DONE", "2026-11-23T12:00:00Z"],
  ];
  let order = orderIn("PLANNED");
  for (const [action, at] of times) {
    const next = advance(order, action, at);
    assert.ok(next.ok);
    order = next.value;
  }
  assert.deepEqual([order.startedAt, order.finishedAt], [
    "2026-11-23T09:00:00Z",
    "2026-11-23T12:00:00Z",
  ]);
});

Deno.test("an order with open required points cannot be done, and says which", () => {
  const checklist = [
    { id: "power", label: "Power off", required: true, done: false },
    { id: "filter", label: "Filter", required: true, done: true },
    { id: "clean", label: "Clean", required: false, done: false },
  ];
  const order = orderIn("RUNNING", { checklist });
  const refused = advance(order, "DONE", AT);
  assert.ok(!refused.ok);
  assert.deepEqual(refused.problem.errors?.map(({ field }) => field), [
    "check:power",
  ]);
  assert.ok(
    advance(withOrderFields(order, { "check:power": true }), "DONE", AT).ok,
  );
  assert.ok(advance(order, "PAUSE", AT).ok);
});

Deno.test("the shortest row of actions between two statuses arrives there, and none is claimed where there is none", () => {
  for (const from of STATUSES) {
    for (const to of STATUSES) {
      const actions = actionsBetween(from, to);
      if (actions === null) {
        assert.ok(from === "DONE" || to === "PLANNED", `${from} ${to}`);
        continue;
      }
      let order = orderIn(from);
      for (const action of actions) {
        const next = advance(order, action, AT);
        assert.ok(next.ok);
        order = next.value;
      }
      assert.equal(order.status, to);
      assert.ok(actions.length <= 2);
    }
  }
  assert.deepEqual(actionsBetween("PLANNED", "PAUSED"), ["START", "PAUSE"]);
  assert.deepEqual(actionsBetween("DONE", "RUNNING"), null);
});

Deno.test("an order's flat fields come back as they went, and a status never comes by a field", () => {
  const checklist = [{
    id: "power",
    label: "Power off",
    required: true,
    done: false,
  }];
  const order = orderIn("PAUSED", {
    checklist,
    notes: "Key at the neighbour's",
  });
  assert.deepEqual(withOrderFields(order, orderFields(order)), order);
  assert.equal(withOrderFields(order, { status: "DONE" }).status, "PAUSED");
  assert.equal(
    withOrderFields(order, { "check:power": true }).checklist[0]?.done,
    true,
  );
  assert.deepEqual(
    [
      "notes",
      "check:power",
      "check:other",
      "title",
      "status",
      "version",
      "checklist",
    ]
      .map((name) => isWorkField(order, name)),
    [true, true, false, false, false, false, false],
  );
});
