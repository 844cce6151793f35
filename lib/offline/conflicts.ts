import "./engine.ts";
import { type FieldRule, type FieldValues, formFields } from "../model/form.ts";
import { type FieldConflict, joinTexts, mergeFields } from "../model/merge.ts";
import type { Change } from "../model/operation.ts";
import type { Lead } from "../model/lead.ts";
import {
  actionsBetween,
  moved,
  type OrderAction,
  type OrderStatus,
  withOrderFields,
  type WorkOrder,
} from "../model/work_order.ts";
import { commit, type Draft, read } from "./draft.ts";
import { opWithKey, sendAgain } from "./decisions.ts";
import type { Choice, Field } from "./field.ts";
import { actionOf, fieldsOf, flatFields } from "./overlay.ts";
import { close, count, enqueue, isMerging, isStale } from "./queue.ts";
import { LIVE, type QueuedOp } from "./schema.ts";

/** Everything that this device did to a record and that the server has not taken. */
interface Chain {
  root: QueuedOp;
  ops: QueuedOp[];
  before: FieldValues;
  mine: FieldValues;
  /** Fields of `mine` that only say what the server had already. */
  agreed: Set<string>;
  /** The values that lost in earlier merges: one after the other, where a field lost more than once. */
  discarded: FieldValues[];
  round: number;
}

/** Adds values that lost to those that did before, none of which may go: one op can name one value of a field. */
function lose(discarded: FieldValues[], values: FieldValues): void {
  for (const [name, value] of Object.entries(values)) {
    const fits = (lost: FieldValues) =>
      !Object.hasOwn(lost, name) || lost[name] === value;
    let into = discarded.find(fits);
    if (!into) discarded.push(into = {});
    into[name] = value;
  }
}

async function chainOf(
  draft: Draft,
  id: string,
  theirs: FieldValues,
): Promise<Chain | null> {
  const all = await draft.opsOf(id);
  const root = all.find(isStale);
  if (!root) return null;
  const ops = all.filter((op) =>
    op.n >= root.n && (op.live === LIVE.parked || op.live === LIVE.waiting)
  );
  const before: FieldValues = {};
  const mine: FieldValues = {};
  const agreed = new Set<string>();
  const discarded: FieldValues[] = [];
  let round = 0;
  for (const op of ops) {
    const given = op.status ? { status: op.status } : fieldsOf(op);
    for (const [name, value] of Object.entries(given)) {
      const was = op.before[name] ?? null;
      const earlier = Object.hasOwn(mine, name) ? mine[name] ?? null : was;
      // Written over by somebody who did not see it: DONE does not show where a point has been opened again.
      if (
        earlier !== was && earlier !== value &&
        earlier !== (theirs[name] ?? null)
      ) {
        lose(discarded, { [name]: earlier });
      }
      if (!Object.hasOwn(mine, name)) before[name] = was;
      mine[name] = value;
      agreed.delete(name);
    }
    for (const name in op.found) agreed.add(name);
    if ("discarded" in op.payload) lose(discarded, op.payload.discarded ?? {});
    round = Math.max(round, op.round ?? 0);
  }
  return { root, ops, before, mine, agreed, discarded, round };
}

/**
 * The actions that bring an order to a status, by the state machine: the ones the worker did if they still
 * can be done, else the shortest way. Null: there is none.
 */
function actionsTo(
  order: WorkOrder,
  status: OrderStatus,
  done: OrderAction[],
): OrderAction[] | null {
  const walk = (actions: OrderAction[] | null): OrderAction[] | null => {
    let at = order;
    for (const action of actions ?? []) {
      const next = moved(at, action, "");
      if (!next) return null;
      at = next;
    }
    return at.status === status ? actions : null;
  };
  return walk(done) ?? walk(actionsBetween(order.status, status));
}

