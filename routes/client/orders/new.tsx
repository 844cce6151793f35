import { page } from "fresh";
import { Head } from "fresh/runtime";
import { clientNav } from "../../../components/client_nav.ts";
import { PageFrame } from "../../../components/PageFrame.tsx";
import { PlanForm, type PlanFormProps } from "../../../components/PlanForm.tsx";
import { TopBar } from "../../../components/TopBar.tsx";
import SyncGlance from "../../../islands/SyncGlance.tsx";
import { acting } from "../../../lib/http/call.ts";
import { newFormKey, newRecordId } from "../../../lib/http/form_call.ts";
import { messagesOf, throwProblem } from "../../../lib/http/page_problem.ts";
import {
  createOrderByForm,
  planForm,
  planValues,
} from "../../../lib/http/plan_form_call.ts";
import { readForm } from "../../../lib/http/read_body.ts";
import { define } from "../../../lib/http/state.ts";
import { localTime } from "../../../lib/model/calendar.ts";
import type { Me } from "../../../lib/model/spaces.ts";
import { readSettings } from "../../../lib/store/settings.ts";

interface Data {
  me: Me;
  plan: PlanFormProps;
}

/** Plans a new work order. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant, now } = acting(ctx);
    const { template } = await readSettings(tenant);
    const { day } = localTime(me.timeZone, now);
    return page<Data>({
      me,
      plan: {
        form: await planForm(tenant),
        values: {
          day,
          time: "09:00",
          minutes: template.orderKinds[0]?.minutes ?? 60,
        },
        kinds: template.orderKinds,
        kind: template.orderKinds[0]?.id ?? "",
        id: newRecordId("wo", now),
        formKey: newFormKey(now),
        version: 0,
        errors: {},
      },
    });
  },

  async POST(ctx) {
    const { me, tenant, now } = acting(ctx);
    const form = await readForm(ctx.req);
    if (!form.ok) throwProblem(form.problem);
    const { template } = await readSettings(tenant);
    const { problem, id } = await createOrderByForm(
      ctx,
      form.value,
      template.orderKinds,
    );
    if (problem === null) return ctx.redirect(`/client/orders/${id}`, 303);
    if (!problem.errors) throwProblem(problem);
    return page<Data>({
      me,
      plan: {
        form: await planForm(tenant),
        values: planValues(form.value),
        kinds: template.orderKinds,
        kind: String(form.value.get("kind") ?? ""),
        id,
        formKey: newFormKey(now),
        version: 0,
        errors: messagesOf(problem.errors),
      },
    }, { status: problem.status });
  },
});

export default define.page<typeof handler>(({ data: { me, plan } }) => (
  <>
    <Head>
      <title>New order · StreamFlow</title>
    </Head>
    <PageFrame nav={clientNav(me, "orders")} icons={[]} task>
      <TopBar
        title="New order"
        sub={me.company}
        back={{ href: "/client/orders" }}
      >
        <SyncGlance me={me} />
      </TopBar>
      <main class="main" id="main">
        <PlanForm {...plan} />
      </main>
    </PageFrame>
  </>
));
