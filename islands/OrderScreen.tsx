import "./field/shared_chunk.ts";
import { useEffect, useRef, useState } from "preact/hooks";
import { Banner } from "../components/Banner.tsx";
import { dayWords } from "../components/time_words.ts";
import { TopBar } from "../components/TopBar.tsx";
import type { FieldValues } from "../lib/model/form.ts";
import type { Problem } from "../lib/model/problem.ts";
import type { Me } from "../lib/model/spaces.ts";
import type { OrderAction, WorkOrder } from "../lib/model/work_order.ts";
import { type Local } from "../lib/offline/local.ts";
import { readRecord } from "../lib/offline/local.ts";
import type { Seen } from "../lib/offline/saving.ts";
import { openField } from "../lib/offline/scope.ts";
import { advanceOrder, editOrder } from "../lib/offline/orders.ts";
import { Elsewhere } from "./field/Elsewhere.tsx";
import { OrderBody } from "./field/OrderBody.tsx";
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
