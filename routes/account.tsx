import { HttpError, page } from "fresh";
import { asset, Head } from "fresh/runtime";
import { Card, Section } from "../components/Card.tsx";
import { Facts } from "../components/Facts.tsx";
import { Icon } from "../components/Icon.tsx";
import {
  type MembershipChoice,
  Memberships,
} from "../components/Memberships.tsx";
import { PageFrame } from "../components/PageFrame.tsx";
import { roleWords, spaceWord } from "../components/role_words.ts";
import { SessionList } from "../components/SessionList.tsx";
import { spaceNav } from "../components/space_nav.ts";
import { TopBar } from "../components/TopBar.tsx";
import OnThisPhone from "../islands/OnThisPhone.tsx";
import Switcher from "../islands/Switcher.tsx";
import SyncGlance from "../islands/SyncGlance.tsx";
import {
  endOtherSessions,
  endOwnSession,
  listOwnSessions,
  type OwnSession,
} from "../lib/access/own_sessions.ts";
import { acting } from "../lib/http/call.ts";
import { membershipChoices } from "../lib/http/membership_choices.ts";
import { throwProblem } from "../lib/http/page_problem.ts";
import { formText, readForm } from "../lib/http/read_body.ts";
import { define } from "../lib/http/state.ts";
import type { Me } from "../lib/model/spaces.ts";

interface Data {
  me: Me;
  choices: MembershipChoice[];
  sessions: OwnSession[];
}

/** Who is logged in and where, ways to what the phone's bottom bar has no room for, and the way out. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, now } = acting(ctx);
    const { session, deps } = ctx.state;
    if (session === null) throw new HttpError(401);
    const [choices, sessions] = await Promise.all([
      membershipChoices(ctx),
      listOwnSessions(deps.store, session, now),
    ]);
    return page<Data>({ me, choices, sessions });
  },

  async POST(ctx) {
    const { audit, now } = acting(ctx);
    const { session, deps: { store } } = ctx.state;
    const form = await readForm(ctx.req);
    if (!form.ok) throwProblem(form.problem);
    if (session === null) throw new HttpError(401);
    const end = formText(form.value, "end");
    if (end === "others") await endOtherSessions(store, session, audit, now);
    else {
      const outcome = await endOwnSession(store, session, end, audit);
      // One that is over already is what was asked for.
      if (!outcome.ok && outcome.problem.status !== 404) {
        throwProblem(outcome.problem);
      }
    }
    return ctx.redirect("/account", 303);
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { me, choices, sessions } = data;
  const nav = spaceNav(me, "account");
  const elsewhere = nav.items.filter(({ only }) => only === "wide");
  const inField = me.space === "CLIENT";
  return (
    <>
      <Head>
        <title>More · StreamFlow</title>
        {/* The browser may offer before the island is alive. */}
        {inField && <script defer src={asset("/install_offer.js")} />}
      </Head>
      <PageFrame nav={nav} icons={["out", "device"]}>
        <TopBar title={me.name} sub={me.company}>
          {inField && <SyncGlance me={me} />}
        </TopBar>
        <main class="main" id="main">
          {elsewhere.length > 0 && (
            <div class="btns slim-only">
              {elsewhere.map(({ href, label, icon }) => (
                <a key={href} class="btn btn-block" href={href}>
                  <Icon name={icon} />
                  {label}
                </a>
              ))}
            </div>
          )}
          <Card title="You">
            <Facts
              items={[
                ["Company", me.company],
                ["Space", spaceWord(me.space)],
                ["Role", roleWords(me.roles)],
                ["Time zone", me.timeZone.replaceAll("_", " ")],
              ]}
            />
          </Card>
          {choices.length > 1 && (
            <Section title="Where you work" aside={`${choices.length} places`}>
              {inField
                ? <Switcher me={me} choices={choices} />
                : <Memberships choices={choices} />}
            </Section>
          )}
          <Section title="Where you are logged in">
            <SessionList sessions={sessions} timeZone={me.timeZone} />
            {sessions.length > 1 && (
              <form method="post">
                <button
                  class="btn btn-block"
                  type="submit"
                  name="end"
                  value="others"
                >
                  Log out everywhere else
                </button>
              </form>
            )}
          </Section>
          {inField
            // Its own copy: what two islands share takes more code in the browser.
            ? <OnThisPhone me={structuredClone(me)} />
            : (
              <form method="post" action="/logout">
                <button class="btn btn-block" type="submit">
                  <Icon name="out" />
                  Log out
                </button>
              </form>
            )}
        </main>
      </PageFrame>
    </>
  );
});
