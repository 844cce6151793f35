import { Banner } from "./Banner.tsx";
import { Card } from "./Card.tsx";

/** Props of {@link InviteLink}. */
export interface InviteLinkProps {
  /** Who is invited. */
  name: string;
  /** The one-time link. */
  url: string;
}

/** A one-time link, shown once. The box has the focus and wraps, so that the link is seen whole and copied in two steps. */
export function InviteLink({ name, url }: InviteLinkProps) {
  return (
    <Card title={`Invitation for ${name}`}>
      <Banner tone="go" icon="check" title="The link is ready.">
        Send it to {name}. It works once, for a week, and is not shown again.
      </Banner>
      <div class="field">
        <label for="f-link">One-time link</label>
        <textarea
          class="input"
          id="f-link"
          name="link"
          rows={3}
          readOnly
          autofocus
          spellcheck={false}
          aria-describedby="f-link-h"
        >
          {url}
        </textarea>
        <p class="hint" id="f-link-h">
          Choose all of it in the box, then copy.
        </p>
      </div>
    </Card>
  );
}
