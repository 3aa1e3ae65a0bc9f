/** The instance on this machine: found, attached to, or started inside this process. */
@NullMarked
package dev.makima.cli.local;

import org.jspecify.annotations.NullMarked;
