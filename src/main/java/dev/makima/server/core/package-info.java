/** What the parts of the server share: addresses, news, keys and times. */
@NullMarked
package dev.makima.server.core;

import org.jspecify.annotations.NullMarked;
