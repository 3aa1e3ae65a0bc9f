package dev.makima.cli.command.base;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.core.Surroundings;

/** A command that only holds others. */
public abstract class Group extends Base {
    private final String name;

    /**
     * Of that name.
     *
     * @param name as it is called, such as "tasks"
     */
    protected Group(String name, Surroundings surroundings) {
        super(surroundings);
        this.name = name;
    }

    @Override
    public Integer call() {
        throw new MakimaException(
                ErrorCode.VALIDATION, name + " needs to be told what to do", "See: makima " + name + " --help");
    }
}
