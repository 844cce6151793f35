import type { ComponentChildren } from "preact";

/** What the code that runs on both sides is told by the side it runs on. */
export interface SharedState {
  /** The path that the app is served below. */
  basePath: string;
  /** Names the build; part of the URLs that `asset()` makes. */
  buildId: string;
  /** On the server: marks what a `Head` contains while a page is rendered. */
  frameHead: ((children: ComponentChildren) => ComponentChildren) | null;
  /** On the server: takes down that a `Partial` is rendered. */
  enterPartial: ((name: string) => void) | null;
}

/** One per process and one per browser page. */
export const shared: SharedState = {
  basePath: "",
  buildId: "",
  frameHead: null,
  enterPartial: null,
};
