/**
 * The engine that every field screen carries. What is loaded later (conflicts, recovery, upkeep) names it, so that the
 * bundler makes one chunk of it and not one for each set of modules that happen to share something: fewer requests, and
 * fewer bytes, since small files compress badly.
 *
 * @module
 */
import "../model/problem.ts";
import "./drainer.ts";
import "./scope.ts";
import "./status.ts";
