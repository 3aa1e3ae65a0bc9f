/** The frames between daemon and server as records, and their JSON form. No behaviour. */
@NullMarked
package dev.makima.protocol;

import org.jspecify.annotations.NullMarked;
