/** The tasks: admission, one sequential run each, and how a run is stopped and ended. */
@NullMarked
package dev.makima.daemon.run;

import org.jspecify.annotations.NullMarked;
