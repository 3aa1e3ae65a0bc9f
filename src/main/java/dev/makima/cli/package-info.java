/** The command line: picocli commands and the client of the REST API. */
@NullMarked
package dev.makima.cli;

import org.jspecify.annotations.NullMarked;
