/** Server and daemon together, over the real wire between them. */
@NullMarked
package dev.makima.whole;

import org.jspecify.annotations.NullMarked;
