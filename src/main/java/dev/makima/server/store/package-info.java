/**
 * The tables of the server: the only place that knows SQL. Changes go through the one writer of {@link
 * dev.makima.sql.Database}, each one conditional on what it was decided upon; queries of the API go through a pool of the
 * Vert.x JDBC Client that can only read.
 */
@NullMarked
package dev.makima.server.store;

import org.jspecify.annotations.NullMarked;
