import { page } from "fresh";
import { Head } from "fresh/runtime";
import { clientNav } from "../../components/client_nav.ts";
import { PageFrame } from "../../components/PageFrame.tsx";
import { SCREEN_ICONS } from "../../components/screen_icons.ts";
import ChangesScreen from "../../islands/ChangesScreen.tsx";
import { acting } from "../../lib/http/call.ts";
import { define } from "../../lib/http/state.ts";

/** The changes of this device: only the device knows them. */
export const handler = define.handlers({
  GET: (ctx) => page({ me: acting(ctx).me }),
});

export default define.page<typeof handler>(({ data: { me } }) => {
  return (
    <>
      <Head>
        <title>Changes · StreamFlow</title>
      </Head>
      <PageFrame nav={clientNav(me, "changes")} icons={SCREEN_ICONS.changes}>
        <noscript>
          <p class="main">
            Without scripts everything goes to the office at once, and nothing
            is kept on this phone.
          </p>
        </noscript>
        <ChangesScreen me={me} />
      </PageFrame>
    </>
  );
});
