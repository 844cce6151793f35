import { Badge, SyncBadge } from "../../components/Badge.tsx";
import { Card } from "../../components/Card.tsx";
import { Dock } from "../../components/Dock.tsx";
import { Facts } from "../../components/Facts.tsx";
import { Icon } from "../../components/Icon.tsx";
import { type Step, Steps } from "../../components/Steps.tsx";
import { Tick } from "../../components/Tick.tsx";
import { dayWords, timeOfDay } from "../../components/time_words.ts";
import type { FieldValues } from "../../lib/model/form.ts";
import { may } from "../../lib/model/policy.ts";
import type { Me } from "../../lib/model/spaces.ts";
import {
  nextActions,
  type OrderAction,
  type WorkOrder,
} from "../../lib/model/work_order.ts";
import type { Local } from "../../lib/offline/local.ts";
import { NotesField, type NotesFieldProps } from "./NotesField.tsx";

const ACTIONS: Record<
  OrderAction,
  [label: string, icon: "play" | "pause" | "check"]
> = {
  START: ["Start", "play"],
  PAUSE: ["Pause", "pause"],
  DONE: ["Done", "check"],
};

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

/** Props of {@link OrderBody}. */
export interface OrderBodyProps extends NotesFieldProps {
  standing: Local<WorkOrder>["standing"];
  me: Me;
  worker: string | null;
  formKey: string;
  onEdit: (fields: FieldValues) => void;
}

/** What an order's screen shows of it, as a form for where there are no scripts. */
export function OrderBody(
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
