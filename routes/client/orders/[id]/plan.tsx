import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import { clientNav } from "../../../../components/client_nav.ts";
import { HistoryLink } from "../../../../components/HistoryLink.tsx";
import { PageFrame } from "../../../../components/PageFrame.tsx";
import {
  PlanForm,
  type PlanFormProps,
} from "../../../../components/PlanForm.tsx";
import { TopBar } from "../../../../components/TopBar.tsx";
import SyncGlance from "../../../../islands/SyncGlance.tsx";
import { readOrder } from "../../../../lib/field/read_field.ts";
import { runChange } from "../../../../lib/field/run_change.ts";
import { acting } from "../../../../lib/http/call.ts";
import {
  formCall,
  formVersion,
  newFormKey,
  readOwnForm,
} from "../../../../lib/http/form_call.ts";
import { messagesOf, throwProblem } from "../../../../lib/http/page_problem.ts";
import { planForm, planValues } from "../../../../lib/http/plan_form_call.ts";
import { define } from "../../../../lib/http/state.ts";
import type { FieldValues } from "../../../../lib/model/form.ts";
import { may } from "../../../../lib/model/policy.ts";
import type { Me } from "../../../../lib/model/spaces.ts";
import { hasFeature } from "../../../../lib/store/features.ts";
import {
  orderFields,
  type WorkOrder,
} from "../../../../lib/model/work_order.ts";

interface Data {
  me: Me;
  number: number;
  /** The company plans orders again. */
  repeats: boolean;
  plan: PlanFormProps;
}

/** Changes the plan of a work order: only what differs, so that it does not collide with the worker's own fields. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant, now } = acting(ctx);
    const order = await readOrder(tenant, me, ctx.params.id ?? "");
    if (!order.ok) throwProblem(order.problem);
    if (!may(me, "order.plan", order.value)) throw new HttpError(403);
    return page<Data>({
      me,
      number: order.value.number,
      repeats: await hasFeature(tenant, "repeatOrders"),
      plan: {
        form: await planForm(tenant, order.value.assigneeId),
        values: orderFields(order.value),
        ...blankPlan(me, order.value, now),
      },
    });
  },

  async POST(ctx) {
    const { me, tenant, now } = acting(ctx);
    const form = await readOwnForm(ctx);
    if (!form.ok) throwProblem(form.problem);
    const order = await readOrder(tenant, me, ctx.params.id ?? "");
    if (!order.ok) throwProblem(order.problem);
    if (!may(me, "order.plan", order.value)) throw new HttpError(403);
    const values = planValues(form.value);
    const before = orderFields(order.value);
    const fields: FieldValues = Object.fromEntries(
      Object.entries(values).filter(([name, value]) => before[name] !== value),
    );
    const back = `/client/orders/${order.value.id}`;
    if (Object.keys(fields).length === 0) return ctx.redirect(back, 303);
    const call = await formCall(ctx, form.value, {
      method: "PATCH",
      route: `/api/client/work-orders/${order.value.id}`,
      payload: { fields },
    });
    const outcome = await runChange(tenant, call, {
      version: formVersion(form.value),
    });
    if (outcome.ok) return ctx.redirect(back, 303);
    const { errors, status, code } = outcome.problem;
    if (!errors && code !== "stale-entity") throwProblem(outcome.problem);
    return page<Data>({
      me,
      number: order.value.number,
      repeats: false,
      plan: {
        form: await planForm(tenant, order.value.assigneeId),
        values,
        ...blankPlan(me, order.value, now),
        errors: code === "stale-entity"
          ? {
            title:
              "Somebody else changed it meanwhile. Look at the order, then save again.",
          }
          : messagesOf(errors),
      },
    }, { status });
  },
});

function blankPlan(
  me: Me,
  order: WorkOrder,
  now: number,
): Omit<PlanFormProps, "form" | "values"> {
  const { id, version } = order;
  return {
    kinds: [],
    kind: "",
    id,
    version,
    formKey: newFormKey(me, now),
    errors: {},
  };
}

export default define.page<typeof handler>((
  { data: { me, number, repeats, plan } },
) => (
  <>
    <Head>
      <title>{`Plan of order ${number} · StreamFlow`}</title>
    </Head>
    <PageFrame nav={clientNav(me, "orders")} icons={[]} task>
      <TopBar
        title={`Plan of order ${number}`}
        sub={me.company}
        back={{ href: `/client/orders/${plan.id}` }}
      >
        <SyncGlance me={me} />
      </TopBar>
      <main class="main" id="main">
        {repeats && (
          <a class="btn btn-block" href={`/client/orders/new?again=${plan.id}`}>
            Plan it again, a week later
          </a>
        )}
        <HistoryLink record={`/client/orders/${plan.id}`} />
        <PlanForm {...plan} />
      </main>
    </PageFrame>
  </>
));
