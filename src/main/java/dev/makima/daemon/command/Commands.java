package dev.makima.daemon.command;

import dev.makima.base.MakimaException;
import dev.makima.daemon.bus.Command;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.ServerFrame;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;

/**
 * Carries out commands about worktrees and git, and sees to it that each is answered.
 *
 * <p>{@link #take} may be called on an event loop; the work is done on the workers of {@link Lanes}.
 */
final class Commands {
    private static final System.Logger LOG = System.getLogger(Commands.class.getName());
    /** How long a stopping daemon waits for what is being done, and once more for what was interrupted to tidy up. */
    static final Duration STOPS_WITHIN_DEFAULT = Duration.ofSeconds(10);

    private static final String STOPPING = "this daemon is about to stop, and nothing was done";

    private final Routes routes;
    private final Answers answers;
    private final Lanes lanes;

    Commands(Routes routes, Answers answers, Lanes lanes) {
        this.routes = routes;
        this.answers = answers;
        this.lanes = lanes;
    }

    /** Queues a command, or answers that it cannot be done. Does not block, never throws. */
    void take(Command command) {
        ServerFrame frame = command.frame();
        Optional<Order> order = routes.order(frame);
        if (order.isEmpty()) {
            String name = frame.getClass().getSimpleName();
            LOG.log(Level.WARNING, "this daemon cannot do that yet: {0}", name);
            answers.refuse(frame, "this daemon cannot do that yet: " + name);
            return;
        }
        switch (lanes.offer(order.get().lane(), new Work(command, order.get()))) {
            case TAKEN -> {}
            case TOO_MANY -> answers.refuse(frame, "too many commands wait on this daemon. Try again in a moment");
            case CLOSED -> answers.refuse(frame, STOPPING);
        }
    }

    private final class Work implements Lanes.Job {
        private final Command command;
        private final Order order;

        Work(Command command, Order order) {
            this.command = command;
            this.order = order;
        }

        @Override
        public Lanes.Kind kind() {
            return order.kind();
        }

        @Override
        public int characters() {
            return command.characters();
        }

        @Override
        public void run() {
            ServerFrame frame = command.frame();
            try {
                order.turn().take(() -> finish(outcome()));
            } catch (InterruptedException e) {
                cutShort(frame);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "the command " + frame.getClass().getSimpleName() + " could not be answered", e);
                answers.fail(frame, "a mistake of the daemon: " + e);
            } finally {
                answers.over(frame);
            }
        }

        private void finish(Reply reply) throws InterruptedException {
            switch (order.kind()) {
                case READING -> answers.send(command.frame(), reply);
                case CHANGING -> answers.save(command.frame(), reply);
            }
        }

        /** Saving an answer is never cut short: a changing command has not had its turn. */
        private void cutShort(ServerFrame frame) {
            switch (order.kind()) {
                case READING -> LOG.log(Level.DEBUG, "the answer to a command did not go out before the daemon''s end");
                case CHANGING -> answers.save(frame, failure(STOPPING));
            }
        }

        private Reply outcome() {
            try {
                return order.step().run();
            } catch (MakimaException e) {
                return failure(e.explain());
            } catch (InterruptedException e) {
                return failure("the daemon stopped before this was done");
            } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
                // The two errors end this command alone: what was too large or too deep for it is gone by now.
                LOG.log(Level.ERROR, "the command " + command.frame().getClass().getSimpleName() + " broke", e);
                return failure("a mistake of the daemon: " + e);
            }
        }

        private Reply failure(String why) {
            return Reply.of(FailureAnswers.answer(command.frame(), why).stream().toArray(DaemonFrame[]::new));
        }

        void drop() {
            answers.refuse(command.frame(), STOPPING);
        }
    }

    /**
     * Takes no more commands, says so to those that wait, and lets those at work end; after a bounded time they are
     * interrupted, which ends their git in order. Blocking.
     */
    void close(Duration within) throws InterruptedException {
        for (Lanes.Job job : lanes.close()) {
            if (job instanceof Work work) {
                work.drop();
            }
        }
        routes.close();
        boolean done = lanes.awaitIdle(within);
        lanes.interrupt();
        if (!done && !lanes.awaitIdle(within)) {
            LOG.log(Level.WARNING, "a command does not end: the daemon stops without it");
        }
    }
}
