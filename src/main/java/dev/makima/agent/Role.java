package dev.makima.agent;

/** What an agent is in a task: decides what it is told beside its plan, and which commands it is given. */
public enum Role {
    /** Works alone on a task that belongs to nothing. */
    TASK("task"),
    /** Carries out its task by way of subtasks. */
    ORCHESTRATOR("orchestrator"),
    /** Leads a contract; stays until the contract is complete. */
    SUPERVISOR("supervisor"),
    /** Works on one task of a contract. */
    CONTRACT_MEMBER("contract-member"),
    /** Makes the steps of a directive. */
    DIRECTIVE_PLANNER("directive-planner"),
    /** Carries out a step of a directive, or brings its steps together. */
    DIRECTIVE_TASK("directive-task");

    private final String resource;

    Role(String resource) {
        this.resource = resource;
    }

    /** Whether the agent calls {@code makima}, and so needs a key for the server. */
    public boolean callsMakima() {
        return this != TASK;
    }

    /** The name of its text among the resources, without an ending. */
    String resource() {
        return resource;
    }
}
