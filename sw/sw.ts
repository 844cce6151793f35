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
/** Which shell stands in for which pages: the source of a pattern on the path, and the shell's URL. */
declare const __SHELLS__: { pattern: string; shell: string }[];

/** A Background Sync event, which TypeScript's library does not know. */
interface SyncEvent extends ExtendableEvent {
  tag: string;
  /** The browser will not try again by itself. */
  lastChance: boolean;
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

const shells: Shell[] = __SHELLS__.map(({ pattern, shell }) => ({
  pattern: new RegExp(pattern),
  shell,
}));

self.addEventListener("install", (event) => {
  precache.install(event);
});

self.addEventListener("activate", (event) => {
  precache.activate(event);
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") {
    // The page that a form leads to is asked for here only when the form's own answer went through here.
    if (request.mode === "navigate") event.respondWith(fetch(request));
    return;
  }
  if (precache.getCacheKeyForURL(request.url)) {
    event.respondWith(precache.strategy.handle(event));
  } else if (request.mode === "navigate") {
    event.respondWith(
      navigate(
        request,
        shells,
        (url) => precache.matchPrecache(url),
        // Without the storage nothing of anybody is kept.
        (scope) => leaveUnless(browserDevice(), scope, LATER).catch(() => {}),
      ),
    );
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

self.addEventListener("sync" as "activate", (event) => {
  const { tag, lastChance } = event as SyncEvent;
  if (tag === SYNC_TAG) event.waitUntil(drain(lastChance));
});
