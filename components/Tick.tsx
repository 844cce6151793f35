import type { ComponentChildren } from "preact";
import { Input } from "./Input.tsx";

/** Props of {@link Tick} and {@link Pick}. */
export interface ChoiceProps {
  name: string;
  /** What the form sends when it is chosen; "on" unless said. */
  value?: string | undefined;
  /** With `onChange` the caller holds the choice; without, this is only where it begins. */
  checked?: boolean | undefined;
  required?: boolean | undefined;
  disabled?: boolean | undefined;
  /** A second, smaller line. */
  note?: ComponentChildren;
  /** For islands; on a page without scripts the form carries the choice. */
  onChange?: ((checked: boolean) => void) | undefined;
  /** The words. */
  children: ComponentChildren;
}

/** Props of {@link Tick}. */
export interface TickProps extends ChoiceProps {
  kind?: "checkbox" | "radio" | undefined;
}

/** A line to tick: of a checklist, or of a form. */
export function Tick(
  {
    kind = "checkbox",
    name,
    value,
    checked,
    required,
    disabled,
    note,
    onChange,
    children,
  }: TickProps,
) {
  return (
    <label class="tick">
      <Input
        type={kind}
        name={name}
        value={value}
        {...(onChange ? { checked } : { defaultChecked: !!checked })}
        required={required}
        disabled={disabled}
        onChange={onChange && ((e) => onChange(e.currentTarget.checked))}
      />
      <span>
        {children}
        {note && <small>{note}</small>}
      </span>
    </label>
  );
}
