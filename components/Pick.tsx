import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon.tsx";
import { Input } from "./Input.tsx";
import type { ChoiceProps } from "./Tick.tsx";

/** Props of {@link Pick}. */
export interface PickProps extends ChoiceProps {
  icon?: IconName | undefined;
}

/** A card that is a radio button. */
export function Pick(
  { icon, name, value, checked, required, disabled, note, onChange, children }:
    PickProps,
) {
  return (
    <label class="pick">
      <Input
        type="radio"
        name={name}
        value={value}
        {...(onChange ? { checked } : { defaultChecked: !!checked })}
        required={required}
        disabled={disabled}
        onChange={onChange && ((e) => onChange(e.currentTarget.checked))}
      />
      {icon && <Icon name={icon} />}
      <b>{children}</b>
      {note && <small>{note}</small>}
    </label>
  );
}

/** Props of {@link Picks}. */
export interface PicksProps {
  /** The question. */
  legend: string;
  error?: string | undefined;
  /** `Pick` elements with one `name`. */
  children: ComponentChildren;
}

/** A question with cards for answers. */
export function Picks({ legend, error, children }: PicksProps) {
  return (
    <fieldset class="field">
      <legend class="label">{legend}</legend>
      <div class="picks">{children}</div>
      {error && (
        <p class="error">
          <Icon name="warn" size="sm" />
          <span>{error}</span>
        </p>
      )}
    </fieldset>
  );
}
