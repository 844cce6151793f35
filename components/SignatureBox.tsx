import { Badge } from "./Badge.tsx";

/** Props of {@link SignatureBox}. */
export interface SignatureBoxProps {
  /** Who signed. */
  name: string;
  /** When, in words. */
  when: string;
  /** Where the drawing is; null: the typed name is the signature. */
  src: string | null;
  /** Something that was shown has changed since. */
  isVoid: boolean;
}

/** A customer's signature, and whether it still holds. */
export function SignatureBox({ name, when, src, isVoid }: SignatureBoxProps) {
  return (
    <div class={isVoid ? "sign sign-void" : "sign"}>
      {src
        ? <img src={src} alt={`Signature of ${name}`} />
        : <p class="sign-name">{name}</p>}
      <p>{name}, {when}</p>
      {isVoid
        ? (
          <>
            <Badge tone="bad" icon="warn">Void</Badge>
            <p>
              The order was changed after {name}{" "}
              signed. It needs a new signature.
            </p>
          </>
        )
        : <Badge tone="go" icon="check">Holds for what is shown</Badge>}
    </div>
  );
}
