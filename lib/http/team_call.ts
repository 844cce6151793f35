import { HttpError } from "fresh";
import { changeRole } from "../access/change_role.ts";
import { endMembership } from "../access/end_membership.ts";
import { inviteMember } from "../access/invite_member.ts";
import {
  grantableRoles,
  mayChange,
  type SpaceRole,
  teamSpaces,
} from "../model/granting.ts";
import { isId } from "../model/ids.ts";
import { seen } from "../model/policy.ts";
import type { Problem, Result } from "../model/problem.ts";
import { type Me, type Role, type Space, SPACES } from "../model/spaces.ts";
import type { MemberRow, MemberStatus } from "../store/identities.ts";
import { readPage } from "../store/page.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import { acting } from "./call.ts";
import { newFormKey, readOwnForm } from "./form_call.ts";
import { linkOf, type ShownLink } from "./invite_link.ts";
import { messagesOf, throwProblem } from "./page_problem.ts";
import { formText } from "./read_body.ts";
import type { RequestContext } from "./state.ts";

/** Rows of one page of a team list. */
const TEAM_ROWS = 50;

/** One page of a space's members, with the columns that the one who asks sees. */
export interface TeamSection {
  /** Whose members they are. */
  space: Space;
  /** At most fifty. */
  members: Partial<MemberRow>[];
  /** Where the next page begins; null on the last one. */
  next: string | null;
}

/** What a team page shows. */
export interface TeamData {
  /** Who looks. */
  me: Me;
  /** By space, the own one first. */
  sections: TeamSection[];
  /** What the invitation's form holds. */
  values: {
    /** As it was typed. */
    name: string;
    /** As it was typed. */
    email: string;
    /** One of the list. */
    role: string;
  };
  /** Message by field name. */
  errors: Record<string, string>;
  /** What can be given; empty for who invites nobody. */
  roles: SpaceRole[];
  /** After an invitation. */
  link: ShownLink | null;
  /** Idempotency key of the invitation's form. */
  formKey: string;
}

/** What the page of one member shows. */
export interface MemberData {
  /** Who looks. */
  me: Me;
  /** Whose page it is. */
  userId: string;
  /** As the company knows the person. */
  name: string;
  /** The account's address. */
  email: string;
  /** In the spaces that the one who looks lets into. */
  memberships: {
    /** Where. */
    space: Space;
    /** As they are now. */
    roles: Role[];
    /** Where it stands. */
    status: MemberStatus;
    /** What can be given instead; empty where the person is stronger. */
    grantable: Role[];
  }[];
  /** What was refused, by the field's name. */
  refused: {
    /** In which membership. */
    space: Space;
    /** Message by field name. */
    errors: Record<string, string>;
  } | null;
  /** After a new link. */
  link: ShownLink | null;
  /** Idempotency key of the form that makes a new link. */
  formKey: string;
}

async function sectionsOf(
  ctx: RequestContext,
  me: Me,
  tenant: TenantStore,
): Promise<TeamSection[]> {
  const { searchParams } = ctx.url;
  const only = searchParams.get("space");
  const cursor = searchParams.get("cursor");
  const known = teamSpaces(me);
  const spaces = known.filter((space) => space === only);
  return await Promise.all(
    (spaces.length > 0 ? spaces : known).map(async (space) => {
      const { rows, next } = await readPage<MemberRow>(
        tenant,
        tenant.keys.members(space),
        { cursor: spaces.length > 0 ? cursor : null, limit: TEAM_ROWS },
      );
      const members = rows.flatMap((row) => seen(me, "member.read", row) ?? []);
      return { space, members, next };
    }),
  );
}

/** Reads what a team page shows. */
export async function readTeam(ctx: RequestContext): Promise<TeamData> {
  const { me, tenant, now } = acting(ctx);
  const roles = grantableRoles(me);
  return {
    me,
    sections: await sectionsOf(ctx, me, tenant),
    // The weakest of the own space: what is asked for most often, and does least harm by mistake.
    values: {
      name: "",
      email: "",
      role: roles.findLast(({ space }) => space === me.space)?.role ?? "",
    },
    errors: {},
    roles,
    link: null,
    formKey: newFormKey(me, now),
  };
}

