/** Props of {@link Avatar}. */
export interface AvatarProps {
  name: string;
  small?: boolean | undefined;
}

/** Initials of a person. The name stands beside it, so screen readers skip it. */
export function Avatar({ name, small }: AvatarProps) {
  const words = name.trim().split(/\s+/);
  const last = words.length > 1 ? words[words.length - 1] : "";
  const initials = [words[0], last].map((word) => [...word ?? ""][0] ?? "")
    .join("");
  return (
    <span class={small ? "avatar avatar-sm" : "avatar"} aria-hidden="true">
      {initials.toUpperCase()}
    </span>
  );
}
