import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import {
  type MembershipChoice,
  Memberships,
} from "../components/Memberships.tsx";
import { PageFrame } from "../components/PageFrame.tsx";
import { spaceNav } from "../components/space_nav.ts";
import { TopBar } from "../components/TopBar.tsx";
import Switcher from "../islands/Switcher.tsx";
import { switchMembership } from "../lib/access/switch_membership.ts";
import { acting } from "../lib/http/call.ts";
import { logPersonIn } from "../lib/http/log_person_in.ts";
import { membershipChoices } from "../lib/http/membership_choices.ts";
import { throwProblem } from "../lib/http/page_problem.ts";
import { formText, readForm } from "../lib/http/read_body.ts";
import { define } from "../lib/http/state.ts";
import { dashboardPath, type Me, SPACES } from "../lib/model/spaces.ts";

interface Data {
  me: Me;
  choices: MembershipChoice[];
}

/** Chooses where to work. A GET shows the choice and never switches. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me } = acting(ctx);
    return page<Data>({ me, choices: await membershipChoices(ctx) });
  },

  async POST(ctx) {
    const { session, deps } = ctx.state;
    const { me, audit } = acting(ctx);
    const form = await readForm(ctx.req);
    if (!form.ok) throwProblem(form.problem);
    const [tenantId = "", name] = formText(form.value, "membership").split("/");
    const space = SPACES.find((known) => known === name);
    if (session === null || space === undefined) throw new HttpError(404);
    if (tenantId === me.tenantId && space === me.space) {
      return ctx.redirect(dashboardPath(me), 303);
    }
    const to = { tenantId, space };
    const outcome = await switchMembership(deps, session, to, audit);
    if (!outcome.ok) {
      if (outcome.problem.status === 401) return ctx.redirect("/login", 303);
      throwProblem(outcome.problem);
    }
    return logPersonIn(ctx, { ...outcome.value, choose: false });
  },
});

export default define.page<typeof handler>(({ data: { me, choices } }) => (
  <>
    <Head>
      <title>Choose where you work · StreamFlow</title>
    </Head>
    <PageFrame nav={spaceNav(me, null)} icons={[]}>
      <TopBar title="Choose where you work" sub={me.name} />
      <main class="main" id="main">
        <p class="dim">
          You work in one place at a time. What was saved on this phone and not
          sent waits there until you come back.
        </p>
        {me.space === "CLIENT"
          ? <Switcher me={me} choices={choices} stay />
          : <Memberships choices={choices} stay />}
      </main>
    </PageFrame>
  </>
));
