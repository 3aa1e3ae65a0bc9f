package dev.makima.cli.command.services;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.command.base.Base;
import dev.makima.cli.core.Surroundings;
import picocli.CommandLine.Command;

/** makima board. */
@Command(
        name = "board",
        sortOptions = false,
        description = "Opens the web board. It is not in this version yet: this says so, with exit code 1.",
        footer = {"", "Example:", "  makima board"})
final class BoardCommand extends Base {
    BoardCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        throw new MakimaException(
                ErrorCode.UNAVAILABLE,
                "the web board is not in this version yet",
                "Until then: makima tasks list, makima contracts list, and makima events for what happens live");
    }
}
