import { type ComponentChild, h } from "preact";

/** What this module exports; loaded only where JSX is among the props. */
export interface Slotting {
  toVNodes: typeof toVNodes;
}

/** What a comment says, if it is a mark. */
function markOf(node: Node, key: string): string | undefined {
  return node.nodeType === 8 ? (node as Comment).data.split(key)[1] : undefined;
}

/** The end of an island, given the mark it starts with. */
function endOf(start: Node, key: string): Node | null {
  let depth = 0;
  let node: Node | null = start;
  for (; node; node = node.nextSibling) {
    const mark = markOf(node, key);
    if (mark === "/f") {
      if (!--depth) break;
    } else if (mark?.[0] === "f") depth++;
  }
  return node;
}

/**
 * Fills an element with what a template holds, which is no child of it. One
 * that the server made is full already.
 */
function filler(from: HTMLTemplateElement) {
  return (made: HTMLTemplateElement | null) => {
    if (made && !made.content.firstChild) {
      made.content.append(from.content.cloneNode(true));
    }
  };
}

/**
 * Turns HTML that the server made, and that was handed to an island, into
 * vnodes: from the given node to the end of its slot.
 */
export function toVNodes(
  first: Node | null | undefined,
  island: (id: number) => unknown,
  key: string,
): ComponentChild[] {
  const children: ComponentChild[] = [];
  let node = first;
  while (node) {
    if (node.nodeType === 3) children.push((node as Text).data);
    else if (node.nodeType === 1) {
      const element = node as Element;
      const props: Record<string, unknown> = {};
      for (const { name, value } of element.attributes) {
        props[name] = (element as unknown as Record<string, unknown>)[name] ===
            true || value;
      }
      if (element.localName === "template") {
        props["ref"] = filler(element as HTMLTemplateElement);
      }
      children.push(
        h(element.localName, props, toVNodes(element.firstChild, island, key)),
      );
    } else {
      const mark = markOf(node, key);
      if (mark === "/s") break;
      if (mark?.[0] === "f") {
        children.push(island(+mark.slice(1)) as ComponentChild);
        node = endOf(node, key);
      }
    }
    node = node && node.nextSibling;
  }
  return children;
}
