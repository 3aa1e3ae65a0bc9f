/** Completion scripts for shells. */
@NullMarked
package dev.makima.cli.completion;

import org.jspecify.annotations.NullMarked;
