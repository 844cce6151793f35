import "./field/shared_chunk.ts";
import { type MutableRef, useEffect, useRef, useState } from "preact/hooks";
import { Badge, SyncBadge } from "../components/Badge.tsx";
import { Banner } from "../components/Banner.tsx";
import { Card } from "../components/Card.tsx";
import { Dock } from "../components/Dock.tsx";
import { Facts } from "../components/Facts.tsx";
import { Icon } from "../components/Icon.tsx";
import { type Step, Steps } from "../components/Steps.tsx";
import { Tick } from "../components/Tick.tsx";
import { dayWords, timeOfDay } from "../components/time_words.ts";
import { TopBar } from "../components/TopBar.tsx";
import type { FieldValues } from "../lib/model/form.ts";
import { NOTES_RULE } from "../lib/model/order_notes.ts";
import { may } from "../lib/model/policy.ts";
import type { Problem } from "../lib/model/problem.ts";
import type { Me } from "../lib/model/spaces.ts";
import {
  nextActions,
  type OrderAction,
  type WorkOrder,
} from "../lib/model/work_order.ts";
import { type Local } from "../lib/offline/local.ts";
import { readRecord } from "../lib/offline/local.ts";
import type { Seen } from "../lib/offline/saving.ts";
import { openField } from "../lib/offline/scope.ts";
import { advanceOrder, editOrder } from "../lib/offline/orders.ts";
import { Elsewhere } from "./field/Elsewhere.tsx";
import type { Pictures } from "./field/Pictures.tsx";
import { NOT_SAVED, takeForm, textOf } from "./field/submit.ts";
import { SyncNotices, SyncNow } from "./field/SyncHead.tsx";
import { useField } from "./field/use_field.ts";

/** Props of {@link OrderScreen}: null in the shell, where the address names the order. */
export interface OrderScreenProps {
  me: Me | null;
  order: WorkOrder | null;
  /** Name of the worker who has it. */
  worker: string | null;
  /** Idempotency key of the next change, for a page without scripts. */
  formKey: string;
  /** What was wrong with the change that was just sent, without scripts. */
  problem: string | null;
}

const ACTIONS: Record<
  OrderAction,
  [label: string, icon: "play" | "pause" | "check"]
> = {
  START: ["Start", "play"],
  PAUSE: ["Pause", "pause"],
  DONE: ["Done", "check"],
};

/** A pause in typing after which the notes are saved, milliseconds. */
const PAUSE_MS = 1500;

function steps(order: WorkOrder, me: Me): Step[] {
  const { status } = order;
  const begun = status !== "PLANNED";
  return [
    { name: "Planned", time: order.time, state: begun ? "done" : "now" },
    {
      name: status === "PAUSED" ? "Paused" : "Running",
      time: order.startedAt
        ? timeOfDay(me.timeZone, order.startedAt)
        : undefined,
      state: status === "PAUSED"
        ? "paused"
        : status === "RUNNING"
        ? "now"
        : begun
        ? "done"
        : "todo",
    },
    {
      name: "Done",
      time: order.finishedAt
        ? timeOfDay(me.timeZone, order.finishedAt)
        : undefined,
      state: status === "DONE" ? "done" : "todo",
    },
  ];
}

