import { page } from "fresh";
import { Head } from "fresh/runtime";
import { clientNav } from "../../../components/client_nav.ts";
import { HistoryLink } from "../../../components/HistoryLink.tsx";
import { PageFrame } from "../../../components/PageFrame.tsx";
import { SCREEN_ICONS } from "../../../components/screen_icons.ts";
import LeadScreen, {
  type LeadScreenProps,
} from "../../../islands/LeadScreen.tsx";
import { readLead } from "../../../lib/field/read_field.ts";
import { acting } from "../../../lib/http/call.ts";
import { newFormKey, readOwnForm } from "../../../lib/http/form_call.ts";
import { changeLeadByForm } from "../../../lib/http/lead_form_call.ts";
import { messagesOf, throwProblem } from "../../../lib/http/page_problem.ts";
import { define } from "../../../lib/http/state.ts";
import type { Me } from "../../../lib/model/spaces.ts";
import { readSettings } from "../../../lib/store/settings.ts";

type Data = LeadScreenProps & { me: Me };

/** One lead. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant, now } = acting(ctx);
    const [lead, { template }] = await Promise.all([
      readLead(tenant, me, ctx.params.id ?? ""),
      readSettings(tenant),
    ]);
    if (!lead.ok) throwProblem(lead.problem);
    const { id, version, fields } = lead.value;
    return page<Data>({
      me,
      lead: {
        id,
        version,
        values: fields,
        form: template.leadForm,
        standing: "received",
      },
      was: null,
      newId: "",
      formKey: newFormKey(me, now),
      errors: {},
      problem: null,
    });
  },

  async POST(ctx) {
    const { me, tenant, now } = acting(ctx);
    const form = await readOwnForm(ctx);
    if (!form.ok) throwProblem(form.problem);
    const { problem, values, was, lead } = await changeLeadByForm(
      ctx,
      form.value,
    );
    if (problem === null) return ctx.redirect("/client/leads", 303);
    if (lead === null || (!problem.errors && problem.code !== "stale-entity")) {
      throwProblem(problem);
    }
    const { template } = await readSettings(tenant);
    const { id, version } = lead;
    return page<Data>({
      me,
      lead: {
        id,
        version,
        values,
        form: template.leadForm,
        standing: "received",
      },
      was,
      newId: "",
      formKey: newFormKey(me, now),
      errors: messagesOf(problem.errors),
      problem: problem.code === "stale-entity"
        ? "Somebody else changed this meanwhile."
        : null,
    }, { status: problem.status });
  },
});

export default define.page<typeof handler>(({ data }) => (
  <>
    <Head>
      <title>{`${data.lead?.values.name ?? "Lead"} · StreamFlow`}</title>
    </Head>
    <PageFrame nav={clientNav(data.me, "leads")} icons={SCREEN_ICONS.lead} task>
      <LeadScreen {...data} />
      <section class="main" aria-label="What became of this lead">
        <HistoryLink record={`/client/leads/${data.lead?.id}`} />
      </section>
    </PageFrame>
  </>
));
