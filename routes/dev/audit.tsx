import { page } from "fresh";
import { Head } from "fresh/runtime";
import { AuditCard } from "../../components/AuditCard.tsx";
import { Chip, Chips } from "../../components/Chip.tsx";
import { devNav } from "../../components/dev_nav.ts";
import { PageFrame } from "../../components/PageFrame.tsx";
import { TopBar } from "../../components/TopBar.tsx";
import { type AuditView, auditView } from "../../lib/audit/audit_view.ts";
import { acting } from "../../lib/http/call.ts";
import { define } from "../../lib/http/state.ts";
import type { Me } from "../../lib/model/spaces.ts";
import { INSTANCE_LOG } from "../../lib/store/keys.ts";
import { TenantStore } from "../../lib/store/tenant_store.ts";

interface Data {
  me: Me;
  /** Whose log: the instance's, of what belongs to no tenant, or the operator's own. */
  instance: boolean;
  log: AuditView;
  further: boolean;
}

/** What the operator's people did, and what was tried without being anybody's; never a customer's log. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant } = acting(ctx);
    const { searchParams } = ctx.url;
    const instance = searchParams.get("show") === "instance";
    const cursor = searchParams.get("cursor");
    const log = await auditView(
      instance ? new TenantStore(ctx.state.deps.store, INSTANCE_LOG) : tenant,
      instance ? [] : ["PROVIDER", "DEVELOPER"],
      cursor,
    );
    return page<Data>({ me, instance, log, further: cursor !== null });
  },
});

const nowhere = () => null;

export default define.page<typeof handler>(({ data }) => {
  const { me, instance, log, further } = data;
  return (
    <>
      <Head>
        <title>Audit · StreamFlow</title>
      </Head>
      <PageFrame
        nav={devNav(me, "audit")}
        icons={["check", "clock", "lock", "next", "x"]}
      >
        <TopBar title="Audit" sub="Who did what, and what was refused" />
        <main class="main" id="main">
          <Chips label="Which log">
            <Chip href="/dev/audit" current={!instance}>{me.company}</Chip>
            <Chip href="/dev/audit?show=instance" current={instance}>
              No tenant's
            </Chip>
          </Chips>
          <AuditCard
            log={log}
            timeZone={me.timeZone}
            hrefOf={nowhere}
            path={instance ? "/dev/audit?show=instance" : "/dev/audit"}
            further={further}
          />
        </main>
      </PageFrame>
    </>
  );
});