/** One work order: where it stands, its checklist, its notes, and what can be done next. */
export default function OrderScreen(
  { me, order, worker, formKey, problem }: OrderScreenProps,
) {
  const id = order?.id ??
    (typeof location === "undefined"
      ? ""
      : location.pathname.split("/").at(-1) ?? "");
  const view = useField<Local<WorkOrder>>({
    me,
    initial: order && { record: order, standing: "received", gone: false },
    read: (field) => readRecord<WorkOrder>(field, id),
  });
  const [failed, setFailed] = useState(problem ?? "");
  // Below the checklist, and loaded when it comes into view; the worker keeps it for when there is no network.
  const [Below, setBelow] = useState<typeof Pictures | null>(null);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const eye = new IntersectionObserver(([seen]) => {
      if (seen?.isIntersecting) {
        import("./field/Pictures.tsx").then((it) =>
          setBelow(() => it.Pictures)
        );
      }
    });
    eye.observe(place.current as Element);
    return () => eye.disconnect();
  }, []);
  const { data, field, here, phase, status, update } = view;
  const who = view.me;
  // Another worker's order, open in the office, is not on this device: its forms go to the server.
  const local = field !== null && here;

  const attempt = async (
    write: () => Promise<
      { ok: boolean; problem?: Pick<Problem, "detail" | "errors"> } | null
    >,
  ) => {
    try {
      const result = await write();
      if (!result) return false;
      // A refusal without a field names states, which are no words: the screen shows where the order stands.
      const { errors } = result.problem ?? {};
      setFailed(
        result.ok ? "" : errors?.map(({ message }) => message).join(" ") ??
          "This cannot be done now. Look at the order again.",
      );
      return result.ok;
    } catch {
      setFailed(NOT_SAVED);
    }
    return false;
  };
  const edit = (fields: FieldValues, seen?: Seen) =>
    attempt(async () => {
      // Also in the moment before the device's database is open: a tick is never dropped.
      const opened = field ?? await openField(me);
      const saved = opened && await editOrder(opened, id, fields, seen);
      // Not on this device: the form carries it to the server.
      return !saved ||
          (!local && !saved.ok && saved.problem.code === "not-found")
        ? null
        : saved;
    });
  const seen = useRef<Seen>({ version: 0, fields: {} });
  const note = (text: string) => {
    const was = seen.current;
    const notes = text.trim() || null;
    // What was saved and not typed on since is not said again: meanwhile somebody else may have written there.
    if (notes === was.fields.notes) return null;
    // What follows builds on this, also while it is being written.
    const now = seen.current = { ...was, fields: { notes } };
    return edit({ notes }, was).then((saved) => {
      if (!saved && seen.current === now) seen.current = was;
      return saved;
    });
  };
  const submit = async (event: Parameters<typeof takeForm>[0]) => {
    if (!local) return;
    const form = takeForm(event);
    const action = textOf(form, "action") as OrderAction | "SAVE" | null;
    const saved = await (note(textOf(form, "notes") ?? "") ?? true);
    if (saved && action && action !== "SAVE") {
      attempt(() => advanceOrder(field, id, action));
    }
  };

  const title = data ? `Order ${data.record.number}` : "Order";
  return (
    <>
      <TopBar
        title={title}
        sub={data
          ? `${dayWords(data.record.day)}, ${data.record.time}`
          : undefined}
        back={{ href: "/client/orders" }}
      >
        <SyncNow status={status} me={who} />
      </TopBar>
      <main class="main" id="main">
        <SyncNotices status={status} update={update} />
        {failed && <Banner tone="bad" icon="warn" title={failed} alert />}
        {data && who
          ? (
            <form class="fill" method="post" onSubmit={submit}>
              <OrderBody
                order={data.record}
                standing={data.standing}
                me={who}
                worker={worker}
                formKey={formKey}
                seen={seen}
                onEdit={edit}
                onNote={note}
              />
            </form>
          )
          : <Elsewhere phase={phase} what="this order" />}
        <div class="stack" ref={place}>
          {Below && data && who && (
            <Below
              order={data.record}
              me={who}
              field={local ? field : null}
              formKey={formKey}
            />
          )}
        </div>
      </main>
    </>
  );
}

interface OrderBodyProps {
  order: WorkOrder;
  standing: Local<WorkOrder>["standing"];
  me: Me;
  worker: string | null;
  formKey: string;
  /** The notes as they stand before whoever types, and the version on which they began. */
  seen: MutableRef<Seen>;
  onEdit: (fields: FieldValues) => void;
  /** Null: there is nothing to save. */
  onNote: (text: string) => Promise<boolean> | null;
}

