/**
 * What every entry of the client imports, so that the bundler puts it into one
 * file: preact, its hooks, what JSX compiles to, and the boot code. Apart, each
 * would be a file of its own that compresses worse than it does here.
 */
import "preact";
import "preact/hooks";
import "preact/jsx-runtime";
import "../runtime/shared_state.ts";
import "./boot.ts";
