// A press often takes away what was pressed: Clock in becomes Clock out. Browsers then give the focus to nobody, and who
// works by keyboard starts again at the top of the page. Here what stood around it gets the focus, so that the next Tab
// goes to what has taken its place. Loaded when something first has the focus: nobody waits for it.

/** What has the focus, and all that it stands in. */
let around: Element[] = [];

function take(): void {
  around = [];
  for (let at = document.activeElement; at; at = at.parentElement) {
    around.push(at);
  }
}

/** Gives the focus to what is nearest to where it was. */
function giveBack(): void {
  const near =
    around.find((element) =>
      element.isConnected && element.matches("main :is(section, form, ul)")
    ) ?? document.getElementById("main");
  if (near instanceof HTMLElement) {
    near.tabIndex = -1;
    near.focus();
  }
}

// The server loads what stands in this folder too, and has no page.
if (globalThis.document) {
  take();
  // Something had the focus when this was asked for, and was taken away before it came.
  if (document.activeElement === document.body) giveBack();
  addEventListener("focusin", take);
  new MutationObserver(() => {
    const lost = around[0]?.isConnected === false;
    if (lost && document.activeElement === document.body) giveBack();
  }).observe(document, { childList: true, subtree: true });
}

export {};