function OrderBody(
  { order, standing, me, worker, formKey, seen, onEdit, onNote }:
    OrderBodyProps,
) {
  const done = order.checklist.filter((item) => item.done).length;
  const open =
    order.checklist.filter((item) => item.required && !item.done).length;
  const actions = may(me, "order.advance", order)
    ? nextActions(order.status)
    : [];
  const phone = order.phone && <a href={`tel:${order.phone}`}>{order.phone}</a>;
  const strong = actions.includes("DONE") ? "DONE" : actions[0];
  return (
    <>
      <p class="print-only">
        {me.company} · Work-order report {order.number} · {dayWords(order.day)}
      </p>
      <input type="hidden" name="key" value={formKey} />
      <input type="hidden" name="version" value={order.version} />
      <div class="cols cols-side">
        <div class="stack">
          <section class="card">
            <div>
              <h2>{order.title}</h2>
              <p class="sub">{order.customer} · {order.address}</p>
            </div>
            <Steps label="Progress of this order" steps={steps(order, me)} />
            {/* Always there: a line that comes and goes would move the checklist under the finger. */}
            <p>
              <SyncBadge state={standing} />
            </p>
          </section>
          {order.checklist.length > 0 && (
            <Card
              title="Checklist"
              aside={
                <Badge icon="check">{done} of {order.checklist.length}</Badge>
              }
            >
              <ul>
                {order.checklist.map((item) => (
                  <li key={item.id}>
                    <input
                      type="hidden"
                      name="was-check"
                      value={item.done ? item.id : ""}
                    />
                    <Tick
                      name="check"
                      value={item.id}
                      checked={item.done}
                      note={item.required ? "Needed before Done" : undefined}
                      onChange={(value) =>
                        onEdit({ [`check:${item.id}`]: value })}
                    >
                      {item.label}
                    </Tick>
                  </li>
                ))}
              </ul>
            </Card>
          )}
          <Card title="Notes">
            <input type="hidden" name="was-notes" value={order.notes ?? ""} />
            <NotesField order={order} seen={seen} onNote={onNote} />
            <button
              class="btn no-print"
              type="submit"
              name="action"
              value="SAVE"
            >
              Save
            </button>
          </Card>
        </div>
        <Card title="Details">
          <Facts
            items={[
              ["Customer", order.customer],
              [
                "Phone",
                phone,
              ],
              ["Address", order.address],
              [
                "Planned",
                `${dayWords(order.day)}, ${order.time}, ${order.minutes} min`,
              ],
              [
                "Worker",
                worker ?? (order.assigneeId === me.id ? me.name : undefined),
              ],
              ["From the office", order.brief],
            ]}
          />
          {may(me, "order.plan", order) && (
            <a class="btn no-print" href={`/client/orders/${order.id}/plan`}>
              <Icon name="pen" />
              Change the plan
            </a>
          )}
        </Card>
      </div>
      {actions.length > 0 && (
        <Dock
          note={open > 0 && order.status !== "PLANNED"
            ? `${open === 1 ? "1 point" : `${open} points`} to do before Done.`
            : undefined}
          noteIcon="orders"
        >
          {[...actions].sort((a, b) => a === strong ? 1 : b === strong ? -1 : 0)
            .map((action) => (
              <button
                key={action}
                class={action === strong
                  ? "btn btn-big btn-main"
                  : "btn btn-big"}
                type="submit"
                name="action"
                value={action}
              >
                <Icon name={ACTIONS[action][1]} />
                {order.status === "PAUSED" && action === "START"
                  ? "Go on"
                  : ACTIONS[action][0]}
              </button>
            ))}
        </Dock>
      )}
    </>
  );
}

type NotesFieldProps = Pick<OrderBodyProps, "order" | "seen" | "onNote">;

function NotesField({ order, seen, onNote }: NotesFieldProps) {
  // What is being typed is not pulled away by what arrives meanwhile.
  const typed = useRef<HTMLTextAreaElement | null>(null);
  const shown = useRef<WorkOrder>();
  const timer = useRef(0);
  const [, redraw] = useState({});
  // The same order again does not know yet of what was just saved.
  if (!typed.current && shown.current !== order) {
    const { notes, version } = shown.current = order;
    seen.current = { version, fields: { notes } };
  }
  const { notes } = shown.current as WorkOrder;
  const save = () => {
    clearTimeout(timer.current);
    return typed.current && onNote(typed.current.value);
  };
  // A page that is closed or put away in the middle of a sentence keeps it.
  useEffect(() => {
    addEventListener("pagehide", save);
    document.addEventListener("visibilitychange", save);
    return () => {
      removeEventListener("pagehide", save);
      document.removeEventListener("visibilitychange", save);
    };
  });
  return (
    <div
      class="field"
      onInput={(event) => {
        typed.current = event.target as HTMLTextAreaElement;
        clearTimeout(timer.current);
        timer.current = setTimeout(save, PAUSE_MS) as unknown as number;
      }}
      onChange={() => {
        const saving = save();
        typed.current = null;
        // With what came meanwhile.
        if (!saving) redraw({});
      }}
    >
      <label class="vh" for="f-notes">{NOTES_RULE.label}</label>
      <textarea
        key={notes}
        id="f-notes"
        name="notes"
        class="input"
        maxLength={NOTES_RULE.maxLength}
      >
        {notes}
      </textarea>
    </div>
  );
}
