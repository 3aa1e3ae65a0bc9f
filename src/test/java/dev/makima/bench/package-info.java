/** Benchmarks: what is measured, how often, and how to measure it again. Run by {@code scripts/bench}. */
@NullMarked
package dev.makima.bench;

import org.jspecify.annotations.NullMarked;
