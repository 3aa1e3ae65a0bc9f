/** The daemon's state in SQLite, and the only place with its SQL. */
@NullMarked
package dev.makima.daemon.store;

import org.jspecify.annotations.NullMarked;