/** Invites somebody by the team page's form. @throws {HttpError} for what no form of ours sends */
export async function inviteByForm(
  ctx: RequestContext,
): Promise<{ data: TeamData; status: number }> {
  const { me, audit } = acting(ctx);
  const { deps } = ctx.state;
  const form = await readOwnForm(ctx);
  if (!form.ok) throwProblem(form.problem);
  const values = {
    name: formText(form.value, "name").trim(),
    email: formText(form.value, "email").trim(),
    role: formText(form.value, "role"),
  };
  const key = formText(form.value, "key");
  const outcome = await inviteMember(deps, me, { ...values, key }, audit);
  if (outcome.ok) {
    deps.kick();
    const link = linkOf(ctx, values.name, outcome.value.secret);
    return { data: { ...await readTeam(ctx), link }, status: 200 };
  }
  const { status, errors, code } = outcome.problem;
  if (!errors) throwProblem(outcome.problem);
  ctx.state.code = code;
  const data = await readTeam(ctx);
  return { data: { ...data, values, errors: messagesOf(errors) }, status };
}

async function memberRows(
  tenant: TenantStore,
  me: Me,
  userId: string,
): Promise<{ space: Space; row: MemberRow }[]> {
  if (!isId("usr", userId)) return [];
  const spaces = teamSpaces(me);
  const rows = await tenant.getMany<MemberRow>(
    spaces.map((space) => tenant.keys.member(space, userId)),
  );
  return spaces.flatMap((space, at) => {
    const row = rows[at];
    return row ? [{ space, row }] : [];
  });
}

/** Reads what the page of one member shows. @throws {HttpError} 404 for somebody who is no member here */
export async function readMember(ctx: RequestContext): Promise<MemberData> {
  const { me, tenant, now } = acting(ctx);
  const rows = await memberRows(tenant, me, ctx.params.id ?? "");
  const [first] = rows;
  if (!first) throw new HttpError(404);
  return {
    me,
    userId: first.row.userId,
    name: first.row.name,
    email: first.row.email,
    memberships: rows.map(({ space, row: { roles, status } }) => ({
      space,
      roles,
      status,
      grantable: mayChange(me, { space, roles })
        ? grantableRoles(me).filter((known) => known.space === space)
          .map(({ role }) => role)
        : [],
    })),
    refused: null,
    link: null,
    formKey: newFormKey(me, now),
  };
}

/**
 * Does what the page of one member asks for: another role, the end of a membership, a new link.
 *
 * @param back path of the member's page
 * @returns a redirect, or what the page shows instead
 * @throws {HttpError} for what no form of ours sends, and what is refused
 */
export async function changeMemberByForm(
  ctx: RequestContext,
  back: string,
): Promise<Response | { data: MemberData; status: number }> {
  const { me, tenant, audit } = acting(ctx);
  const { deps } = ctx.state;
  const form = await readOwnForm(ctx);
  if (!form.ok) throwProblem(form.problem);
  const userId = ctx.params.id ?? "";
  const space = SPACES.find((name) => name === formText(form.value, "space"));
  const rows = await memberRows(tenant, me, userId);
  const found = rows.find((row) => row.space === space);
  if (!found) throw new HttpError(404);
  const target = { userId, space: found.space };
  switch (formText(form.value, "action")) {
    case "role": {
      const role = formText(form.value, "role");
      return await done(changeRole(deps, me, { ...target, role }, audit));
    }
    case "end":
      return await done(endMembership(deps, me, target, audit));
    case "link": {
      const { name, email, roles } = found.row;
      const role = roles[0] ?? "";
      const outcome = await inviteMember(
        deps,
        me,
        { name, email, role, key: formText(form.value, "key") },
        audit,
      );
      if (!outcome.ok) return await refuse(outcome.problem);
      deps.kick();
      const link = linkOf(ctx, name, outcome.value.secret);
      return { data: { ...await readMember(ctx), link }, status: 200 };
    }
    default:
      throw new HttpError(400);
  }

  async function done(
    work: Promise<Result<null>>,
  ): ReturnType<typeof changeMemberByForm> {
    const outcome = await work;
    if (!outcome.ok) return await refuse(outcome.problem);
    // Of who invited somebody and took it back, nothing stays to be shown; who changed themselves may see nothing here.
    const stays = userId !== me.id &&
      (await memberRows(tenant, me, userId)).length > 0;
    return ctx.redirect(
      userId === me.id ? "/" : stays ? back : back.replace(/\/[^/]+$/, ""),
      303,
    );
  }

  async function refuse(
    problem: Problem,
  ): Promise<{ data: MemberData; status: number }> {
    const { errors, status, code } = problem;
    if (!errors) throwProblem(problem);
    ctx.state.code = code;
    const data = await readMember(ctx);
    const refused = { space: target.space, errors: messagesOf(errors) };
    return { data: { ...data, refused }, status };
  }
}
