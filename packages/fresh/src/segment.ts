import type { MaybeLazy, MaybeLazyMiddleware, Route } from "./handlers.ts";
import type { FrameComponent, LayoutLink, PageFrame } from "./request_scope.ts";

// deno-lint-ignore no-explicit-any -- segments hold the parts of apps of any state
type AnyState = any;

/** What answers an error below a segment. */
export type ErrorAnswer =
  | { readonly middleware: MaybeLazyMiddleware<AnyState> }
  | { readonly route: MaybeLazy<Route<AnyState, AnyState>> };

/** One step of the path below which middlewares, layouts and error pages hold. */
export class Segment {
  readonly children = new Map<string, Segment>();
  readonly middlewares: MaybeLazyMiddleware<AnyState>[] = [];
  layout: LayoutLink | null = null;
  app: FrameComponent | null = null;
  onError: ErrorAnswer | null = null;
  notFound: ErrorAnswer | null = null;
}

/** A segment as a route saw it when it was added. */
export interface Level {
  readonly segment: Segment;
  /** How many steps of the path lead to the segment. */
  readonly depth: number;
  /** How many of the segment's middlewares come before the route. */
  readonly middlewareCount: number;
  /** The layout that the segment had at that time. */
  readonly layout: LayoutLink | null;
}

const GROUP = /^\(.*\)$/;

function steps(path: string): string[] {
  return path.split("/").filter((step) => step !== "" && step !== "*");
}

/** How many steps a path has. */
export function depthOf(path: string): number {
  return steps(path).length;
}

/** The segment of a path; made where it does not exist. */
export function segmentAt(root: Segment, path: string): Segment {
  let segment = root;
  for (const step of steps(path)) {
    let child = segment.children.get(step);
    if (child === undefined) {
      child = new Segment();
      segment.children.set(step, child);
    }
    segment = child;
  }
  return segment;
}

/**
 * The segments that hold for a path, outermost first. A path with a group,
 * such as `/(shop)/cart`, is below both `/cart` and `/(shop)/cart`: what was
 * registered for a URL can not be escaped by sorting a file into a group.
 */
export function levelsOf(root: Segment, path: string): Level[] {
  const found: Segment[] = [root];
  const depths = [0];
  let front: Segment[] = [root];
  for (const [index, step] of steps(path).entries()) {
    const next: Segment[] = [];
    for (const segment of front) {
      const child = segment.children.get(step);
      if (child !== undefined) next.push(child);
    }
    found.push(...next);
    for (const _ of next) depths.push(index + 1);
    front = GROUP.test(step) ? [...front, ...next] : next;
    if (front.length === 0) break;
  }
  return found.map((segment, index) => ({
    segment,
    depth: depths[index]!,
    middlewareCount: segment.middlewares.length,
    layout: segment.layout,
  }));
}

/** The app wrapper and the layouts that hold at the given levels. */
export function frameOf(levels: readonly Level[]): PageFrame {
  let app: FrameComponent | null = null;
  let layouts: LayoutLink[] = [];
  for (const { segment, layout } of levels) {
    if (segment.app !== null) app = segment.app;
    if (layout !== null) {
      if (layout.skipAppWrapper) app = null;
      layouts = layout.skipInheritedLayouts ? [layout] : [...layouts, layout];
    }
  }
  return { app, layouts };
}
