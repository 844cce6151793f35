// One module graph, so that the product is built once for all tests of its public door.
import "./http/accounting.ts";
import "./http/audit_viewers.ts";
import "./http/blobs.ts";
import "./http/bodies.ts";
import "./http/calls.ts";
import "./http/canaries.ts";
import "./http/developer.ts";
import "./http/forms.ts";
import "./http/isolation.ts";
import "./http/matrix.ts";
import "./http/matrix_handlers.ts";
import "./http/provider.ts";
import "./http/registration_calls.ts";
import "./http/places.ts";
import "./http/roles.ts";
import "./http/routes.ts";
import "./http/sessions.ts";
