/** Configuration records, where their values come from, and what is said about mistakes in them. */
@NullMarked
package dev.makima.config;

import org.jspecify.annotations.NullMarked;
