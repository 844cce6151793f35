import { page } from "fresh";
import { Head } from "fresh/runtime";
import { Card } from "../../components/Card.tsx";
import { clientNav } from "../../components/client_nav.ts";
import { Facts } from "../../components/Facts.tsx";
import { Icon } from "../../components/Icon.tsx";
import { PageFrame } from "../../components/PageFrame.tsx";
import { roleWords } from "../../components/role_words.ts";
import { TopBar } from "../../components/TopBar.tsx";
import LogOut from "../../islands/LogOut.tsx";
import SyncGlance from "../../islands/SyncGlance.tsx";
import { acting } from "../../lib/http/call.ts";
import { define } from "../../lib/http/state.ts";
import { may } from "../../lib/model/policy.ts";
import { dashboardPath } from "../../lib/model/spaces.ts";

/** Who is logged in, ways to what the phone's bottom bar has no room for, and the way out. */
export const handler = define.handlers({
  GET: (ctx) => page({ me: acting(ctx).me }),
});

export default define.page<typeof handler>(({ data: { me } }) => {
  return (
    <>
      <Head>
        <title>More · StreamFlow</title>
      </Head>
      <PageFrame
        nav={clientNav(me, "account")}
        icons={["out", "device", "home", "team"]}
      >
        <TopBar title={me.name} sub={me.company}>
          <SyncGlance me={me} />
        </TopBar>
        <main class="main" id="main">
          <Card title="You">
            <Facts
              items={[
                ["Company", me.company],
                [
                  "Role",
                  roleWords(me.roles),
                ],
                ["Time zone", me.timeZone.replaceAll("_", " ")],
              ]}
            />
          </Card>
          <div class="btns slim-only">
            <a class="btn btn-block" href={dashboardPath(me)}>
              <Icon name="home" />
              Dashboard
            </a>
            {may(me, "member.read") && (
              <a class="btn btn-block" href="/client/team">
                <Icon name="team" />
                Team
              </a>
            )}
          </div>
          <LogOut me={me} />
        </main>
      </PageFrame>
    </>
  );
});
