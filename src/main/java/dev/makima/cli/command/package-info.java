/** One class per command: its options, its help, and which part of the work it calls. */
@NullMarked
package dev.makima.cli.command;

import org.jspecify.annotations.NullMarked;
