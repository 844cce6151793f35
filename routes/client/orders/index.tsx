import { page } from "fresh";
import { Head } from "fresh/runtime";
import { clientNav } from "../../../components/client_nav.ts";
import { PageFrame } from "../../../components/PageFrame.tsx";
import { SCREEN_ICONS } from "../../../components/screen_icons.ts";
import OrdersScreen, { type Orders } from "../../../islands/OrdersScreen.tsx";
import { ordersPage } from "../../../lib/field/read_field.ts";
import { acting } from "../../../lib/http/call.ts";
import { define } from "../../../lib/http/state.ts";
import { addDays, localTime } from "../../../lib/model/calendar.ts";
import { may, reachOf } from "../../../lib/model/policy.ts";
import { WINDOW_DAYS_BACK } from "../../../lib/model/protocol.ts";
import type { Me } from "../../../lib/model/spaces.ts";
import { memberNames } from "../../../lib/store/members.ts";

/** Orders by day: from today on, a worker's from yesterday on as on their phone, or `?earlier` ones, the latest first. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant, now } = acting(ctx);
    const { day: today } = localTime(me.timeZone, now);
    const back = reachOf(me, "order.read") === "own" ? WINDOW_DAYS_BACK : 0;
    const { searchParams } = ctx.url;
    const earlier = searchParams.has("earlier");
    const { rows, next } = await ordersPage(
      tenant,
      me,
      searchParams.get("cursor") ?? JSON.stringify([addDays(today, -back)]),
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
