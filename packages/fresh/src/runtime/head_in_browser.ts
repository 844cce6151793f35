import {
  cloneElement,
  type ComponentChildren,
  Fragment,
  h,
  isValidElement,
  render,
  toChildArray,
  type VNode,
} from "preact";
import { useEffect, useRef } from "preact/hooks";
import { HEAD_KEY } from "./head_key.ts";

/** Writes keys into the elements, since an element does not know its own. */
function withKeys(children: ComponentChildren): ComponentChildren {
  return toChildArray(children).map((child) => {
    if (!isValidElement(child)) return child;
    const { type, key, props } = child as VNode<
      { children?: ComponentChildren }
    >;
    if (type === Fragment) {
      return h(Fragment, { key }, withKeys(props.children));
    }
    return typeof type === "string" && (key ?? null) !== null
      ? cloneElement(child, { [HEAD_KEY]: key })
      : child;
  });
}

/** The element of the document's head that another one stands for. */
function findInDocument(wanted: Element): Element | undefined {
  const all = [...document.head.getElementsByTagName(wanted.localName)];
  const withSame = (name: string) => {
    const value = wanted.getAttribute(name);
    return value === null
      ? undefined
      : all.find((element) => element.getAttribute(name) === value);
  };
  return withSame(HEAD_KEY) ?? withSame("id") ??
    (wanted.localName === "meta" ? withSame("name") : undefined) ??
    all.find((element) => element.isEqualNode(wanted));
}

/** Brings the document's head in line with what was rendered apart from it. */
function apply(box: Element, placed: WeakMap<Element, Element>): void {
  for (const wanted of box.children) {
    const text = wanted.textContent!;
    if (wanted.localName === "title") {
      document.title = text;
      continue;
    }
    const found = placed.get(wanted) ?? findInDocument(wanted);
    const element = found ?? wanted.cloneNode(true) as Element;
    placed.set(wanted, element);
    if (found === undefined) {
      document.head.append(element);
      continue;
    }
    for (const { name, value } of wanted.attributes) {
      if (element.getAttribute(name) !== value) {
        element.setAttribute(name, value);
      }
    }
    if (element.textContent !== text) element.textContent = text;
  }
}

/**
 * A `Head` inside an island. Its children are rendered into an element of
 * their own, which is watched: what a signal writes into it shows too.
 */
export function HeadInBrowser(
  { children }: { children?: ComponentChildren },
): null {
  const box = useRef<Element>(null);
  useEffect(() => {
    const element = document.createElement("head");
    const placed = new WeakMap<Element, Element>();
    const observer = new MutationObserver(() => apply(element, placed));
    observer.observe(element, {
      attributes: true,
      characterData: true,
      childList: true,
      subtree: true,
    });
    box.current = element;
    return () => {
      observer.disconnect();
      render(null, element);
    };
  }, []);
  useEffect(() => render(withKeys(children), box.current!));
  return null;
}
