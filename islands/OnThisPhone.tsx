import "./field/every_island.ts";
import type { Me } from "../lib/model/spaces.ts";
import { InstallApp } from "./field/InstallApp.tsx";
import { LogOut } from "./field/LogOut.tsx";

/** What the account page does to this device: the way out, and the app on its home screen. One island, since it is fewer bytes. */
export default function OnThisPhone({ me }: { me: Me }) {
  return (
    <>
      <LogOut me={me} />
      <InstallApp />
    </>
  );
}
