// A press often takes away what was pressed: Clock in becomes Clock out. Browsers then give the focus to nobody, and who
// works by keyboard starts again at the top of the page. Here what stood around it gets the focus, so that the next Tab
// goes to what has taken its place.

let around: EventTarget[] = [];
const page = globalThis.document;

page?.addEventListener("focusin", (event) => {
  around = event.composedPath();
});

if (page) {
  new MutationObserver(() => {
    const [held] = around as Element[];
    if (!held || held.isConnected || page.activeElement !== page.body) return;
    const near = around.find((element) =>
      element instanceof HTMLElement && element.isConnected &&
      element.matches("main :is(section, form, ul)")
    ) ?? page.getElementById("main");
    around = [];
    if (near instanceof HTMLElement) {
      near.tabIndex = -1;
      near.focus();
    }
  }).observe(page, { childList: true, subtree: true });
}
