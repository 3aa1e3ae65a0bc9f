/** What the daemon's verticles say to each other: every address, and the records that travel there. */
@NullMarked
package dev.makima.daemon.bus;

import org.jspecify.annotations.NullMarked;
