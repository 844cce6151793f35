import { page } from "fresh";
import { Head } from "fresh/runtime";
import { clientNav } from "../../../../components/client_nav.ts";
import { HistoryLink } from "../../../../components/HistoryLink.tsx";
import { OrderPictures } from "../../../../components/OrderPictures.tsx";
import { PageFrame } from "../../../../components/PageFrame.tsx";
import { SCREEN_ICONS } from "../../../../components/screen_icons.ts";
import OrderScreen, {
  type OrderScreenProps,
} from "../../../../islands/OrderScreen.tsx";
import { readOrder } from "../../../../lib/field/read_field.ts";
import { changeOrderByForm } from "../../../../lib/http/order_form_call.ts";
import {
  picturesOf,
  type PicturesOfOrder,
} from "../../../../lib/http/order_pictures.ts";
import {
  addPhotoByForm,
  PHOTO_FORM_BYTES,
} from "../../../../lib/http/photo_form_call.ts";
import { acting } from "../../../../lib/http/call.ts";
import { newFormKey, readOwnForm } from "../../../../lib/http/form_call.ts";
import { throwProblem } from "../../../../lib/http/page_problem.ts";
import { define, type State } from "../../../../lib/http/state.ts";
import type { Me } from "../../../../lib/model/spaces.ts";
import { memberNames } from "../../../../lib/store/members.ts";
import type { Context } from "fresh";

interface Data {
  screen: OrderScreenProps & { me: Me };
  pictures: PicturesOfOrder;
}

async function show(
  ctx: Context<State>,
  problem: string | null,
): Promise<Data> {
  const { me, tenant, now } = acting(ctx);
  const order = await readOrder(tenant, me, ctx.params.id ?? "");
  if (!order.ok) throwProblem(order.problem);
  const { assigneeId } = order.value;
  const names = await memberNames(tenant, [assigneeId]);
  return {
    screen: {
      me,
      order: order.value,
      worker: assigneeId === null ? null : names[assigneeId] ?? null,
      formKey: newFormKey(me, now),
      problem,
    },
    pictures: await picturesOf(tenant, me, order.value),
  };
}

/** One work order; without scripts its form carries actions, checklist and notes. */
export const handler = define.handlers({
  async GET(ctx) {
    return page<Data>(await show(ctx, null));
  },

  async POST(ctx) {
    const form = await readOwnForm(ctx, PHOTO_FORM_BYTES);
    if (!form.ok) throwProblem(form.problem);
    const problem = form.value.has("photo")
      ? await addPhotoByForm(ctx, form.value)
      : await changeOrderByForm(ctx, form.value);
    if (problem === null) return ctx.redirect(ctx.url.pathname, 303);
    if (problem.status === 404 || problem.status === 403) throwProblem(problem);
    const text = problem.errors?.map(({ message }) => message).join(" ") ??
      "This cannot be done now. Look at the order again.";
    return page<Data>(await show(ctx, text), { status: problem.status });
  },
});

export default define.page<typeof handler>((
  { data: { screen, pictures } },
) => (
  <>
    <Head>
      <title>{`Order ${screen.order?.number} · StreamFlow`}</title>
    </Head>
    <PageFrame
      nav={clientNav(screen.me, "orders")}
      icons={SCREEN_ICONS.order}
      task
    >
      <OrderScreen {...screen} />
      <noscript>
        <OrderPictures
          {...pictures}
          orderId={screen.order?.id ?? ""}
          timeZone={screen.me.timeZone}
          formKey={pictures.mayAdd ? screen.formKey : null}
        />
      </noscript>
      <section class="main" aria-label="What became of this order">
        <HistoryLink record={`/client/orders/${screen.order?.id}`} />
      </section>
    </PageFrame>
  </>
));
