/** The daemons' sockets, and the hand-over of tasks to daemons. */
@NullMarked
package dev.makima.server.daemons;

import org.jspecify.annotations.NullMarked;
