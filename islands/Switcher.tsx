import "./field/every_island.ts";
import {
  type MembershipChoice,
  Memberships,
} from "../components/Memberships.tsx";
import type { Me } from "../lib/model/spaces.ts";
import { useLeave } from "./field/use_leave.ts";

/**
 * Switches from the client space to another membership: tries once more to send, and takes what is readable off this
 * device. What was not sent stays for this person in this company.
 */
export default function Switcher(
  { me, choices, stay }: {
    me: Me;
    choices: readonly MembershipChoice[];
    stay?: boolean;
  },
) {
  const { leaving, leave } = useLeave(me);
  return (
    <Memberships
      choices={choices}
      stay={stay}
      leaving={leaving}
      onSubmit={leave}
    />
  );
}
