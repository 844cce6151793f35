import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** One entry of a long list that is in the page. */
export interface Shown<T> {
  /** The record's id. */
  id: string;
  /** Its position in the list, from 0. */
  n: number;
  /** The opened record; undefined while it is being opened. */
  item: T | undefined;
  /** Pixels of the entries between it and the one before it in the page. */
  gap: number;
}

/** Props of {@link LongList}. */
export interface LongListProps<T> {
  /** Ids of all entries, in order. Another array: something changed. */
  ids: string[];
  /** The first ones, opened already. */
  first: Map<string, T>;
  /** What had the focus when the short list gave way to this one. */
  held: Element | null;
  /** Opens some of them. */
  open: (ids: string[]) => Promise<Map<string, T>>;
  /** Draws what is in the page; each entry's element carries its `n` as `data-n`. */
  children: (shown: Shown<T>[]) => ComponentChildren;
}

/** Where a person was in the list when they left it. */
interface Mark {
  /** The first entry in sight. */
  n: number;
  /** How far its top was below the screen's, pixels. */
  y: number;
}

/** Which entries are in the page; `kept` has the focus, wherever it is. */
interface Span {
  from: number;
  to: number;
  kept: number | null;
}

/** How long nobody scrolls before the place is noted, milliseconds. */
const SETTLED_MS = 150;

/** How long the place where somebody was is kept in sight while the list comes back, milliseconds. */
const ARRIVED_MS = 1000;

/** Pixels of an entry before any was measured. */
const FIRST_GUESS = 72;

/**
 * A list of which only what is in sight is in the page, with a screen and a half around it: that much is opened, drawn and
 * held in memory, however long the list is. The page itself scrolls, and is as high as if all of it were there. What has the focus
 * stays, with its neighbours, so that the keyboard goes on from it.
 */
