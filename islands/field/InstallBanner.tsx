import { useEffect, useState } from "preact/hooks";
import { Banner } from "../../components/Banner.tsx";
import type { InstallOffer } from "./install_offer.ts";

/** Where the device remembers that the person has answered. */
const ANSWERED = "install";

/**
 * Offers to put the app on the phone, until the person has answered once; the account page offers it always. An offer that the
 * browser makes before this is alive comes again with the next page.
 */
export function InstallBanner() {
  const [offer, setOffer] = useState<InstallOffer>();
  useEffect(() => {
    const look = (event: InstallOffer) => {
      event.preventDefault();
      if (!localStorage[ANSWERED]) setOffer(event);
    };
    addEventListener("beforeinstallprompt", look);
    addEventListener("appinstalled", answer);
    return () => {
      removeEventListener("beforeinstallprompt", look);
      removeEventListener("appinstalled", answer);
    };
  }, []);
  const answer = () => {
    localStorage[ANSWERED] = 1;
    setOffer(undefined);
  };
  return offer && (
    <Banner
      tone="info"
      icon="device"
      title="Install on this phone"
      action={
        <>
          <button
            class="btn"
            type="button"
            onClick={() => {
              answer();
              offer.prompt();
            }}
          >
            Install
          </button>
          <button class="btn" type="button" onClick={answer}>Not now</button>
        </>
      }
    >
      StreamFlow gets its own icon, and opens without a network.
    </Banner>
  );
}
