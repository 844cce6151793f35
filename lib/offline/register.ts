/** The one script URL that the page hands to the browser itself. */
const WORKER = "/sw.js";

/** What the page needs of the Trusted Types API, where a browser has it. */
interface PolicyFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): unknown };
}

let workerUrl: string | undefined;
let reloading = false;

/** The worker's URL as the browser accepts it under `require-trusted-types-for 'script'`. The policy is made once. */
function trustedWorkerUrl(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory };
  return workerUrl ??= (trustedTypes?.createPolicy("streamflow", {
    createScriptURL(url) {
      if (url !== WORKER) throw new TypeError("Not a script of this app");
      return url;
    },
  }).createScriptURL(WORKER) ?? WORKER) as string;
}

/**
 * Registers the service worker.
 *
 * @param onUpdate called when a new version of the app is ready and waits; it begins with `activateUpdate`
 * @returns null where there are no service workers
 */
export async function registerWorker(
  onUpdate: () => void = () => {},
): Promise<ServiceWorkerRegistration | null> {
  if (!("serviceWorker" in navigator)) return null;
  const registration = await navigator.serviceWorker.register(
    trustedWorkerUrl(),
    { updateViaCache: "none" },
  );
  const look = () => {
    // Without a controller the waiting one is the first: it is no update.
    if (registration.waiting && navigator.serviceWorker.controller) onUpdate();
  };
  if (navigator.serviceWorker.controller) {
    // Another tab agreed: this one goes on with what it has loaded until the person loads it again.
    navigator.serviceWorker.addEventListener(
      "controllerchange",
      () => reloading || onUpdate(),
    );
  }
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
  look();
  return registration;
}

/** Lets the waiting version begin as soon as no op is in flight, and loads the page again with it. */
export async function activateUpdate(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  reloading = true;
  if (!registration?.waiting) return location.reload();
  navigator.serviceWorker.addEventListener(
    "controllerchange",
    () => location.reload(),
    { once: true },
  );
  registration.waiting.postMessage({ type: "activate" });
}
