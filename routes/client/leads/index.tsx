import { page } from "fresh";
import { Head } from "fresh/runtime";
import { clientNav } from "../../../components/client_nav.ts";
import { PageFrame } from "../../../components/PageFrame.tsx";
import { SCREEN_ICONS } from "../../../components/screen_icons.ts";
import LeadsScreen, { type Leads } from "../../../islands/LeadsScreen.tsx";
import { leadsPage } from "../../../lib/field/read_field.ts";
import { acting } from "../../../lib/http/call.ts";
import { define } from "../../../lib/http/state.ts";
import type { Me } from "../../../lib/model/spaces.ts";
import { readSettings } from "../../../lib/store/settings.ts";

/** Leads, newest first. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant } = acting(ctx);
    const [{ rows, next }, { template }] = await Promise.all([
      leadsPage(tenant, me, ctx.url.searchParams.get("cursor")),
      readSettings(tenant),
    ]);
    return page<{ me: Me; list: Leads }>({
      me,
      list: {
        rows: rows.map((row) => ({ row, standing: "received" })),
        form: template.leadForm,
        next,
        more: null,
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
