import type { ComponentChildren } from "preact";

/** Props of {@link Facts}. */
export interface FactsProps {
  /** Name and value; a line without a value is left out. */
  items: readonly (readonly [name: string, value: ComponentChildren])[];
}

/** Short facts about one thing. */
export function Facts({ items }: FactsProps) {
  return (
    <dl class="facts">
      {items.map(([name, value]) =>
        value === null || value === undefined || value === ""
          ? null
          : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          )
      )}
    </dl>
  );
}
