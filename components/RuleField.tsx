import { type FieldRule, type FieldValue, longest } from "../lib/model/form.ts";
import { Field } from "./Field.tsx";

/** Props of {@link RuleField}. */
export interface RuleFieldProps {
  rule: FieldRule;
  value: FieldValue;
  error: string | undefined;
  /** Has the focus when the page opens. */
  autofocus?: boolean;
}

/** One field of a form that is data: a template's, or the plan of an order. */
export function RuleField(
  { rule, value, error, autofocus }: RuleFieldProps,
) {
  const { name, label, kind, hint, required, autocomplete, min, max } = rule;
  const nothing = { value: "", label: "" };
  return (
    <Field
      kind={kind}
      name={name}
      label={label}
      value={value}
      hint={hint}
      error={error}
      autofocus={autofocus}
      required={required}
      autocomplete={autocomplete}
      min={min}
      max={max}
      maxLength={kind === "text" || kind === "textarea"
        ? longest(rule)
        : undefined}
      options={rule.options &&
        (required || rule.options[0]?.value === ""
          ? rule.options
          : [nothing, ...rule.options])}
    />
  );
}
