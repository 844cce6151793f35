/**
 * What every field screen loads. Named in one place, so that the bundler makes one chunk of it instead of one for each
 * set of screens that happen to share something: fewer requests, and fewer bytes, since small files compress badly.
 *
 * @module
 */
import "./every_island.ts";
import "../../components/Banner.tsx";
import "../../components/Card.tsx";
import "../../components/Dock.tsx";
import "../../components/Empty.tsx";
import "../../components/Icon.tsx";
import "../../components/Skeleton.tsx";
import "../../components/time_words.ts";
import "../../components/TopBar.tsx";
import "../../lib/offline/day.ts";
import "../../lib/offline/engine.ts";
import "../../lib/offline/local.ts";
import "../../lib/offline/saving.ts";
import "./Elsewhere.tsx";
import "./later.ts";
import "./submit.ts";
import "./SyncHead.tsx";
import "./use_field.ts";
import "./use_seldom.ts";
