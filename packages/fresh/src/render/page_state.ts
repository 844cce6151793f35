import type { VNode } from "preact";
import { shared } from "../runtime/shared_state.ts";
import type { IslandExport, RenderAssets } from "./assets.ts";
import { PropsWriter } from "./serialize.ts";

/** JSX that was handed to an island. */
export interface Slot {
  readonly id: number;
  readonly element: VNode;
  rendered: boolean;
}

/** What a page has to know of the request it is rendered for. */
export interface PageLocation {
  readonly url: URL;
}

/** What comes together while a page is rendered. */
export class PageState {
  readonly assets: RenderAssets;
  readonly nonce: string | null;
  /** The path of the page, without a slash at its end. */
  readonly path: string;
  /** Its URL is parsed when it is first asked for. */
  readonly request: PageLocation;
  /** The islands on the page. */
  readonly instances: IslandExport[] = [];
  readonly slots: Slot[] = [];
  /** Links that are marked as long as they are rendered, and their own props. */
  readonly marked: [link: VNode, props: VNode["props"]][] = [];
  /** Whether a `Head` has been rendered. */
  usesHead = false;
  /** Whether what is being rendered is inside of a `Head`. */
  isInHead = false;
  #partials: Set<string> | null = null;
  #props: PropsWriter | null = null;
  /** How many islands surround what is being rendered, slots not counted. */
  depth = 0;

  constructor(
    assets: RenderAssets,
    nonce: string | null,
    path: string,
    request: PageLocation,
  ) {
    this.assets = assets;
    this.nonce = nonce;
    this.path = path;
    this.request = request;
  }

  /** Writes the props of the islands, in the order of the instances. */
  get props(): PropsWriter {
    return this.#props ??= new PropsWriter();
  }

  /** Takes down the name of a partial, which no other one has. */
  addPartial(name: string): void {
    this.#partials ??= new Set();
    if (this.#partials.has(name)) {
      throw new Error(`There are two partials of the name "${name}".`);
    }
    this.#partials.add(name);
  }

  addSlot(element: VNode): Slot {
    const slot = { id: this.slots.length, element, rendered: false };
    this.slots.push(slot);
    return slot;
  }
}

let current: PageState | null = null;

/** The page that is being rendered, if one is. */
export function currentPage(): PageState | null {
  return current;
}

shared.enterPartial = (name) => current?.addPartial(name);

/** Makes a page the one that is being rendered; gives the one before. */
export function enterPage(state: PageState | null): PageState | null {
  const before = current;
  current = state;
  return before;
}
