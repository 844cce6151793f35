import type { ComponentChildren, FunctionComponent, VNode } from "preact";
import { jsx } from "preact/jsx-runtime";
import type { IslandExport } from "./assets.ts";
import { mark } from "./marks.ts";
import { currentPage, type PageState, type Slot } from "./page_state.ts";
import { SlotFiller } from "./slot_filler.ts";

type Props = Record<string, unknown>;

/** A vnode of an island, taken apart before it is rendered. */
export interface IslandFrameProps {
  readonly type: FunctionComponent<Props>;
  readonly props: Props;
}

function IslandEnd(): VNode[] {
  currentPage()!.depth--;
  return [mark("/f")];
}

/**
 * Renders an island in place, between the marks that the browser finds it
 * by, and takes down what the browser has to know. A vnode may be rendered
 * again for another page or inside another island, so nothing of the page is
 * kept in its props.
 */
export function IslandFrame(
  { type, props }: IslandFrameProps,
): ComponentChildren {
  // Without a page, lazy components are only being loaded.
  const state = currentPage();
  const island = state?.assets.islands.get(type);
  if (state === null || state.depth > 0 || island === undefined) {
    return jsx(type, props as never);
  }
  const id = state.instances.push(island) - 1;
  const rendered = takeProps(state, island, props);
  state.depth++;
  return [
    mark(`f${id}`),
    jsx(type, rendered as never),
    jsx(IslandEnd as never, {}),
  ];
}

function SlotEnd(props: { depth: number }): VNode[] {
  currentPage()!.depth = props.depth;
  return [mark("/s")];
}

/** Renders JSX that was handed to an island, as what the server made. */
export function SlotFrame({ slot }: { slot: Slot }): ComponentChildren {
  const state = currentPage();
  if (state === null) return slot.element;
  const { depth } = state;
  state.depth = 0;
  slot.rendered = true;
  return [
    mark(`s${slot.id}`),
    slot.element,
    jsx(SlotEnd as never, { depth }),
  ];
}

const frameSlot = (slot: Slot) => jsx(SlotFrame, { slot });

/**
 * Writes the props of an island down and gives those to render it with. JSX
 * that it shows directly is framed; JSX in a signal is kept apart, since the
 * signal is the app's.
 */
function takeProps(state: PageState, island: IslandExport, props: Props) {
  let slots: Map<VNode, Slot> | null = null;
  state.props.add(island.label, props, (element) => {
    slots ??= new Map();
    let slot = slots.get(element);
    if (slot === undefined) slots.set(element, slot = state.addSlot(element));
    return slot.id;
  });
  return slots === null ? props : new SlotFiller(slots, frameSlot).fill(props);
}
