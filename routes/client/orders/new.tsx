import { page } from "fresh";
import { Head } from "fresh/runtime";
import { Section } from "../../../components/Card.tsx";
import { clientNav } from "../../../components/client_nav.ts";
import { PageFrame } from "../../../components/PageFrame.tsx";
import { PlanForm, type PlanFormProps } from "../../../components/PlanForm.tsx";
import { Row, RowList } from "../../../components/Row.tsx";
import { TopBar } from "../../../components/TopBar.tsx";
import SyncGlance from "../../../islands/SyncGlance.tsx";
import { acting } from "../../../lib/http/call.ts";
import {
  newFormKey,
  newRecordId,
  readOwnForm,
} from "../../../lib/http/form_call.ts";
import { messagesOf, throwProblem } from "../../../lib/http/page_problem.ts";
import {
  createOrderByForm,
  planForm,
  planValues,
} from "../../../lib/http/plan_form_call.ts";
import { type PlanSource, planStart } from "../../../lib/http/plan_start.ts";
import { define } from "../../../lib/http/state.ts";
import type { Me } from "../../../lib/model/spaces.ts";
import { readSettings } from "../../../lib/store/settings.ts";

interface Data {
  me: Me;
  /** Leads to begin with; none where the company plans no orders from them. */
  leads: PlanSource[];
  plan: PlanFormProps;
}

/** Plans a new work order. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant, now } = acting(ctx);
    const { template } = await readSettings(tenant);
    const start = await planStart(ctx, template.orderKinds);
    if (!start.ok) throwProblem(start.problem);
    const { leads, ...begun } = start.value;
    return page<Data>({
      me,
      leads,
      plan: {
        ...begun,
        form: await planForm(tenant),
        kinds: template.orderKinds,
        id: newRecordId("wo", now),
        formKey: newFormKey(me, now),
        version: 0,
        errors: {},
      },
    });
  },

  async POST(ctx) {
    const { me, tenant, now } = acting(ctx);
    const form = await readOwnForm(ctx);
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
      leads: [],
      plan: {
        form: await planForm(tenant),
        values: planValues(form.value),
        kinds: template.orderKinds,
        kind: String(form.value.get("kind") ?? ""),
        id,
        formKey: newFormKey(me, now),
        version: 0,
        errors: messagesOf(problem.errors),
      },
    }, { status: problem.status });
  },
});

export default define.page<typeof handler>(({ data: { me, leads, plan } }) => (
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
        {leads.length > 0 && (
          <Section title="Begin with a lead">
            <RowList label="Newest leads">
              {leads.map(({ href, label }) => (
                <Row key={href} href={href} title={label} />
              ))}
            </RowList>
          </Section>
        )}
        <PlanForm {...plan} />
      </main>
    </PageFrame>
  </>
));
