import type { Role, Space } from "../lib/model/spaces.ts";
import { Avatar } from "./Avatar.tsx";
import { Badge } from "./Badge.tsx";
import { Section } from "./Card.tsx";
import { roleWords, spaceWord } from "./role_words.ts";
import { Row, RowList } from "./Row.tsx";

/** What somebody sees of a member. */
export interface TeamMember {
  userId?: string;
  name?: string;
  /** Absent where the role does not see it. */
  email?: string;
  roles?: readonly Role[];
  status?: "active" | "invited" | "ended" | undefined;
}

/** The members of one space, one page of them. */
export interface TeamSection {
  space: Space;
  members: readonly TeamMember[];
  /** Where the next page begins; null on the last one. */
  next: string | null;
}

/** Props of {@link TeamList}. */
export interface TeamListProps {
  sections: readonly TeamSection[];
  /** Path of the page with one member, which ends with the member's id; absent: nobody may change anybody. */
  hrefMember?: string | undefined;
}

/** The state of a membership that is not simply there. */
export function MemberBadge({ status }: Pick<TeamMember, "status">) {
  if (status === "invited") {
    return <Badge tone="wait" icon="clock">Invited</Badge>;
  }
  return status === "ended" ? <Badge icon="x">Former</Badge> : null;
}

/** Who works in a company, by space. */
export function TeamList({ sections, hrefMember }: TeamListProps) {
  return (
    <>
      {sections.filter(({ members }) => members.length > 0).map((
        { space, members, next },
      ) => (
        <Section
          key={space}
          title={spaceWord(space)}
          aside={next ? undefined : `${members.length} shown`}
        >
          <RowList label={spaceWord(space)}>
            {members.map(({ userId, name = "", email, roles = [], status }) => (
              <Row
                key={userId}
                href={hrefMember && `${hrefMember}${userId}`}
                lead={<Avatar name={name} />}
                title={name}
                sub={email}
                end={
                  <>
                    {roleWords(roles)}
                    <MemberBadge status={status} />
                  </>
                }
              />
            ))}
          </RowList>
          {next && (
            <a
              class="btn btn-block"
              href={`?space=${space}&cursor=${encodeURIComponent(next)}`}
            >
              Show more
            </a>
          )}
        </Section>
      ))}
    </>
  );
}
