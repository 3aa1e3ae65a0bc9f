/** What people see: entries, tables, colours and the progress line. Text in, text out. */
@NullMarked
package dev.makima.cli.view;

import org.jspecify.annotations.NullMarked;
