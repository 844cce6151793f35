import { page } from "fresh";
import { Head } from "fresh/runtime";
import { AuditCard } from "../../components/AuditCard.tsx";
import { clientNav } from "../../components/client_nav.ts";
import { PageFrame } from "../../components/PageFrame.tsx";
import { TopBar } from "../../components/TopBar.tsx";
import SyncGlance from "../../islands/SyncGlance.tsx";
import { type AuditView, auditView } from "../../lib/audit/audit_view.ts";
import { acting } from "../../lib/http/call.ts";
import { define } from "../../lib/http/state.ts";
import type { Me } from "../../lib/model/spaces.ts";

interface Data {
  me: Me;
  log: AuditView;
  further: boolean;
}

/** Who did what in the company, and what was refused; for owners. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant } = acting(ctx);
    const cursor = ctx.url.searchParams.get("cursor");
    const log = await auditView(tenant, ["CLIENT", "ACCOUNTING"], cursor);
    return page<Data>({ me, log, further: cursor !== null });
  },
});

/** Where an owner looks at a record. */
function hrefOf(id: string): string | null {
  if (id.startsWith("lead_")) return `/client/leads/${id}`;
  return id.startsWith("wo_") ? `/client/orders/${id}` : null;
}

export default define.page<typeof handler>(({ data: { me, log, further } }) => (
  <>
    <Head>
      <title>Audit · StreamFlow</title>
    </Head>
    <PageFrame
      nav={clientNav(me, "audit")}
      icons={["check", "clock", "lock", "next", "x"]}
    >
      <TopBar title="Audit" sub="Who did what, and what was refused">
        <SyncGlance me={me} />
      </TopBar>
      <main class="main" id="main">
        <AuditCard
          log={log}
          timeZone={me.timeZone}
          hrefOf={hrefOf}
          path="/client/audit"
          further={further}
        />
      </main>
    </PageFrame>
  </>
));
