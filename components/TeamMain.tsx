import { InviteForm, type InviteFormProps } from "./InviteForm.tsx";
import { InviteLink, type InviteLinkProps } from "./InviteLink.tsx";
import { TeamList, type TeamListProps } from "./TeamList.tsx";

/** Props of {@link TeamMain}. */
export interface TeamMainProps extends TeamListProps, InviteFormProps {
  /** After an invitation. */
  link: InviteLinkProps | null;
  /** Where a file of unsent work is taken in; absent for those who may not. */
  hrefImport?: string | undefined;
}

/** The content of a team page: who is there, and for those who may the form that invites. */
export function TeamMain(
  { link, sections, hrefMember, hrefImport, ...form }: TeamMainProps,
) {
  return (
    <main class="main" id="main">
      {link && <InviteLink {...link} />}
      <TeamList sections={sections} hrefMember={hrefMember} />
      {form.roles.length > 0 && <InviteForm {...form} />}
      {hrefImport && (
        <p class="sub read">
          A phone broke, or cannot send?{" "}
          <a href={hrefImport}>Take in the file that it saved</a>.
        </p>
      )}
    </main>
  );
}
