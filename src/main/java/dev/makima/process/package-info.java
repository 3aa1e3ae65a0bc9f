/** Holder, spool and signals: how an agent is kept alive, fed and read. Without Vert.x. */
@NullMarked
package dev.makima.process;

import org.jspecify.annotations.NullMarked;
