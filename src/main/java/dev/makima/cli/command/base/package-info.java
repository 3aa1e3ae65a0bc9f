/**
 * What commands of several families share: a command that asks the server ({@code ApiCommand}), the connection to it,
 * groups, things named by the first digits of their ids, histories and events. Knows no family.
 */
@NullMarked
package dev.makima.cli.command.base;

import org.jspecify.annotations.NullMarked;
