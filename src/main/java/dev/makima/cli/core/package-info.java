/**
 * What all of the command line stands on: the world around a command, what a process ends with, and the commands at a glance.
 * Knows nothing else of it.
 */
@NullMarked
package dev.makima.cli.core;

import org.jspecify.annotations.NullMarked;
