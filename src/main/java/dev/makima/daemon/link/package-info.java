/** The one WebSocket to the server: connecting, handshake, liveness, and its three lanes. */
@NullMarked
package dev.makima.daemon.link;

import org.jspecify.annotations.NullMarked;
