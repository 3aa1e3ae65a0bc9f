/** What is wrong on this machine, and how to mend it: a class for each check, and what takes space. */
@NullMarked
package dev.makima.cli.doctor;

import org.jspecify.annotations.NullMarked;
