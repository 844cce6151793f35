// What a mutation of the isolation code is tried on: one module graph, so that the product is built once.
import "../unit/http/canaries.ts";
import "../unit/http/isolation.ts";
import "../unit/http/matrix.ts";
