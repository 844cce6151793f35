import { page } from "fresh";
import { Head } from "fresh/runtime";
import { clientNav } from "../../../../components/client_nav.ts";
import {
  HISTORY_ICONS,
  HistoryMain,
} from "../../../../components/HistoryMain.tsx";
import { pictureUrl } from "../../../../components/OrderPictures.tsx";
import { PageFrame } from "../../../../components/PageFrame.tsx";
import { TopBar } from "../../../../components/TopBar.tsx";
import {
  fieldLabel,
  fieldWords,
} from "../../../../islands/field/field_words.ts";
import SyncGlance from "../../../../islands/SyncGlance.tsx";
import {
  orderHistory,
  type RecordHistory,
} from "../../../../lib/field/read_history.ts";
import { acting } from "../../../../lib/http/call.ts";
import { throwProblem } from "../../../../lib/http/page_problem.ts";
import { define } from "../../../../lib/http/state.ts";
import type { Me } from "../../../../lib/model/spaces.ts";
import type { WorkOrder } from "../../../../lib/model/work_order.ts";

interface Data {
  me: Me;
  history: RecordHistory<WorkOrder>;
  further: boolean;
}

/** What became of a work order, and what somebody wrote that does not stand. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant } = acting(ctx);
    const cursor = ctx.url.searchParams.get("cursor");
    const { id = "" } = ctx.params;
    const history = await orderHistory(tenant, me, id, cursor);
    if (!history.ok) throwProblem(history.problem);
    const further = cursor !== null;
    return page<Data>({ me, history: history.value, further });
  },
});

export default define.page<typeof handler>((
  { data: { me, history, further } },
) => {
  const order = history.record;
  const record = `/client/orders/${order.id}`;
  return (
    <>
      <Head>
        <title>{`History of order ${order.number} · StreamFlow`}</title>
      </Head>
      <PageFrame nav={clientNav(me, "orders")} icons={HISTORY_ICONS} task>
        <TopBar
          title={`History of order ${order.number}`}
          sub={order.title}
          back={{ href: record, label: "Order" }}
        >
          <SyncGlance me={me} />
        </TopBar>
        <HistoryMain
          me={me}
          kind="order"
          history={history}
          record={record}
          label={(name) => fieldLabel(name, null, order)}
          words={(name, value) => fieldWords(name, value, null)}
          pictureUrl={(hash) => pictureUrl(order.id, hash)}
          further={further}
        />
      </PageFrame>
    </>
  );
});
