import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon.tsx";
import { Input } from "./Input.tsx";

/** What a field asks for; `text` unless said. */
export type FieldKind =
  | "text"
  | "email"
  | "password"
  | "tel"
  | "url"
  | "number"
  | "date"
  | "time"
  | "search"
  | "textarea"
  | "select"
  | "checkbox"
  | "file";

/** Props of {@link Field}. */
export interface FieldProps {
  kind?: FieldKind | undefined;
  /** Name in the form data. */
  name: string;
  label: string;
  /** What it holds at first; the browser keeps what is typed. */
  value?: string | number | boolean | null | undefined;
  hint?: ComponentChildren;
  /** What is wrong and how to mend it. */
  error?: string | undefined;
  required?: boolean | undefined;
  disabled?: boolean | undefined;
  /** To be read and copied, not changed. */
  readOnly?: boolean | undefined;
  /** Has the focus when the page opens: the first field that came back with an error. */
  autofocus?: boolean | undefined;
  /** Unique in the page; `f-` and the name unless said. */
  id?: string | undefined;
  options?: readonly { value: string; label: string }[] | undefined;
  autocomplete?: string | undefined;
  placeholder?: string | undefined;
  min?: string | number | undefined;
  max?: string | number | undefined;
  maxLength?: number | undefined;
  minLength?: number | undefined;
  /** For files: the kinds that the browser offers. */
  accept?: string | undefined;
  /** A drawing inside the box, such as a magnifying glass. */
  icon?: IconName | undefined;
  /** The label is there for screen readers only: a search box with its icon. */
  bare?: boolean | undefined;
  /** For islands: each change of the text, the choice or the tick ("on" or ""). */
  onInput?: ((value: string) => void) | undefined;
}

/**
 * Label, box, hint and error, tied together for screen readers. Plain form data without scripts. The browser keeps what
 * is typed, so an island can render again without losing it.
 */
export function Field(props: FieldProps) {
  const { kind = "text", name, label, hint, error, icon, bare, onInput } =
    props;
  const id = props.id ?? "f-" + name;
  const value = props.value ?? "";
  if (kind === "checkbox") {
    return (
      <div class="field">
        <label class="tick">
          <Input
            type="checkbox"
            name={name}
            defaultChecked={value === true}
            required={props.required}
            disabled={props.disabled}
            aria-invalid={error ? "true" : undefined}
            aria-describedby={error ? id + "-e" : undefined}
            onChange={onInput &&
              ((event) => onInput(event.currentTarget.checked ? "on" : ""))}
          />
          <span>
            {label}
            {hint && <small>{hint}</small>}
          </span>
        </label>
        {error && <FieldError id={id + "-e"}>{error}</FieldError>}
      </div>
    );
  }
  const text = String(value);
  const shared = {
    id,
    name,
    class: "input",
    required: props.required,
    disabled: props.disabled,
    autofocus: props.autofocus,
    "aria-invalid": error ? "true" as const : undefined,
    "aria-describedby": [error && id + "-e", hint && id + "-h"]
      .filter(Boolean).join(" ") || undefined,
    onInput: onInput &&
      ((event: { currentTarget: { value: string } }) =>
        onInput(event.currentTarget.value)),
  };
  const box = kind === "select"
    ? (
      <select {...shared}>
        {props.options?.map((option) => (
          <option
            key={option.value}
            value={option.value}
            selected={option.value === text}
          >
            {option.label}
          </option>
        ))}
      </select>
    )
    : kind === "textarea"
    ? (
      <textarea
        {...shared}
        placeholder={props.placeholder}
        maxLength={props.maxLength}
      >
        {text}
      </textarea>
    )
    : (
      <Input
        {...shared}
        type={kind}
        readOnly={props.readOnly}
        placeholder={props.placeholder}
        autocomplete={props.autocomplete}
        min={props.min}
        max={props.max}
        minLength={props.minLength}
        maxLength={props.maxLength}
        step={kind === "number" ? "any" : undefined}
        accept={props.accept}
        defaultValue={text}
      />
    );
  return (
    <div class="field">
      <label for={id} class={bare ? "vh" : undefined}>{label}</label>
      {icon
        ? (
          <div class="with-icon">
            <Icon name={icon} />
            {box}
          </div>
        )
        : box}
      {error && <FieldError id={id + "-e"}>{error}</FieldError>}
      {hint && <p class="hint" id={id + "-h"}>{hint}</p>}
    </div>
  );
}

function FieldError({ id, children }: { id: string; children: string }) {
  return (
    <p class="error" id={id}>
      <Icon name="warn" size="sm" />
      <span>{children}</span>
    </p>
  );
}
