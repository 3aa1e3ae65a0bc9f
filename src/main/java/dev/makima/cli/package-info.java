/** The command line's entry: from arguments to an exit code, and how failures are told. Nothing below it knows it. */
@NullMarked
package dev.makima.cli;

import org.jspecify.annotations.NullMarked;
