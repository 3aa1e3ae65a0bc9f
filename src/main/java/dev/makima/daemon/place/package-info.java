/** Where a task works: the place it has, one made for it, or its supervisor's. The door is {@code Workplaces}. */
@NullMarked
package dev.makima.daemon.place;

import org.jspecify.annotations.NullMarked;
