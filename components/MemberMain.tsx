import { Card } from "./Card.tsx";
import { Facts } from "./Facts.tsx";
import { InviteLink, type InviteLinkProps } from "./InviteLink.tsx";
import { MemberForms, type MemberFormsProps } from "./MemberForms.tsx";

/** Props of {@link MemberMain}. */
export interface MemberMainProps extends MemberFormsProps {
  email: string;
  /** After a new link. */
  link: InviteLinkProps | null;
}

/** The content of the page of one member. */
export function MemberMain({ email, link, ...forms }: MemberMainProps) {
  return (
    <main class="main" id="main">
      {link && <InviteLink {...link} />}
      <Card title="Account">
        <Facts items={[["Name", forms.name], ["Email", email]]} />
      </Card>
      <MemberForms {...forms} />
    </main>
  );
}