/** Queues what is left of a chain on top of the server's copy, and settles the chain. */
async function restate(
  draft: Draft,
  id: string,
  chain: Chain,
  server: Lead | WorkOrder,
  fields: FieldValues,
  discarded: FieldValues[],
  actions: OrderAction[],
): Promise<void> {
  const { root, ops, mine } = chain;
  const theirs = flatFields(server);
  const replaces = root.key;
  const round = chain.round + 1;
  // Actions that end where the order stands go together: to a server that lost it, the last one alone would not lead there.
  const isThereBy = "status" in server && mine.status === server.status &&
    !discarded.some((lost) => "status" in lost);
  const said = { ...fields };
  let found: FieldValues | undefined;
  for (const op of ops) {
    // What the server has is said again to a server that lost it; the rest is what the new ops say.
    const given = Object.entries(fieldsOf(op));
    const isThere = ([name, value]: (typeof given)[number]) =>
      (theirs[name] ?? null) === value;
    const has = op.status ? isThereBy : given.every(isThere);
    const same = has && !("discarded" in op.payload);
    close(draft, op, same ? "same" : "replaced");
    if (same) continue;
    // It is emptied for such a server, so what of it is there already moves on too.
    for (const [name, value] of given.filter(isThere)) {
      if (mine[name] !== value) continue;
      said[name] = value;
      const was = { ...chain.before, ...op.found };
      found = { ...found, [name]: was[name] ?? null };
    }
  }
  await draft.refresh(id);
  const route = id.startsWith("lead_")
    ? `/api/client/leads/${id}` as const
    : `/api/client/work-orders/${id}` as const;
  let base: QueuedOp["base"] = { version: server.version };
  const [loses, ...more] = discarded;
  const payloads: { fields: FieldValues; discarded?: FieldValues }[] = more
    .map((discarded) => ({ fields: {}, discarded }));
  if (loses || Object.keys(said).length > 0) {
    payloads.push({ fields: said, ...(loses && { discarded: loses }) });
  }
  const moment = ops.findLast((op) => actionOf(op) === null) ?? root;
  for (const payload of payloads) {
    const change: Change = { route, method: "PATCH", payload };
    const before = Object.fromEntries(
      Object.keys(payload.fields).map((name) => [name, theirs[name] ?? null]),
    );
    const op = await enqueue(draft, change, {
      before,
      found: payload.fields === said ? found : undefined,
      base,
      replaces,
      round,
      moment,
    });
    base = { ...base, after: op.seq };
  }
  if (!("checklist" in server)) return;
  let at = withOrderFields(server, fields);
  const left = ops.filter((op) => actionOf(op) !== null);
  for (const action of actions) {
    const next = moved(at, action, "");
    if (!next) break;
    // The moment at which the worker did it, not the one at which it is said again.
    const found = left.findIndex((op) => actionOf(op) === action);
    const moment = found < 0 ? ops.at(-1) : left.splice(0, found + 1).at(-1);
    const op = await enqueue(draft, {
      route: `/api/client/work-orders/${id}/transitions`,
      method: "POST",
      payload: { action },
    }, {
      before: { status: at.status },
      status: next.status,
      base,
      replaces,
      round,
      moment: moment ?? root,
    });
    at = next;
    base = { version: server.version, after: op.seq };
  }
}

/** `NOTES_RULE` as far as joining needs it: the module itself would be one more file for every phone. */
const NOTES: FieldRule = { name: "notes", label: "", kind: "textarea" };

/** What a field of a record would hold if both values stayed; null: only one can. */
function joined(
  { feed }: Draft,
  id: string,
  conflict: FieldConflict,
): string | null {
  const form = feed.settings?.leadForm;
  const rules = !id.startsWith("lead_")
    ? [NOTES]
    : form
    ? formFields(form)
    : [];
  const rule = rules.find(({ name }) => name === conflict.field);
  return rule ? joinTexts(rule, conflict) : null;
}

/** What fields of a record would hold if both values stayed, where that can be; see `resolveConflict`. */
export async function joinsOf(
  field: Field,
  id: string,
  conflicts: readonly FieldConflict[],
): Promise<Record<string, string>> {
  const draft = await read(field);
  const joins: Record<string, string> = {};
  for (const conflict of conflicts) {
    const text = joined(draft, id, conflict);
    if (text !== null) joins[conflict.field] = text;
  }
  return joins;
}

/**
 * Merges what this device did to a record with what the server has: silently where the fields do not overlap,
 * else by the choices given. What is not decided is stored with the op for the merge screen.
 *
 * @param choices by field; a choice counts only for the values that the person saw
 * @param seen the question as the person saw it; left out: as it is stored
 * @returns what a person has to decide; empty: the merge is queued, or nothing was open
 */
