import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon.tsx";

/** One thing that happened. */
export interface FeedItem {
  key: string;
  icon: IconName;
  /** "Mateo started order 2417". */
  text: ComponentChildren;
  note?: ComponentChildren;
  at: string;
}

/** Props of {@link Feed}. */
export interface FeedProps {
  items: readonly FeedItem[];
}

/** What happened, newest first. Inside a `Card`. */
export function Feed({ items }: FeedProps) {
  return (
    <ol class="feed">
      {items.map((item) => (
        <li key={item.key}>
          <Icon name={item.icon} />
          <span>
            {item.text}
            {item.note && <small>{item.note}</small>}
          </span>
          <time>{item.at}</time>
        </li>
      ))}
    </ol>
  );
}
