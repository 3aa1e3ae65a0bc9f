/** One-writer JDBC with group commit, and migrations. Knows {@code base}; open to {@code daemon} and {@code server}. */
@NullMarked
package dev.makima.sql;

import org.jspecify.annotations.NullMarked;
