/**
 * {@code makima keys}: API keys. Its door is {@code KeysCommands}.
 */
@NullMarked
package dev.makima.cli.command.keys;

import org.jspecify.annotations.NullMarked;
