/** The client of the REST API: requests, errors, and the live event stream of a task. */
@NullMarked
package dev.makima.cli.api;

import org.jspecify.annotations.NullMarked;
