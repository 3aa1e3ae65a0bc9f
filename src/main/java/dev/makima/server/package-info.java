/** The verticles of the server: daemon sockets, API, dispatch and output. */
@NullMarked
package dev.makima.server;

import org.jspecify.annotations.NullMarked;
