import type { Role, Space } from "../lib/model/spaces.ts";
import { Badge } from "./Badge.tsx";
import { roleWords, spaceWord } from "./role_words.ts";
import { Row, RowList } from "./Row.tsx";

/** A membership that one can act in. */
export interface MembershipChoice {
  tenantId: string;
  space: Space;
  roles: readonly Role[];
  company: string;
  /** The one that acts now. */
  current: boolean;
}

/** Props of {@link Memberships}. */
export interface MembershipsProps {
  choices: readonly MembershipChoice[];
  /** The one that acts can be chosen too: nobody chose it yet. */
  stay?: boolean | undefined;
  /** For the island: the form that was sent. */
  onSubmit?: ((event: Event) => void) | undefined;
  /** The device is taking leave of the one that acts: no second press. */
  leaving?: boolean | undefined;
}

/** Where one can work, each with a button that goes there. Plain forms without scripts. */
export function Memberships(
  { choices, stay, onSubmit, leaving }: MembershipsProps,
) {
  return (
    <RowList label="Where you can work">
      {choices.map(({ tenantId, space, roles, company, current }) => (
        <Row
          key={tenantId + space}
          title={company}
          sub={`${spaceWord(space)}, ${roleWords(roles)}`}
          end={
            <>
              {current && <Badge tone="go" icon="check">You are here</Badge>}
              {(!current || stay) && (
                <form method="post" action="/switch" onSubmit={onSubmit}>
                  <input
                    type="hidden"
                    name="membership"
                    value={`${tenantId}/${space}`}
                  />
                  <button
                    class="btn btn-sm"
                    type="submit"
                    aria-disabled={leaving ? "true" : undefined}
                    aria-label={`${current ? "Stay in" : "Go to"} ${company}, ${
                      spaceWord(space)
                    }`}
                  >
                    {current ? "Stay" : "Go there"}
                  </button>
                </form>
              )}
            </>
          }
        />
      ))}
    </RowList>
  );
}
