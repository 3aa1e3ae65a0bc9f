/**
 * The tree of commands ({@code Commands}), and what runs others or is told from them by more than its name. A command itself,
 * with its options, its help and which part of the work it calls, is in the package of its family, of which only one class
 * is public: its door. Families know {@code base} and never each other.
 */
@NullMarked
package dev.makima.cli.command;

import org.jspecify.annotations.NullMarked;
