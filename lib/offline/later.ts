import type { Merging, Recovery, Seldom } from "./field.ts";

/** The parts of the engine that are loaded when they are needed. */
export interface Later extends Seldom {
  /** Once a day, after a full load, at a login or logout. */
  upkeep: () => Promise<typeof import("./upkeep.ts")>;
  /** At a login. */
  takeKey: () => Promise<typeof import("./take_key.ts")>;
}

const bring = (name: string) =>
  import(new URL(`./${name}.ts`, import.meta.url).href);

/**
 * Where the parts come from. Here from the files beside this one, in a way that no bundler follows: a page's bundle brings
 * its own (`islands/field/later.ts`), in chunks that build on the page's and not on the engine alone. Else the bundler
 * would split what every page loads in two, and the same bytes compress worse as two files than as one.
 */
export const later: Later = {
  conflicts: (): Promise<Merging> => bring("conflicts"),
  recovery: (): Promise<Recovery> => bring("recovery"),
  upkeep: () => bring("upkeep"),
  takeKey: () => bring("take_key"),
};
