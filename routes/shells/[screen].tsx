import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import { clientNav, type ClientPlace } from "../../components/client_nav.ts";
import { ErrorPage } from "../../components/ErrorPage.tsx";
import { PageFrame } from "../../components/PageFrame.tsx";
import { SCREEN_ICONS } from "../../components/screen_icons.ts";
import ChangesScreen from "../../islands/ChangesScreen.tsx";
import LeadScreen from "../../islands/LeadScreen.tsx";
import LeadsScreen from "../../islands/LeadsScreen.tsx";
import OrderScreen from "../../islands/OrderScreen.tsx";
import OrdersScreen from "../../islands/OrdersScreen.tsx";
import TodayScreen from "../../islands/TodayScreen.tsx";
import { isShell, type ShellName } from "../../lib/http/shells.ts";
import { define } from "../../lib/http/state.ts";

const PLACES: Record<ShellName, ClientPlace | null> = {
  today: "today",
  orders: "orders",
  order: "orders",
  leads: "leads",
  lead: "leads",
  changes: "changes",
  offline: null,
};

/** The shells of the field screens: without session, tenant or record, the same bytes for everybody. */
export const handler = define.handlers({
  GET(ctx) {
    const { screen } = ctx.params;
    if (!isShell(screen)) throw new HttpError(404);
    // Also for a browser that is logged in: nothing of it may get into a shell.
    ctx.state.session = null;
    return page({ screen });
  },
});

function Screen({ screen }: { screen: ShellName }) {
  switch (screen) {
    case "today":
      return <TodayScreen me={null} today={null} now={0} press={null} />;
    case "orders":
      return <OrdersScreen me={null} list={null} />;
    case "order":
      return (
        <OrderScreen
          me={null}
          order={null}
          worker={null}
          formKey=""
          problem={null}
        />
      );
    case "leads":
      return <LeadsScreen me={null} list={null} />;
    case "lead":
      return (
        <LeadScreen
          me={null}
          lead={null}
          was={null}
          newId=""
          formKey=""
          errors={{}}
          problem={null}
        />
      );
    case "changes":
      return <ChangesScreen me={null} />;
    case "offline":
      return (
        <main class="main" id="main">
          <ErrorPage
            art="offline"
            title="No network for this page"
            action={
              <a class="btn btn-main btn-block" href="/client/today">
                Go to today
              </a>
            }
          >
            Today, Orders, Leads and Changes work on this phone without one.
            What you do there is safe, and is sent when the network comes back.
          </ErrorPage>
        </main>
      );
  }
}

export default define.page<typeof handler>(({ data: { screen } }) => (
  <>
    <Head>
      <title>StreamFlow</title>
    </Head>
    <PageFrame
      nav={clientNav(null, PLACES[screen])}
      icons={screen === "offline" ? [] : SCREEN_ICONS[screen]}
      task={screen === "order" || screen === "lead"}
    >
      <Screen screen={screen} />
    </PageFrame>
  </>
));
