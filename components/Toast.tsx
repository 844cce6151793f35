import type { ComponentChildren } from "preact";

/** Props of {@link Toast}. */
export interface ToastProps {
  /** What happened, and where it is safe. Never an error. */
  children: ComponentChildren;
  /** Undo: a `btn`. */
  action?: ComponentChildren;
}

/** What just happened, with the way back. First child of `Dock`, or last of `main`. */
export function Toast({ children, action }: ToastProps) {
  return (
    <div class="toast" role="status">
      <span>{children}</span>
      {action}
    </div>
  );
}
