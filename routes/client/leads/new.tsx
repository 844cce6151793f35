import { page } from "fresh";
import { Head } from "fresh/runtime";
import { clientNav } from "../../../components/client_nav.ts";
import { PageFrame } from "../../../components/PageFrame.tsx";
import { SCREEN_ICONS } from "../../../components/screen_icons.ts";
import LeadScreen, {
  type LeadScreenProps,
} from "../../../islands/LeadScreen.tsx";
import { acting } from "../../../lib/http/call.ts";
import {
  newFormKey,
  newRecordId,
  readOwnForm,
} from "../../../lib/http/form_call.ts";
import { createLeadByForm } from "../../../lib/http/lead_form_call.ts";
import { messagesOf, throwProblem } from "../../../lib/http/page_problem.ts";
import { define } from "../../../lib/http/state.ts";
import type { Me } from "../../../lib/model/spaces.ts";
import { readSettings } from "../../../lib/store/settings.ts";

type Data = LeadScreenProps & { me: Me };

/** A new lead. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant, now } = acting(ctx);
    const { template } = await readSettings(tenant);
    const form = template.leadForm;
    return page<Data>({
      me,
      lead: { id: null, version: 0, values: {}, form, standing: "received" },
      was: null,
      newId: newRecordId("lead", now),
      formKey: newFormKey(me, now),
      errors: {},
      problem: null,
    });
  },

  async POST(ctx) {
    const { me, tenant, now } = acting(ctx);
    const form = await readOwnForm(ctx);
    if (!form.ok) throwProblem(form.problem);
    const { problem, values } = await createLeadByForm(ctx, form.value);
    if (problem === null) return ctx.redirect("/client/leads", 303);
    if (!problem.errors) throwProblem(problem);
    const { template } = await readSettings(tenant);
    return page<Data>({
      me,
      lead: {
        id: null,
        version: 0,
        values,
        form: template.leadForm,
        standing: "received",
      },
      was: null,
      newId: newRecordId("lead", now),
      formKey: newFormKey(me, now),
      errors: messagesOf(problem.errors),
      problem: null,
    }, { status: problem.status });
  },
});

export default define.page<typeof handler>(({ data }) => (
  <>
    <Head>
      <title>New lead · StreamFlow</title>
    </Head>
    <PageFrame nav={clientNav(data.me, "leads")} icons={SCREEN_ICONS.lead} task>
      <LeadScreen {...data} />
    </PageFrame>
  </>
));
