import { page } from "fresh";
import { Head } from "fresh/runtime";
import { clientNav } from "../../../components/client_nav.ts";
import { PageFrame } from "../../../components/PageFrame.tsx";
import { SCREEN_ICONS } from "../../../components/screen_icons.ts";
import OrdersScreen, { type Orders } from "../../../islands/OrdersScreen.tsx";
import { ordersPage } from "../../../lib/field/read_field.ts";
import { acting } from "../../../lib/http/call.ts";
import { define } from "../../../lib/http/state.ts";
import { localTime } from "../../../lib/model/calendar.ts";
import { may } from "../../../lib/model/policy.ts";
import type { Me } from "../../../lib/model/spaces.ts";
import { memberNames } from "../../../lib/store/members.ts";

/** Orders by day: from today on, or `?earlier` ones, the latest first. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant, now } = acting(ctx);
    const { day: today } = localTime(me.timeZone, now);
    const { searchParams } = ctx.url;
    const earlier = searchParams.has("earlier");
    const { rows, next } = await ordersPage(
      tenant,
      me,
      searchParams.get("cursor") ?? JSON.stringify([today]),
      !earlier,
    );
    const holders = may(me, "member.read")
      ? rows.map((row) => row.assigneeId)
      : [];
    const more = next && `cursor=${encodeURIComponent(next)}`;
    return page<{ me: Me; list: Orders }>({
      me,
      list: {
        today,
        orders: rows.map((record) => ({ record, standing: "received" })),
        more: more && (earlier ? `?earlier&${more}` : `?${more}`),
        earlier: earlier ? null : "?earlier",
        names: await memberNames(tenant, holders),
      },
    });
  },
});

export default define.page<typeof handler>(({ data }) => (
  <>
    <Head>
      <title>Orders · StreamFlow</title>
    </Head>
    <PageFrame nav={clientNav(data.me, "orders")} icons={SCREEN_ICONS.orders}>
      <OrdersScreen {...data} />
    </PageFrame>
  </>
));
