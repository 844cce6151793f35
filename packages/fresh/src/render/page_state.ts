import type { ComponentChildren } from "preact";
import type { IslandExport, RenderAssets } from "./assets.ts";
import { type IslandProps, SlotReference } from "./serialize.ts";

/** One island on the page. */
export interface IslandInstance extends IslandProps {
  readonly island: IslandExport;
}

/** JSX that was handed to an island. */
export interface Slot {
  readonly reference: SlotReference;
  readonly children: ComponentChildren;
  rendered: boolean;
}

/** What comes together while a page is rendered. */
export class PageState {
  readonly assets: RenderAssets;
  readonly nonce: string | null;
  readonly instances: IslandInstance[] = [];
  readonly slots: Slot[] = [];
  /** Whether a `Head` has been rendered. */
  usesHead = false;
  /** Whether what is being rendered is inside of a `Head`. */
  isInHead = false;
  /** How many islands surround what is being rendered, slots not counted. */
  depth = 0;

  constructor(assets: RenderAssets, nonce: string | null) {
    this.assets = assets;
    this.nonce = nonce;
  }

  addInstance(
    island: IslandExport,
    props: Readonly<Record<string, unknown>>,
  ): number {
    return this.instances.push({ island, label: island.label, props }) - 1;
  }

  addSlot(children: ComponentChildren): Slot {
    const slot = {
      reference: new SlotReference(this.slots.length),
      children,
      rendered: false,
    };
    this.slots.push(slot);
    return slot;
  }
}

let current: PageState | null = null;

/** The page that is being rendered, if one is. */
export function currentPage(): PageState | null {
  return current;
}

/** Makes a page the one that is being rendered; gives the one before. */
export function enterPage(state: PageState | null): PageState | null {
  const before = current;
  current = state;
  return before;
}
