import type { ComponentChildren } from "preact";
import { AppNav, type AppNavProps, navIcons } from "./AppNav.tsx";
import type { IconName } from "./Icon.tsx";
import { SkipLink } from "./SkipLink.tsx";
import { Sprite } from "./Sprite.tsx";

/** Drawings that components use by themselves. */
const OWN: readonly IconName[] = ["back", "check", "next", "pause", "warn"];

/** Props of {@link PageFrame}. */
export interface PageFrameProps {
  /** Drawings that the page and its islands can show, beyond those of the frame. */
  icons: readonly IconName[];
  nav: Omit<AppNavProps, "wideOnly">;
  /** A task screen (order, form, merge): back instead of the bottom bar. */
  task?: boolean | undefined;
  /** `TopBar`, then `<main class="main" id="main">`; islands may render either or both. */
  children: ComponentChildren;
}

/** Frame of every signed-in page. Server only, because it carries the sprite. */
export function PageFrame({ icons, nav, task, children }: PageFrameProps) {
  return (
    <div class={task ? "app app-task" : "app"}>
      <Sprite names={[...OWN, ...navIcons(nav), ...icons]} />
      <SkipLink />
      {children}
      <AppNav {...nav} wideOnly={task} />
    </div>
  );
}
