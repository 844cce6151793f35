import type { ComponentChildren } from "preact";
import { Badge } from "./Badge.tsx";
import { Icon } from "./Icon.tsx";
import { Input } from "./Input.tsx";

/** Which of the two versions of a field stays; `both` joins two texts. */
export type MergeChoice = "mine" | "theirs" | "both";

/** Props of {@link MergeSides}. */
export interface MergeSidesProps {
  /** Who changed it on this phone and when: "You, 08:50". */
  mine: string;
  /** Who changed it in the office and when: "Ines, 08:31". */
  theirs: string;
}

/** Heads of the two columns. Needs the icons `device` and `office`. */
export function MergeSides({ mine, theirs }: MergeSidesProps) {
  return (
    <div class="sides">
      <div>
        <Icon name="device" />
        <span>
          <b>This phone</b>
          <small>{mine}</small>
        </span>
      </div>
      <div>
        <Icon name="office" />
        <span>
          <b>Office</b>
          <small>{theirs}</small>
        </span>
      </div>
    </div>
  );
}

/** Props of {@link MergeField}. */
export interface MergeFieldProps {
  /** Name in the form data; the value is a {@link MergeChoice}. */
  name: string;
  label: string;
  /** The values as people read them; empty for "nothing entered". */
  mine: string;
  theirs: string;
  /** The joined text, where two texts can be joined. */
  both?: string | undefined;
  chosen?: MergeChoice | undefined;
  onChoose?: ((choice: MergeChoice) => void) | undefined;
}

/** One field on which two people disagree: two cards, the differing part marked. */
export function MergeField(
  { name, label, mine, theirs, both, chosen, onChoose }: MergeFieldProps,
) {
  const pick = (choice: MergeChoice, head: string, text: ComponentChildren) => (
    <label class="pick">
      <Input
        type="radio"
        name={name}
        value={choice}
        required
        {...(onChoose
          ? { checked: chosen === choice }
          : { defaultChecked: chosen === choice })}
        onChange={onChoose && (() => onChoose(choice))}
      />
      <small>{head}</small>
      <b>{text}</b>
    </label>
  );
  return (
    <fieldset class="card merge">
      <legend class="vh">{label}</legend>
      <div class="card-head">
        <h2 aria-hidden="true">{label}</h2>
        {chosen
          ? <Badge tone="go" icon="check">Chosen</Badge>
          : <Badge tone="wait" icon="warn">Open</Badge>}
      </div>
      <div class="picks">
        {pick("mine", "This phone", marked(mine, theirs))}
        {pick("theirs", "Office", marked(theirs, mine))}
        {both !== undefined && pick("both", "Keep both", both)}
      </div>
    </fieldset>
  );
}

/** Marks what differs, in whole words, or in the characters of a single word such as a phone number. */
function marked(text: string, other: string): ComponentChildren {
  if (!text) return <span class="dim">Nothing</span>;
  if (!other) return <mark>{text}</mark>;
  const words = /\s/.test(text.trim()) || /\s/.test(other.trim());
  const parts = (whole: string) =>
    words ? whole.match(/\s*\S+/g) ?? [] : [...whole];
  const a = parts(text);
  const b = parts(other);
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start++;
  let end = a.length;
  let left = most - start;
  while (left-- > 0 && a[end - 1] === b[end - 1 + b.length - a.length]) end--;
  const differs = (at: number) =>
    a.length === b.length ? a[at] !== b[at] : at >= start && at < end;
  const out: ComponentChildren[] = [];
  for (let at = 0, from = 0; at < a.length; from = at) {
    const marks = differs(at);
    while (at < a.length && differs(at) === marks) at++;
    const run = a.slice(from, at).join("");
    const words = run.trimStart();
    // The space before a marked word stays unmarked, or every mark would begin with a gap.
    out.push(
      marks
        ? [
          run.slice(0, run.length - words.length),
          <mark key={at}>{words}</mark>,
        ]
        : run,
    );
  }
  return out;
}
