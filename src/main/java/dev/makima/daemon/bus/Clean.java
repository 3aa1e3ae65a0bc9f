package dev.makima.daemon.bus;

import io.vertx.core.json.JsonObject;

/**
 * Asks for a clean-up of what was left over.
 *
 * @param request as it came in by the control socket, verb and all; not to be changed
 */
public record Clean(JsonObject request) {}
