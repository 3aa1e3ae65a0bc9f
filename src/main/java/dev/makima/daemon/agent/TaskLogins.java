package dev.makima.daemon.agent;

import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.protocol.AuthenticationRequired;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.ReauthState;
import dev.makima.protocol.ReauthStatus;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The login that tasks wait for: one for all of them, since they share the agent's. The first task that needs it begins it,
 * each is told its address, whoever has begun it, and the code may be handed in at any of them. Codes are never logged.
 *
 * <p>Thread-safe. What waits for the agent does so on threads of its own; {@link #kept} reads the state of a file, nothing
 * else blocks.
 */
public final class TaskLogins implements AgentLogin.Listener {
    private static final System.Logger LOG = System.getLogger(TaskLogins.class.getName());
    private static final int MOST_CODES = 10;
    private static final Duration ADDRESS_WITHIN = Duration.ofSeconds(30);
    private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

    private final AgentLogin login;
    private final String hostname;
    private final StoreClient store;
    private final Consumer<DaemonFrame> passing;
    private final Map<TaskId, Waiter> waiters = new HashMap<>();
    private boolean beginning;
    private boolean looking;
    private int handing;
    private @Nullable Failure last;

    /** A task that waits for the login. Called on any thread; must not block. */
    public interface Waiting {
        /** Says this in the task's output. */
        void say(String line);

        /** The agent is logged in. */
        void loggedIn();
    }

    private static final class Waiter {
        private final Waiting waiting;
        private String told = "";

        private Waiter(Waiting waiting) {
            this.waiting = waiting;
        }
    }

    /** A login that could not be begun, which the next task need not try again at once. */
    private record Failure(String line, long at) {}

    /**
     * The logins of one daemon.
     *
     * @param hostname of this machine, for people
     * @param passing sends a frame that is worth sending only now; any thread
     */
    public TaskLogins(AgentLogin login, String hostname, StoreClient store, Consumer<DaemonFrame> passing) {
        this.login = login;
        this.hostname = hostname;
        this.store = store;
        this.passing = passing;
        login.listener(this);
    }

    /** The task cannot go on without a login: it is told where, and when it is done. Once, until it is forgotten. */
    public void need(TaskId taskId, Waiting waiting) {
        boolean begins = false;
        @Nullable String quiet = null;
        synchronized (this) {
            if (waiters.putIfAbsent(taskId, new Waiter(waiting)) != null) {
                return;
            }
            Optional<AgentLogin.Open> open = login.open();
            if (open.isPresent()) {
                tell(open.get());
            } else if (!beginning && last != null && System.nanoTime() - last.at() < QUIET_NANOS) {
                quiet = last.line();
            } else if (!beginning) {
                beginning = true;
                begins = true;
            }
        }
        if (quiet != null) {
            waiting.say(quiet);
        }
        if (begins) {
            apart(this::begin);
        }
    }

    /** The task does not wait for it any more. */
    public synchronized void forget(TaskId taskId) {
        waiters.remove(taskId);
    }

    /**
     * Hands in a code that came for that task.
     *
     * @return false where the task waits for none
     */
    public synchronized boolean code(TaskId taskId, String code) {
        @Nullable Waiter waiter = waiters.get(taskId);
        if (waiter == null) {
            return false;
        }
        if (handing == MOST_CODES) {
            waiter.waiting.say("Too many codes wait for their answer: this one was not used.");
            return true;
        }
        handing++;
        apart(() -> {
            try {
                handIn(waiter.waiting, code);
            } finally {
                handed();
            }
        });
        return true;
    }

    /** What tells one login that is kept on this machine from the next: see {@link #changed}. */
    public String kept() {
        return login.kept();
    }

    /** What is kept has changed: somebody may have logged in at the machine itself, which is looked at. */
    public synchronized void changed() {
        if (looking) {
            return;
        }
        looking = true;
        apart(() -> {
            try {
                if (login.isKept()) {
                    login.end();
                    over(true);
                }
            } catch (MakimaException e) {
                LOG.log(Level.DEBUG, "whether somebody has logged in here is not known", e);
            } finally {
                looked();
            }
        });
    }

    private synchronized void looked() {
        looking = false;
    }

    @Override
    public synchronized void opened(AgentLogin.Open open) {
        tell(open);
    }

    @Override
    public void over(boolean loggedIn) {
        List<Waiter> all;
        synchronized (this) {
            if (loggedIn) {
                last = null;
            } else if (beginning || handing > 0) {
                // Who does that says more of it.
                return;
            }
            all = List.copyOf(waiters.values());
            if (loggedIn) {
                waiters.clear();
            }
        }
        for (Waiter waiter : all) {
            if (loggedIn) {
                waiter.waiting.loggedIn();
            } else {
                waiter.waiting.say("The login is over without success: its address is no longer good. Begin another:"
                        + " makima daemons login " + hostname);
            }
        }
    }

    /** Each task once: a server of the base protocol shows what is said of a task only. */
    private void tell(AgentLogin.Open open) {
        waiters.forEach((taskId, waiter) -> {
            if (waiter.told.equals(open.address())) {
                return;
            }
            waiter.told = open.address();
            AuthenticationRequired required = new AuthenticationRequired(taskId, open.address(), hostname, null, null);
            store.ask(new StoreRequest.AddEvents(List.of(Event.of(taskId, required))))
                    .onFailure(e -> {
                        LOG.log(Level.WARNING, "task " + taskId + ": its login could not be told", e);
                        waiter.waiting.say("The agent on " + hostname + " has to be logged in. " + byHand());
                    });
        });
    }

    private void begin() throws InterruptedException {
        UUID requestId = UUID.randomUUID();
        ReauthStatus status;
        try {
            status = login.begin(requestId, ADDRESS_WITHIN);
        } catch (MakimaException e) {
            status = ReauthStatus.failure(requestId, e.explain());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a login broke", e);
            status = ReauthStatus.failure(requestId, "a mistake of the daemon: " + e);
        }
        List<Waiter> without;
        String line = "There is no address to log in at: " + status.error() + ". " + byHand();
        synchronized (this) {
            beginning = false;
            // Somebody may have begun another meanwhile, which has ended this one.
            boolean failed =
                    status.status() == ReauthState.FAILED && login.open().isEmpty();
            last = failed ? new Failure(line, System.nanoTime()) : null;
            without = failed ? List.copyOf(waiters.values()) : List.of();
        }
        if (status.status() == ReauthState.FAILED) {
            LOG.log(Level.WARNING, "the agent is not logged in, and gives no address for it: {0}", status.error());
        } else {
            LOG.log(Level.WARNING, "the agent is not logged in: a login has begun, and its tasks tell where");
            // By this a server knows that this login is the one to hand codes to.
            passing.accept(status);
        }
        without.forEach(waiter -> waiter.waiting.say(line));
    }

    private void handIn(Waiting waiting, String code) throws InterruptedException {
        Optional<AgentLogin.Open> open = login.open();
        if (open.isEmpty()) {
            waiting.say("No login waits for this code, or not any more: another one begins.");
            beginAgain();
            return;
        }
        ReauthStatus status = login.code(open.get().requestId(), code);
        passing.accept(status);
        if (status.status() == ReauthState.COMPLETED) {
            return;
        }
        waiting.say("The login did not take the code: " + status.error());
        if (login.open().isEmpty()) {
            beginAgain();
        }
    }

    private synchronized void handed() {
        handing--;
    }

    private void beginAgain() throws InterruptedException {
        synchronized (this) {
            if (beginning) {
                return;
            }
            beginning = true;
        }
        begin();
    }

    private String byHand() {
        return "Log in on " + hostname + ": start the agent there in a terminal, and type /login. The task goes on"
                + " then, and by any message";
    }

    /** A step that waits for a process, on a thread of its own: there is one at a time, or a few. */
    private static void apart(Step step) {
        Thread.ofPlatform().daemon().name("task-login").start(() -> {
            try {
                step.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a login broke", e);
            }
        });
    }

    @FunctionalInterface
    private interface Step {
        void run() throws InterruptedException;
    }
}
