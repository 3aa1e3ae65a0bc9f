/**
 * What is about this machine and its shell: {@code makima config}, {@code doctor}, {@code disk-usage},
 * {@code completion} (with {@code ids}, which its scripts call) and the demo. Its door is {@code MachineDoor}.
 */
@NullMarked
package dev.makima.cli.command.machine;

import org.jspecify.annotations.NullMarked;
