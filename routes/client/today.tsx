import { page } from "fresh";
import { Head } from "fresh/runtime";
import { clientNav } from "../../components/client_nav.ts";
import { PageFrame } from "../../components/PageFrame.tsx";
import { SCREEN_ICONS } from "../../components/screen_icons.ts";
import TodayScreen, {
  type TodayScreenProps,
} from "../../islands/TodayScreen.tsx";
import { readToday } from "../../lib/field/read_today.ts";
import { runChange } from "../../lib/field/run_change.ts";
import { acting } from "../../lib/http/call.ts";
import {
  formCall,
  newFormKey,
  newRecordId,
  readOwnForm,
} from "../../lib/http/form_call.ts";
import { throwProblem } from "../../lib/http/page_problem.ts";
import { formText } from "../../lib/http/read_body.ts";
import { define } from "../../lib/http/state.ts";
import type { Me } from "../../lib/model/spaces.ts";

/** The worker's day; presses of the clock. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant, now } = acting(ctx);
    return page<TodayScreenProps & { me: Me }>({
      me,
      today: await readToday(tenant, me, now),
      now,
      press: { id: newRecordId("ts", now), key: newFormKey(me, now) },
    });
  },

  async POST(ctx) {
    const { tenant } = acting(ctx);
    const form = await readOwnForm(ctx);
    if (!form.ok) throwProblem(form.problem);
    const call = await formCall(ctx, form.value, {
      method: "POST",
      route: "/api/client/clock-events",
      payload: {
        id: formText(form.value, "id"),
        kind: formText(form.value, "kind"),
      },
    });
    const outcome = await runChange(tenant, call, null);
    if (!outcome.ok && outcome.problem.code !== "id-taken") {
      throwProblem(outcome.problem);
    }
    return ctx.redirect("/client/today", 303);
  },
});

export default define.page<typeof handler>(({ data }) => (
  <>
    <Head>
      <title>Today · StreamFlow</title>
    </Head>
    <PageFrame nav={clientNav(data.me, "today")} icons={SCREEN_ICONS.today}>
      <TodayScreen {...data} />
    </PageFrame>
  </>
));
