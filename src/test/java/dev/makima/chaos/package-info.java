/** Real servers and daemons that are killed and cut off at random, by a seed; afterwards every byte is compared. */
@NullMarked
package dev.makima.chaos;

import org.jspecify.annotations.NullMarked;
