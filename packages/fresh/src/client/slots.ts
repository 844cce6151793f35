import { type ComponentChild, h } from "preact";

/** The node after an island's own end, given the comment it starts with. */
function afterIsland(start: Node): Node | null {
  let depth = 0;
  let node: Node | null = start;
  for (; node; node = node.nextSibling) {
    if (node.nodeType !== 8) continue;
    const { data } = node as Comment;
    if (data.startsWith("f:")) depth++;
    else if (data === "/f" && !--depth) break;
  }
  return node && node.nextSibling;
}

/**
 * Turns HTML that the server made, and that was handed to an island, into
 * vnodes: from the given node to the end of its slot.
 */
export function toVNodes(
  first: Node | null | undefined,
  island: (id: number) => unknown,
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
      children.push(
        h(element.localName, props, toVNodes(element.firstChild, island)),
      );
    } else if (node.nodeType === 8) {
      const { data } = node as Comment;
      if (data === "/s") break;
      if (data.startsWith("f:")) {
        children.push(island(+data.slice(2)) as ComponentChild);
        node = afterIsland(node);
        continue;
      }
    }
    node = node.nextSibling;
  }
  return children;
}