export function LongList<T>(
  { ids, first, held, open, children }: LongListProps<T>,
) {
  const box = useRef<HTMLDivElement>(null);
  const height = useRef(FIRST_GUESS);
  const [, redraw] = useState(FIRST_GUESS);
  const back = useRef<Mark | null>(history.state?.at ?? null);
  const [span, setSpan] = useState<Span>({
    from: 0,
    to: first.size,
    kept: null,
  });
  const drawn = useRef(span);
  const settled = useRef(!back.current);
  const [opened, setOpened] = useState(first);
  const openedOf = useRef(ids);
  const size = ids.length;

  const entry = (n: number) =>
    box.current?.querySelector(`[data-n="${n}"]`)?.lastElementChild;

  /** The first entry that can be seen, or null where the screen shows none of those that are in the page. */
  const firstInSight = (): Mark | null => {
    const rows = box.current?.querySelectorAll<HTMLElement>("[data-n]") ?? [];
    for (const row of rows) {
      const rect = row.lastElementChild?.getBoundingClientRect();
      if (rect && rect.bottom > 0 && rect.top < innerHeight) {
        return { n: Number(row.dataset.n), y: rect.top };
      }
    }
    return null;
  };

  const look = () => {
    const list = box.current?.getBoundingClientRect();
    if (!list || size === 0) return;
    const first = firstInSight();
    const place = first?.n ??
      Math.max(0, Math.min(size - 1, -list.top / list.height * size));
    const { from, to } = drawn.current;
    const top = entry(from)?.getBoundingClientRect().top;
    const bottom = entry(to - 1)?.getBoundingClientRect().bottom;
    if (top !== undefined && bottom !== undefined) {
      const mean = (bottom - top) / (to - from);
      // The letters or the window got another size. What is in sight stays there, whatever that does to the rest.
      if (Math.abs(mean - height.current) > height.current / 10) {
        height.current = mean;
        if (list.top < 0) {
          back.current ??= { n: Math.floor(place), y: first?.y ?? 0 };
        }
        redraw(mean);
      }
    }
    const sight = innerHeight / height.current;
    const reach = (margin: number): [number, number] => [
      Math.max(0, Math.floor(place - margin * sight)),
      Math.min(size, Math.ceil(place + (1 + margin) * sight)),
    ];
    setSpan((span) => {
      const [start, end] = reach(0.5);
      // Heights are estimates, so what is in the page changes only where it has to: else the page would never come to rest.
      if (start >= span.from && end <= span.to && span.to <= size) return span;
      const [from, to] = reach(1.5);
      const held = document.activeElement?.closest<HTMLElement>("[data-n]");
      return {
        from,
        to,
        kept: held && box.current?.contains(held)
          ? Number(held.dataset.n)
          : null,
      };
    });
  };

  const shown: number[] = [];
  const add = (n: number) => {
    if (n >= 0 && n < size && !shown.includes(n)) shown.push(n);
  };
  const { from, to, kept } = span;
  drawn.current = span;
  if (kept !== null) [kept - 1, kept, kept + 1].forEach(add);
  for (let n = from; n < to; n++) add(n);
  shown.sort((a, b) => a - b);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const note = () => {
      clearTimeout(timer);
      const at = firstInSight();
      if (at) history.replaceState({ ...history.state, at }, "");
    };
    const scrolled = () => {
      look();
      clearTimeout(timer);
      timer = setTimeout(note, SETTLED_MS);
    };
    history.scrollRestoration = "manual";
    addEventListener("scroll", scrolled, { passive: true });
    addEventListener("resize", look);
    // Before the page is left by what was clicked.
    addEventListener("click", note, true);
    // Until the entries have their heights; or until somebody goes elsewhere.
    const there = () => {
      settled.current = true;
      back.current = null;
    };
    const arrived = setTimeout(there, ARRIVED_MS);
    const hands = ["wheel", "touchstart", "pointerdown", "keydown"];
    for (const type of hands) addEventListener(type, there, { passive: true });
    return () => {
      clearTimeout(timer);
      removeEventListener("scroll", scrolled);
      removeEventListener("resize", look);
      removeEventListener("click", note, true);
      clearTimeout(arrived);
      for (const type of hands) removeEventListener(type, there);
    };
  }, [size]);

  useEffect(() => {
    const wanted = shown.map((n) => ids[n] as string);
    const changed = openedOf.current !== ids;
    const missing = changed ? wanted : wanted.filter((id) => !opened.has(id));
    if (missing.length === 0) return;
    let current = true;
    open(missing).then((found) => {
      if (!current) return;
      openedOf.current = ids;
      setOpened((before) =>
        new Map(wanted.flatMap((id) => {
          const item = found.get(id) ?? before.get(id);
          return item ? [[id, item]] : [];
        }))
      );
    }, () => {});
    return () => {
      current = false;
    };
  }, [ids, from, to, kept]);

  useLayoutEffect(() => {
    const href = held?.getAttribute("href");
    if (!href || document.activeElement !== document.body) return;
    box.current?.querySelector<HTMLElement>(`a[href="${href}"]`)
      ?.focus({ preventScroll: true });
  }, []);

  useLayoutEffect(() => {
    const mark = back.current;
    if (mark && size > 0) {
      const n = Math.min(mark.n, size - 1);
      const row = entry(n)?.getBoundingClientRect();
      const list = box.current?.getBoundingClientRect().top ?? 0;
      scrollBy(0, row ? row.top - mark.y : list + n * height.current - mark.y);
      if (row && settled.current) back.current = null;
    }
    look();
  }, [ids, opened, from, to, height.current]);

  const at = (n: number) => Math.max(0, n) * height.current;
  return (
    <div ref={box}>
      {children(shown.map((n, i) => {
        const id = ids[n] as string;
        return {
          id,
          n,
          item: opened.get(id),
          gap: at(n - (shown[i - 1] ?? -1) - 1),
        };
      }))}
      <div style={{ height: `${at(size - 1 - (shown.at(-1) ?? -1))}px` }} />
    </div>
  );
}
