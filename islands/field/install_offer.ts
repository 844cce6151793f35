/** What a browser offers when the app can be installed, which TypeScript's library does not know. */
export interface InstallOffer extends Event {
  /** Asks the person; once only, and only when they have just pressed something. */
  prompt(): Promise<unknown>;
}

declare global {
  interface WindowEventMap {
    beforeinstallprompt: InstallOffer;
  }
  /** Kept by `static/install_offer.js` for islands that are not alive yet when the browser offers. */
  var installOffer: InstallOffer | undefined;
}
