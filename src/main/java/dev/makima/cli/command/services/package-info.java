/**
 * The programs that stay: {@code makima up}, {@code server} (with {@code copy-database}), {@code daemon} and {@code board}.
 * Its door is {@code ServicesDoor}.
 */
@NullMarked
package dev.makima.cli.command.services;

import org.jspecify.annotations.NullMarked;
