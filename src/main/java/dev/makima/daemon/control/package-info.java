/** The local door of a running daemon: what people on this machine ask it, and its draining. */
@NullMarked
package dev.makima.daemon.control;

import org.jspecify.annotations.NullMarked;
