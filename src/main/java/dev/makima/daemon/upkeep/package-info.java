/** What a daemon does for its machine beside tasks: clones that were asked for, and room on the disk. */
@NullMarked
package dev.makima.daemon.upkeep;

import org.jspecify.annotations.NullMarked;
