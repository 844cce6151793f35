import { useEffect, useState } from "preact/hooks";
import { Icon } from "../../components/Icon.tsx";
import type { InstallOffer } from "./install_offer.ts";

const matches = (query: string) => matchMedia(query).matches;

/**
 * Puts the app on the phone, as long as the browser offers it. Where a browser never does, it says how a person does that;
 * in the installed app nothing.
 */
export function InstallApp() {
  const [shown, show] = useState<InstallOffer | "words">();
  useEffect(() => {
    // The page's end is this one's end too: it listens as long.
    addEventListener("appinstalled", () => show(self.installOffer = undefined));
    const look = () => show(self.installOffer);
    if (matches("(display-mode: standalone)")) return;
    if ("onbeforeinstallprompt" in self) {
      addEventListener("beforeinstallprompt", look);
      look();
    } // At a desk such browsers mostly cannot.
    else if (matches("(pointer: coarse)")) show("words");
  }, []);
  return shown && (
    <div class="stack">
      {shown !== "words" && (
        <button
          class="btn btn-block"
          type="button"
          onClick={() => {
            // An offer is good for one question; the browser makes another one if it likes.
            show(self.installOffer = undefined);
            shown.prompt();
          }}
        >
          <Icon name="device" />
          Install on this phone
        </button>
      )}
      <p>
        StreamFlow gets its own icon and opens without a network{shown ===
            "words"
          ? ": choose “Add to Home Screen” in the browser's menu, on an iPhone under Share"
          : ""}.
      </p>
    </div>
  );
}
