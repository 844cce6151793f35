/** The name of a drawing on the 24 grid. Each one that a page shows must be in that page's `Sprite`. */
export type IconName =
  | "again"
  | "back"
  | "board"
  | "bolt"
  | "building"
  | "camera"
  | "chart"
  | "check"
  | "clock"
  | "coffee"
  | "db"
  | "device"
  | "done"
  | "download"
  | "drop"
  | "eye"
  | "file"
  | "filter"
  | "history"
  | "home"
  | "inbox"
  | "key"
  | "leads"
  | "leaf"
  | "lock"
  | "merge"
  | "money"
  | "more"
  | "next"
  | "note"
  | "office"
  | "offline"
  | "orders"
  | "out"
  | "pause"
  | "pen"
  | "pending"
  | "phone"
  | "pin"
  | "play"
  | "plus"
  | "print"
  | "route"
  | "search"
  | "send"
  | "settings"
  | "shield"
  | "snow"
  | "spray"
  | "team"
  | "today"
  | "tool"
  | "user"
  | "warn"
  | "x";

/** Props of {@link Icon}. */
export interface IconProps {
  name: IconName;
  /** `sm` beside small print, `lg` on its own; otherwise it follows the text. */
  size?: "sm" | "lg" | undefined;
  /** It points somewhere, so it turns round in a right-to-left language. */
  dir?: boolean | undefined;
}

// Whole names: what of the styles a page uses is found by them.
const SIZES = { sm: " i-sm", lg: " i-lg" } as const;

/** A drawing from the page's sprite. Always beside a word, so it is hidden from screen readers. */
export function Icon({ name, size, dir }: IconProps) {
  return (
    <svg
      class={"i" + (size ? SIZES[size] : "") + (dir ? " i-dir" : "")}
      viewBox="0 0 24 24"
      aria-hidden="true"
    >
      <use href={"#i-" + name} />
    </svg>
  );
}
