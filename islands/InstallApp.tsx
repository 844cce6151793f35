import "./field/every_island.ts";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../components/Icon.tsx";
import type { InstallOffer } from "./field/install_offer.ts";

/** What is shown: how to do it, where the browser has no way to ask for it; or its offer. */
type Shown = "words" | InstallOffer | undefined;

const matches = (query: string) => matchMedia(query).matches;

/**
 * Puts the app on the phone, as long as the browser offers it. Where a browser never does, it says how a person does that;
 * in the installed app nothing.
 */
export default function InstallApp() {
  const [shown, show] = useState<Shown>();
  useEffect(() => {
    const look = () => show(globalThis.installOffer);
    if (matches("(display-mode: standalone)")) return;
    if ("onbeforeinstallprompt" in globalThis) look();
    // At a desk such browsers mostly cannot.
    else if (matches("(pointer: coarse)")) show("words");
    const gone = () => show(globalThis.installOffer = undefined);
    addEventListener("beforeinstallprompt", look);
    addEventListener("appinstalled", gone);
    return () => {
      removeEventListener("beforeinstallprompt", look);
      removeEventListener("appinstalled", gone);
    };
  }, []);
  if (!shown) return null;
  return (
    <div class="stack">
      {shown === "words"
        ? (
          <p>
            StreamFlow can have its own icon and open without a network: choose
            “Add to Home Screen” in the browser's menu, on an iPhone under
            Share.
          </p>
        )
        : (
          <>
            <button
              class="btn btn-block"
              type="button"
              onClick={() => {
                // An offer is good for one question; the browser makes another one if it likes.
                show(globalThis.installOffer = undefined);
                shown.prompt();
              }}
            >
              <Icon name="device" />
              Install on this phone
            </button>
            <p>StreamFlow gets its own icon, and opens without a network.</p>
          </>
        )}
    </div>
  );
}
