package dev.makima.daemon.command;

import dev.makima.daemon.bus.Addresses;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/** The server's commands about worktrees and git. A shell around {@link Commands}. */
public final class CommandVerticle extends VerticleBase {
    private final CommandParts parts;
    private final Promise<Void> ended;
    private @Nullable Commands commands;

    /**
     * Made of these parts.
     *
     * @param ended completed once no command is being carried out any more
     */
    public CommandVerticle(CommandParts parts, Promise<Void> ended) {
        this.parts = parts;
        this.ended = ended;
    }

    @Override
    public Future<?> start() {
        Routes routes = new Routes(parts, vertx.eventBus());
        FrameLimit limit = new FrameLimit(parts.config().server().maxFrameBytes());
        Commands started = new Commands(routes, new Answers(vertx.eventBus(), limit), new Lanes(Lanes.Limits.DEFAULT));
        commands = started;
        Addresses.WORKTREE_COMMAND.consume(vertx.eventBus(), started::take);
        return vertx.executeBlocking(() -> {
            routes.prepare();
            return true;
        });
    }

    @Override
    public Future<?> stop() {
        @Nullable Commands running = commands;
        Future<?> quiet = running == null
                ? Future.succeededFuture()
                : vertx.executeBlocking(() -> {
                    running.close(Commands.STOPS_WITHIN_DEFAULT);
                    return true;
                });
        return quiet.onComplete(_ -> ended.tryComplete());
    }
}
