/** What tasks are leased to this daemon, until when, and what it may do by that. */
@NullMarked
package dev.makima.daemon.lease;

import org.jspecify.annotations.NullMarked;
