import { page } from "fresh";
import { Head } from "fresh/runtime";
import { clientNav } from "../../../components/client_nav.ts";
import { PageFrame } from "../../../components/PageFrame.tsx";
import { SCREEN_ICONS } from "../../../components/screen_icons.ts";
import LeadsScreen, { type Leads } from "../../../islands/LeadsScreen.tsx";
import { leadsPage } from "../../../lib/field/read_field.ts";
import { MOST_SEARCH, searchLeads } from "../../../lib/field/search_leads.ts";
import { acting } from "../../../lib/http/call.ts";
import { throwProblem } from "../../../lib/http/page_problem.ts";
import { define } from "../../../lib/http/state.ts";
import { ok } from "../../../lib/model/problem.ts";
import type { Me } from "../../../lib/model/spaces.ts";
import { readSettings } from "../../../lib/store/settings.ts";

/** Leads, newest first; with `?q=` those that have its words. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant } = acting(ctx);
    const { searchParams } = ctx.url;
    const cursor = searchParams.get("cursor");
    const search = (searchParams.get("q") ?? "").trim().slice(0, MOST_SEARCH);
    const found = search
      ? await searchLeads(tenant, me, search, cursor)
      : ok(await leadsPage(tenant, me, cursor));
    if (!found.ok) throwProblem(found.problem);
    const { rows, next } = found.value;
    const { template } = await readSettings(tenant);
    return page<{ me: Me; list: Leads }>({
      me,
      list: {
        rows: rows.map((row) => ({ row, standing: "received" })),
        form: template.leadForm,
        search,
        more: next && "?" + new URLSearchParams({
              ...(search && { q: search }),
              cursor: next,
            }),
        further: cursor !== null,
      },
    });
  },
});

export default define.page<typeof handler>(({ data }) => (
  <>
    <Head>
      <title>Leads · StreamFlow</title>
    </Head>
    <PageFrame nav={clientNav(data.me, "leads")} icons={SCREEN_ICONS.leads}>
      <LeadsScreen {...data} />
    </PageFrame>
  </>
));
