/** The demonstration: a sample repository and a scripted agent that speaks like the real one. */
@NullMarked
package dev.makima.cli.demo;

import org.jspecify.annotations.NullMarked;
