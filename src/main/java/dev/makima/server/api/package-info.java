/** The REST API, one class per resource, and live streams of events. */
@NullMarked
package dev.makima.server.api;

import org.jspecify.annotations.NullMarked;