export async function mergeRecord(
  field: Field,
  id: string,
  choices: Record<string, Choice> = {},
  seen?: readonly FieldConflict[],
): Promise<FieldConflict[]> {
  return await commit(field, async (draft) => {
    const server = (await draft.row(id))?.server as Lead | WorkOrder | null;
    const theirs = server ? flatFields(server) : {};
    const chain = await chainOf(draft, id, theirs);
    if (!chain) {
      draft.idle = true;
      return [];
    }
    if (!server || chain.root.problem?.withheld) {
      // There is no copy to merge with: a logout took it away, or the server withheld it, and what is here may be of a life
      // before a restore. Asked again, the server sends it, or says that the record is out of reach.
      await sendAgain(draft, chain.ops);
      return [];
    }
    const { root, before, mine, ops } = chain;
    const changed = Object.fromEntries(
      Object.entries(mine).filter(([name]) => !chain.agreed.has(name)),
    );
    const merge = mergeFields(before, changed, theirs);
    const conflicts = [...merge.conflicts];
    const { discarded } = chain;
    const { status, ...fields } = merge.apply;
    let wanted = status as OrderStatus | undefined;
    const open: FieldConflict[] = [];
    // A choice counts for the values that were shown; where theirs changed since, it is asked again.
    const choiceFor = (conflict: FieldConflict): Choice | undefined =>
      (seen ?? root.conflicts)?.some((shown) =>
          shown.field === conflict.field && shown.theirs === conflict.theirs &&
          shown.mine === conflict.mine
        )
        ? choices[conflict.field]
        : undefined;
    for (const conflict of merge.conflicts) {
      const choice = choiceFor(conflict);
      const both = choice === "both" ? joined(draft, id, conflict) : null;
      if (!choice || (choice === "both" && both === null)) open.push(conflict);
      else if (choice === "theirs") {
        lose(discarded, { [conflict.field]: conflict.mine });
      } else if (conflict.field === "status") {
        wanted = conflict.mine as OrderStatus;
      } else fields[conflict.field] = both ?? conflict.mine;
    }
    let actions: OrderAction[] | null = [];
    if (wanted !== undefined && "status" in server) {
      const done = ops.map(actionOf).filter((action) => action !== null);
      actions = actionsTo(withOrderFields(server, fields), wanted, done);
      if (actions === null) {
        // The order cannot get there from where it stands now, so even an undisputed status is a question.
        let conflict = conflicts.find(({ field }) => field === "status");
        if (!conflict) {
          conflict = {
            field: "status",
            base: before.status ?? null,
            mine: wanted,
            theirs: server.status,
          };
          conflicts.push(conflict);
        }
        if (choiceFor(conflict) === "theirs") {
          lose(discarded, { status: wanted });
        } else open.push(conflict);
      }
    }
    if (open.length > 0) {
      if (!root.conflicts) count(draft, "asked");
      root.conflicts = conflicts;
      draft.keep(root);
      return open;
    }
    count(draft, conflicts.length > 0 ? "chosen" : "merged");
    await restate(draft, id, chain, server, fields, discarded, actions ?? []);
    return [];
  });
}

/** Merges every record that waits for it. */
export async function mergeStale(field: Field): Promise<void> {
  const parked = await (await read(field)).opsAlive(LIVE.parked);
  for (const op of parked) {
    if (isMerging(op) && op.record !== undefined) {
      await mergeRecord(field, op.record);
    }
  }
}

/**
 * Settles what the merge screen asked.
 *
 * @param key the op that the question is stored with
 * @param choices whose value stands, by field
 * @param seen the question as the person saw it: another tab may have had it asked anew since
 * @returns what is still to be decided: a field left out, one that changed again meanwhile, or a status that
 * cannot be reached any more; empty: the merge is queued
 * @throws {StorageFailure}
 */
export async function resolveConflict(
  field: Field,
  key: string,
  choices: Record<string, Choice>,
  seen?: readonly FieldConflict[],
): Promise<FieldConflict[]> {
  const op = await opWithKey(await read(field), key);
  if (op?.record === undefined) return [];
  const open = await mergeRecord(field, op.record, choices, seen);
  if (open.length === 0) field.wake?.();
  return open;
}
