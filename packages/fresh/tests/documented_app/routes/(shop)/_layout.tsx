import type { LayoutConfig, PageProps } from "fresh";

export const config: LayoutConfig = { skipInheritedLayouts: true };

export default function Shop({ Component }: PageProps) {
  return (
    <section class="shop">
      <Component />
    </section>
  );
}
