import { PrecacheController } from "workbox-precaching/PrecacheController.js";
import {
  drainInBackground,
  leaveUnless,
  whileNobodyDrains,
} from "../lib/offline/background.ts";
import {
  askForBackgroundSync,
  SYNC_TAG,
} from "../lib/offline/background_sync.ts";
import { browserDevice } from "../lib/offline/device.ts";
import { navigate, type Shell } from "./navigation.ts";

declare const self: ServiceWorkerGlobalScope;

// The build puts these two in front of the bundle.
/**
 * The allow-list of everything that is ever cached: shells, hashed assets, icons, styles, manifest. Each URL
 * exactly as the pages ask for it.
 */
declare const __PRECACHE__: { url: string; revision: string | null }[];
/** Which shell stands in for which pages. */
declare const __SHELLS__: readonly Shell[];

/** A Background Sync event, which TypeScript's library does not know. */
interface SyncEvent extends ExtendableEvent {
  tag: string;
  /** The browser will not try again by itself. */
  lastChance: boolean;
}

/** What static routing adds to the event, where a browser has it. */
interface InstallEvent extends ExtendableEvent {
  addRoutes?(rule: {
    condition: { requestDestination: RequestDestination };
    source: "network";
  }): Promise<void>;
}

const leftToPage = () => Promise.reject(new Error("Left to the page"));
/**
 * A worker cannot load anything later, and what is seldom needed is too large to carry: a conflict stays parked, a copied
 * profile or a restored server stops the drain, and the next open page does the rest.
 */
const LATER = { recovery: leftToPage, conflicts: leftToPage };

// Only what the build lists is cached, by revision; no answer of the network ever is.
const precache = new PrecacheController();
precache.addToCacheList(__PRECACHE__);

self.addEventListener("install", (event) => {
  precache.install(event);
  // The calls of a page's scripts never wait for this worker, which the browser may freeze (static routing).
  (event as InstallEvent).addRoutes?.({
    condition: { requestDestination: "" },
    source: "network",
  });
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
  // A tab beside the one that agreed still loads its own version's parts: they go with a later update.
  event.waitUntil(
    self.clients.matchAll().then(([, other]) => {
      if (!other) precache.activate(event);
    }),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") {
    event.respondWith(
      navigate(
        request,
        __SHELLS__,
        (url) => precache.matchPrecache(url),
        // Without the storage nothing of anybody is kept.
        (scope) => leaveUnless(browserDevice(), scope, LATER).catch(() => {}),
      ),
    );
  } else if (request.destination) {
    // What a page is made of, and no call of its scripts: from the cache, in whichever version the page asks for.
    event.respondWith(precache.strategy.handle(event));
  }
});

self.addEventListener("message", (event) => {
  // A new version never takes over by itself: the page agrees, and no op is on its way.
  if (event.data?.type === "activate") {
    event.waitUntil(
      whileNobodyDrains(browserDevice(), () => self.skipWaiting()),
    );
  }
});

/** Sends the queue; a rejection asks the browser to wake the worker again. */
async function drain(lastChance: boolean): Promise<void> {
  const done = await drainInBackground(browserDevice(), LATER);
  if (done) return;
  if (!lastChance) throw new Error("Not everything is sent");
  await askForBackgroundSync(self.registration);
}

// Background Sync, and what an installed app gets when the browser has given that up.
const wake = (event: ExtendableEvent) => {
  const { tag, lastChance } = event as SyncEvent;
  if (tag === SYNC_TAG) event.waitUntil(drain(lastChance));
};
self.addEventListener("sync" as "activate", wake);
self.addEventListener("periodicsync" as "activate", wake);
