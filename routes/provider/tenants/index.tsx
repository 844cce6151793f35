import { page } from "fresh";
import { Head } from "fresh/runtime";
import { Card } from "../../../components/Card.tsx";
import { Empty } from "../../../components/Empty.tsx";
import { PageFrame } from "../../../components/PageFrame.tsx";
import { providerNav } from "../../../components/provider_nav.ts";
import { ShowMore } from "../../../components/ShowMore.tsx";
import { TenantsTable } from "../../../components/TenantsTable.tsx";
import { TopBar } from "../../../components/TopBar.tsx";
import { acting } from "../../../lib/http/call.ts";
import { define } from "../../../lib/http/state.ts";
import { may } from "../../../lib/model/policy.ts";
import type { Me } from "../../../lib/model/spaces.ts";
import {
  type SeenTenant,
  tenantsPage,
} from "../../../lib/tenancy/read_tenants.ts";

interface Data {
  me: Me;
  rows: SeenTenant[];
  next: string | null;
  /** Not the first page. */
  further: boolean;
}

/** The customers of the instance, newest first. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me } = acting(ctx);
    const cursor = ctx.url.searchParams.get("cursor");
    const list = await tenantsPage(ctx.state.deps.store, me, cursor);
    return page<Data>({ me, ...list, further: cursor !== null });
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { me, rows, next, further } = data;
  return (
    <>
      <Head>
        <title>Tenants · StreamFlow</title>
      </Head>
      <PageFrame
        nav={providerNav(me, "tenants")}
        icons={["check", "pause", "next"]}
      >
        <TopBar
          title="Tenants"
          sub="The companies on this instance, newest first"
        />
        <main class="main" id="main">
          {rows.length === 0
            ? (
              <Empty title={further ? "No more tenants" : "No tenants yet"}>
                A company stands here as soon as it has signed up.
              </Empty>
            )
            : (
              <Card
                flush
                title={further ? "Further tenants" : "Newest tenants"}
                aside={<p>{rows.length} shown</p>}
              >
                <TenantsTable
                  rows={rows}
                  withPlan={may(me, "tenant.read", undefined, "plan")}
                  timeZone={me.timeZone}
                />
              </Card>
            )}
          <ShowMore path="/provider/tenants" next={next} further={further} />
        </main>
      </PageFrame>
    </>
  );
});
