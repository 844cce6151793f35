import { useEffect, useState } from "preact/hooks";

type Seldom = typeof import("./Seldom.tsx");

/**
 * Words that most visits never show, loaded when they are needed; the worker keeps them for when there is no network.
 *
 * @returns null until they are there, and while they are not wanted
 */
export function useSeldom(wanted: boolean): Seldom | null {
  const [seldom, setSeldom] = useState<Seldom | null>(null);
  useEffect(() => {
    if (wanted) import("./Seldom.tsx").then(setSeldom, () => {});
  }, [wanted]);
  return wanted ? seldom : null;
}
