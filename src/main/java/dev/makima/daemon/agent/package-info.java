/** The agents that a daemon starts: found, told who they are, listened to, and made to end. They know of no run. */
@NullMarked
package dev.makima.daemon.agent;

import org.jspecify.annotations.NullMarked;
