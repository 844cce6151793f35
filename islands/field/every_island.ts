/**
 * What every island loads, or shares a page with: named in one place for the same reason as `shared_chunk.ts`.
 *
 * @module
 */
import "../../components/Badge.tsx";
import "../../components/Banner.tsx";
import "../../components/Icon.tsx";
import "../../components/Input.tsx";
import "../../components/SyncPill.tsx";
import "../../components/time_words.ts";
import "../../components/Trace.tsx";
